"""Which field of the records feeds which field of the event: guessed by names and values, each guess with its reason."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from timeline.ingest.drafting.rules import (
    EMAIL_BONUS,
    EMAIL_OF_SOMEBODY,
    METHOD_BONUS,
    RULES,
    Rule,
    are_agents,
    are_emails,
    are_emails_of_somebody,
    are_methods,
    is_request,
)
from timeline.ingest.drafting.sampled import Field
from timeline.ingest.drafting.times import DAYS, TIME_NAMES, time_formats
from timeline.text import visible

_SHARE: Final = 0.8  # of the values that must be what the rule wants
_WELL_NAMED: Final = 90  # from this rank on
_SHARE_OF_WELL_NAMED: Final = 0.5
_ALL: Final = 0.95  # of the records have it: no other field needs to stand in
_STAND_INS: Final = 2
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_PATHS: Final = frozenset({"path", "url", "uri", "requesturi", "requestpath", "requesturl", "csuristem"})
_HOSTS: Final = ("host", "hostname", "httphost", "requesthost", "vhost", "servername", "domain")
_EXAMPLE: Final = 50  # characters of a value that are shown


@dataclass(frozen=True, slots=True)
class Guess:
    """One guess: the event's field, and what feeds it as a mapping says it; `why` is one line. `paths` are those it uses.

    `stand_ins` are further paths, for records that lack the first.
    """

    field: str
    origin: tuple[tuple[str, str], ...]  # keys of a group: field or template, and word, fingerprint
    why: str
    paths: tuple[str, ...]
    stand_ins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeGuess:
    """The time: paths, or a text with paths, of which the first that has a time counts; the formats, and why."""

    origins: tuple[str, ...]
    formats: tuple[str, ...]
    why: str
    paths: tuple[str, ...]


def guess_time(fields: Sequence[Field]) -> TimeGuess | None:
    """The field that says when; None where no values are times. Where not every record has it, others stand in for it."""
    found = []
    for place, field in enumerate(fields):
        formats = time_formats(field.values)
        rank = _rank(field, TIME_NAMES)
        if formats and (rank or not formats[0].startswith("epoch")):
            found.append((-_present(rank, field), place, field, formats))
    found.sort(key=lambda item: item[:2])
    joined = _joined_time(fields)
    if joined is not None and (not found or found[0][3][0] in DAYS):
        return joined
    if not found:
        return None
    _, _, field, formats = found[0]
    others = [(other, own) for _, _, other, own in found[1:]]
    second = [other.path for other, own in others if own[:1] == formats[:1]][:_STAND_INS] if field.share < _ALL else []
    why = f"reads as {formats[0]}, e.g. {_example(field)}"
    if len(formats) > 1:
        why += f"; {formats[1]} would fit too"
    also = [other.path for other, _ in others if other.path not in second]
    if also:
        why += f"; other times: {visible(', '.join(also[:4]), 120)}"
    return TimeGuess((field.path, *second), formats[:1], why, (field.path, *second))


def _joined_time(fields: Sequence[Field]) -> TimeGuess | None:
    """Day and time of day in two fields."""
    by_name = {_squashed(field.names[-1:]): field for field in fields if field.names}
    day, clock = by_name.get("date"), by_name.get("time")
    if day is None or clock is None or any(mark in day.path + clock.path for mark in "{}"):
        return None
    both = tuple(f"{one} {other}" for one, other in zip(day.values, clock.values, strict=False))
    formats = time_formats(both)
    if not formats or time_formats(clock.values):
        return None
    origin = f"{{{day.path}}} {{{clock.path}}}"
    return TimeGuess(
        (origin,), formats[:1], f"day and time of day, e.g. {visible(both[0], _EXAMPLE)}", (day.path, clock.path)
    )


def guess_fields(fields: Sequence[Field], used: Sequence[str]) -> list[Guess]:
    """The best guess for each field of the event; no path feeds two of them. `used` are paths that are taken."""
    left = [field for field in fields if field.path not in used]
    given: list[Guess] = []
    taken: set[str] = set()
    for guess in _request_line(left):
        given.append(guess)
        taken.update(guess.paths)
    done = {guess.field for guess in given}
    scored = [
        (-score, rule_place, place, rule, field)
        for rule_place, rule in enumerate(RULES)
        for place, field in enumerate(left)
        if (score := _score(rule, field))
    ]
    ranked = [(rule, field) for _, _, _, rule, field in sorted(scored, key=lambda item: item[:3])]
    for rule, field in ranked:
        if rule.field not in done and field.path not in taken:
            others = [
                other.path for its, other in ranked if its is rule and other is not field and other.path not in taken
            ]
            guess = _guess(rule, field, left, others if field.share < _ALL else [])
            given.append(guess)
            done.add(rule.field)
            taken.update(guess.paths)
    order = {rule.field: place for place, rule in enumerate(RULES)}
    return sorted(given, key=lambda guess: order[guess.field])


def _request_line(fields: Sequence[Field]) -> Iterator[Guess]:
    for field in fields:
        if field.values and _share(field, is_request) >= _SHARE:
            why = f"lines of HTTP requests, e.g. {_example(field)}"
            yield Guess("action", (("field", field.path), ("word", "1")), why, (field.path,))
            yield Guess(
                "resource", (("field", field.path), ("word", "2")), "the target of the same requests", (field.path,)
            )
            return


def _score(rule: Rule, field: Field) -> int:
    if rule.never & _words(field.names):
        return 0
    rank = _rank(field, rule.names)
    by_values = 20 if rule.field == "user_agent" and are_agents(field.values) else rule.by_values
    if rule.field == "actor" and are_emails_of_somebody(field.values, _words(field.names)):
        by_values = EMAIL_OF_SOMEBODY
    if not (rank or by_values) or _share(field, rule.test) < (_SHARE_OF_WELL_NAMED if rank >= _WELL_NAMED else _SHARE):
        return 0
    bonus = METHOD_BONUS if rule.field == "action" and are_methods(field.values) else 0
    bonus += EMAIL_BONUS if rule.field == "actor" and are_emails(field.values) else 0
    return _present(max(rank, by_values) + bonus, field)


def _present(score: int, field: Field) -> int:
    """The score, less where only some records have the field."""
    return int(score * (0.4 + 0.6 * field.share))


def _rank(field: Field, names: Sequence[str]) -> int:
    """0 to 100: how telling the name is. The whole name counts more than its end."""
    last, both, all_names = (_squashed(field.names[-n:]) for n in (1, 2, len(field.names)))
    best = 0
    for place, name in enumerate(names):
        if name in {last, all_names}:
            best = max(best, 100 - place)
        elif name == both:
            best = max(best, 95 - place)
        elif len(name) > 3 and last.endswith(name):
            best = max(best, 60 - place)
    return best


def _guess(rule: Rule, field: Field, fields: Sequence[Field], others: Sequence[str]) -> Guess:
    named = _rank(field, rule.names) > 0
    share = f"{sum(map(rule.test, field.values)):,} of {len(field.values):,} values are {rule.what}"
    why = f"{'by its name; ' if named else 'by its values; '}{share}"
    if rule.field == "credential":
        secret = not _squashed(field.names[-1:]).endswith("id")
        origin = (("field", field.path), ("fingerprint", "true")) if secret else (("field", field.path),)
        return Guess(rule.field, origin, f"{why}{'; only its fingerprint is kept' if secret else ''}", (field.path,))
    why += f", e.g. {_example(field)}"
    host = _host(fields) if rule.field == "resource" and _is_path(field) else None
    if host is None:
        stand_ins = tuple(others[:_STAND_INS])
        return Guess(rule.field, (("field", field.path),), why, (field.path, *stand_ins), stand_ins)
    template = f"{{{host.path}}}{{{field.path}}}"
    return Guess(rule.field, (("template", template),), f"{why}; behind its host", (field.path, host.path))


def _is_path(field: Field) -> bool:
    return _squashed(field.names[-1:]) in _PATHS and _share(field, lambda text: text[:1] == "/") >= _SHARE


def _host(fields: Sequence[Field]) -> Field | None:
    names = {_squashed(field.names[-1:]): field for field in reversed(fields)}
    return next((names[name] for name in _HOSTS if name in names), None)


def _share(field: Field, test: Callable[[str], bool]) -> float:
    return sum(map(test, field.values)) / len(field.values) if field.values else 0.0


def _squashed(names: Sequence[str]) -> str:
    return "".join(char for name in names for char in name.lower() if char.isalnum())


def _words(names: Sequence[str]) -> frozenset[str]:
    return frozenset(word.lower() for name in names for word in _WORDS.findall(name))


def _example(field: Field) -> str:
    return visible(field.values[0], _EXAMPLE)
