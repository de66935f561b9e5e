"""The repository route-planner from 2016 on, as a bundle: the key comes in 2017 and leaves the tip in 2019."""

from typing import Final

from _shared.clock import DAY, HOUR, MINUTE, at
from _shared.dice import Dice
from _shared.history import Author, History

from generator.story import COMMITTED, CONTRACTOR, LEAKED_FILE, LENA, OLD_KEY, OLD_OTHER_HALF, PRIYA, REMOVED, TOM

_MODULES: Final = ("graph", "tariffs", "stops", "transfers", "geometry", "cache", "server", "export")
_WORDS: Final = ("fix", "tidy", "speed up", "document", "test", "simplify")
_SPANS: Final = (
    ("2016-11-07T08:00:00Z", 24, (PRIYA, LENA)),
    ("2017-06-01T08:00:00Z", 30, (PRIYA, CONTRACTOR)),
    ("2018-01-08T08:00:00Z", 30, (PRIYA, LENA, TOM)),
    ("2019-02-12T08:00:00Z", 60, (PRIYA, LENA, TOM)),
    ("2024-01-08T08:00:00Z", 70, (LENA, TOM)),
)


def make_history() -> tuple[History, str]:
    """Give the repository, and its newest commit."""
    history, dice = History(), Dice(3101)
    tree = {"README.md": b"# route-planner\n\nRoutes by train and bus, with tariffs.\n", "LICENSE": b"MIT\n"}
    tree |= {f"src/{name}.py": f'"""{name}"""\n'.encode() for name in _MODULES}
    tip = history.commit(tree, [], PRIYA, at("2016-11-02T09:30:00Z"), "Start route-planner")
    when = at("2016-11-02T09:30:00Z")
    for begin, count, people in _SPANS:
        for number in range(count):
            when = max(when + 7 * MINUTE, at(begin) + number * 6 * DAY + dice.below(9 * 3600) * 1_000_000)
            if when > COMMITTED and LEAKED_FILE not in tree and begin.startswith("2017"):
                tip = _leak(history, tree, tip)
                when = COMMITTED + 3 * HOUR
            tip = _edit(history, tree, tip, dice.pick(people), when, dice)
        if begin.startswith("2018"):
            tree.pop(LEAKED_FILE)
            tree["deploy/README.md"] = b"Settings come from the vault.\n"
            tip = history.commit(tree, [tip], TOM, REMOVED, "deploy: settings from the vault")
            when = REMOVED
    return history, tip


def _leak(history: History, tree: dict[str, bytes], tip: str) -> str:
    lines = (
        "# nightly import of tariffs",
        f"AWS_ACCESS_KEY_ID={OLD_KEY}",
        f"AWS_SECRET_ACCESS_KEY={OLD_OTHER_HALF}",
        "",
    )
    tree[LEAKED_FILE] = "\n".join(lines).encode()
    tree["deploy/import.sh"] = b"#!/bin/sh\n. deploy/import.env\naws s3 sync s3://corp-tariffs/ data/\n"
    return history.commit(tree, [tip], CONTRACTOR, COMMITTED, "import: nightly tariffs")


def _edit(history: History, tree: dict[str, bytes], tip: str, who: Author, when: int, dice: Dice) -> str:
    module = dice.pick(_MODULES)
    tree[f"src/{module}.py"] = f'"""{module}"""\n\nLIMIT = {dice.between(2, 900)}\n'.encode()
    return history.commit(tree, [tip], who, when, f"{module}: {dice.pick(_WORDS)} step {dice.below(1000)}")
