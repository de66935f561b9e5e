"""The repository of the action, as a mirror that keeps reflogs: releases beside the main branch, and a commit without parents."""

from dataclasses import dataclass, field
from typing import Final

from _shared.clock import DAY, MINUTE, SECOND, at
from _shared.dice import Dice
from _shared.history import Author, History

from generator.story import BOT, FORGED, LENA, MIRROR, MIRRORED, MIRRORED_AGAIN, PRIYA, RELEASES, ROLLING, TAGS

_NONE: Final = "0" * 40
_MODULES: Final = ("restore", "save", "keys", "paths", "compress")
# Harmless, and nothing but a shape: it prints, it reads no memory.
_PRINTS: Final = b"console.log(Buffer.from(Buffer.from('collected').toString('base64')).toString('base64'));\n"


@dataclass(slots=True)
class Repository:
    """The history, its branch, the release that each tag belongs to, and the commit that all tags were moved to."""

    history: History = field(default_factory=History)
    main: list[tuple[str, int, Author]] = field(default_factory=list)
    tips: dict[str, str] = field(default_factory=dict)
    rolled: list[tuple[str, str, int]] = field(default_factory=list)
    orphan: str = ""


def make_repository() -> Repository:
    """Give the repository as it is after the tags were put back."""
    made, dice = Repository(), Dice(5101)
    tree = {"action.yml": b"name: setup-cache\nruns:\n  using: node20\n  main: dist/index.js\n", "LICENSE": b"MIT\n"}
    tree |= {f"src/{name}.ts": f"// {name}\n".encode() for name in _MODULES}
    when = at("2025-10-01T09:00:00Z")
    tip = made.history.commit(tree, [], PRIYA, when, "Start setup-cache")
    made.main.append((tip, when, PRIYA))
    before = _NONE
    for tag, stamp in RELEASES:
        for number in range(9):
            when = at(stamp) - (9 - number) * 3 * DAY + dice.below(6 * 3600) * SECOND
            module, who = dice.pick(_MODULES), dice.pick((PRIYA, LENA))
            tree[f"src/{module}.ts"] = f"// {module}\nexport const limit = {dice.between(2, 900)};\n".encode()
            tip = made.history.commit(tree, [tip], who, when, f"{module}: step {dice.below(1000)}")
            made.main.append((tip, when, who))
        built = tree | {"dist/index.js": f"// built from {tip}\n".encode()}
        release = made.history.commit(built, [tip], BOT, at(stamp), f"release: {tag}")
        made.tips[tag] = release
        made.rolled.append((before, release, at(stamp)))
        before = release
    made.tips[ROLLING] = before
    taken = built | {"dist/index.js": built["dist/index.js"] + _PRINTS}
    made.orphan = made.history.commit(taken, [], PRIYA, FORGED, "release: v1.4.0")
    return made


def make_mirror(made: Repository) -> dict[str, bytes]:
    """Give the files of the mirror, which fetches every quarter of an hour and writes down what it got."""
    refs = {"refs/heads/main": made.main[-1][0]} | {f"refs/tags/{tag}": oid for tag, oid in made.tips.items()}
    logs = {
        "refs/heads/main": [_line(made.main[-2][0], made.main[-1][0], _next_fetch(made.main[-1][1]), "fast-forward")]
    }
    for tag in TAGS:
        own, oid = f"refs/tags/{tag}", made.tips[tag]
        if tag == ROLLING:
            logs[own] = [_line(old, new, _next_fetch(when), "updating tag") for old, new, when in made.rolled]
        else:
            logs[own] = [_line(_NONE, oid, _next_fetch(at(dict(RELEASES)[tag])), "storing ref")]
        logs[own] += [
            _line(oid, made.orphan, MIRRORED, "updating tag"),
            _line(made.orphan, oid, MIRRORED_AGAIN, "updating tag"),
        ]
    return made.history.mirror(refs, logs, "refs/heads/main")


def _next_fetch(when: int) -> int:
    return when - when % (15 * MINUTE) + 15 * MINUTE + 2 * SECOND


def _line(old: str, new: str, when: int, what: str) -> str:
    return f"{old} {new} {MIRROR.signature(when)}\tfetch --prune --force: {what}"
