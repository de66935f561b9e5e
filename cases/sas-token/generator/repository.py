"""The repository vision-models, as a bundle, and what a scanner found in it."""

import json
from typing import Final

from _shared.clock import DAY, MINUTE, SECOND, at, iso
from _shared.dice import Dice
from _shared.history import Author, History

from generator import story
from generator.story import COMMITTED, FIRST_EXPIRY, JON, LAST_EXPIRY, MARA, PRIYA, REMOVED, RENEWED

_MODULES: Final = ("train", "augment", "losses", "backbone", "evaluate", "export")
_WORDS: Final = ("fix", "tidy", "speed up", "document", "test", "tune")
_SPANS: Final = (
    ("2020-03-02T08:00:00Z", 20), ("2020-07-21T08:00:00Z", 50), ("2021-10-07T08:00:00Z", 70), ("2023-06-24T13:00:00Z", 3)
)  # fmt: skip


def make_history() -> tuple[History, str]:
    """Give the repository, and its newest commit."""
    history, dice = History(), Dice(4101)
    tree = {"LICENSE": b"MIT\n", "tests/test_settings.py": b'API_KEY = "example-only-0123456789"\n'}
    tree |= {f"vision/{name}.py": f'"""{name}"""\n'.encode() for name in _MODULES} | _readme("")
    tip = history.commit(tree, [], MARA, at("2020-03-01T10:00:00Z"), "Start vision-models")
    for place, (begin, count) in enumerate(_SPANS):
        if place == 1:
            tree |= _readme(story.shared_url(FIRST_EXPIRY, story.FIRST_SIGNATURE))
            tip = history.commit(tree, [tip], MARA, COMMITTED, "Link the training set")
        if place == 2:
            url = story.shared_url(LAST_EXPIRY, story.LAST_SIGNATURE)
            tree |= _readme(url)
            tip = history.commit(tree, [tip], JON, RENEWED, f"Renew the link, now {url}")
        if place == 3:
            tree |= _readme("")
            tip = history.commit(tree, [tip], PRIYA, REMOVED, "Remove the link")
        for number in range(count):
            when = at(begin) + number * 6 * DAY + dice.below(9 * 3600) * SECOND
            tip = _edit(history, tree, tip, dice.pick((MARA, JON)), when, dice)
    return history, tip


def _readme(url: str) -> dict[str, bytes]:
    link = f"\nThe training set: {url}\n" if url else ""
    return {"README.md": f"# vision-models\n\nModels that see.\n{link}".encode()}


def _edit(history: History, tree: dict[str, bytes], tip: str, who: Author, when: int, dice: Dice) -> str:
    module = dice.pick(_MODULES)
    tree[f"vision/{module}.py"] = f'"""{module}"""\n\nSTEPS = {dice.between(2, 900)}\n'.encode()
    subject = f"{module}: {dice.pick(_WORDS)} step {dice.below(1000)}"
    return history.commit(tree, [tip], who, when + MINUTE, subject)


def commit_at(history: History, when: int) -> str:
    """Give the commit that was made then."""
    return next(oid for oid, committed, _ in history.commits if committed == when)


def make_findings(history: History) -> bytes:
    """Give the report of gitleaks: two signatures, and a key that is an example."""
    early = story.shared_url(FIRST_EXPIRY, story.FIRST_SIGNATURE)
    late = story.shared_url(LAST_EXPIRY, story.LAST_SIGNATURE)
    example, settings = "example-only-0123456789", "tests/test_settings.py"
    rows = (
        (COMMITTED, MARA, "azure-sas", "README.md", 5, story.FIRST_SIGNATURE, early),
        (RENEWED, JON, "azure-sas", "README.md", 5, story.LAST_SIGNATURE, late),
        (history.commits[0][1], MARA, "generic-api-key", settings, 1, example, f'API_KEY = "{example}"'),
    )
    found = []
    for when, who, rule, path, line, secret, match in rows:
        commit = commit_at(history, when)
        found.append({
            "RuleID": rule, "Description": f"Found by the rule {rule}", "StartLine": line, "EndLine": line,
            "StartColumn": 1, "EndColumn": len(match), "Match": match, "Secret": secret, "File": path, "SymlinkFile": "",
            "Commit": commit, "Entropy": 5.1, "Author": who.name, "Email": who.email, "Date": iso(when), "Message": "",
            "Tags": [], "Fingerprint": f"{commit}:{path}:{rule}:{line}",
        })  # fmt: skip
    return (json.dumps(found, indent=1) + "\n").encode()
