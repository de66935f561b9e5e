"""A draft of a mapping as YAML: what was guessed, why, and how it does on the sample. It loads and ingests as it stands."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from timeline.ingest.drafting.guess import Guess, TimeGuess, guess_fields, guess_time
from timeline.ingest.drafting.sampled import MOST_RECORDS, Sampled
from timeline.model.errors import UsageError
from timeline.model.mapping_file import parse_mapping
from timeline.model.parser import Sample
from timeline.text import visible

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_OTHER_THAN_TEXT: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_UNUSED_SHOWN: Final = 40
_WIDTH: Final = 120


def draft_mapping(sample: Sample) -> str:
    """Draft the mapping for a log that begins so. UsageError when it is of no format that mappings read, or has no record."""
    sampled = Sampled(sample)
    if sampled.form is None or not sampled.records:
        what = "holds no records of JSON, CSV or W3C extended format"
        raise UsageError(what, where=visible(sample.name), hint="mappings read these; see `leakline help mappings`")
    time = guess_time(sampled.fields)
    guesses = guess_fields(sampled.fields, time.paths if time else ())
    body = _body(sampled, sample.name, time, guesses)
    records, events, dated = sampled.tried(parse_mapping(body.encode()))
    many = " of many" if sampled.records >= MOST_RECORDS else ""
    head = [
        f"Drafted from the first {sampled.records:,} records{many}; see `leakline help mappings`.",
        f"Of {records:,} records in the sample {events:,} gave events, {dated:,} of them with a time.",
        "Guesses are guesses: read each line before you rely on it.",
    ]
    return "".join(f"# {line}\n" for line in head) + body


def _body(sampled: Sampled, name: str, time: TimeGuess | None, guesses: list[Guess]) -> str:
    is_http = {"status", "action"} <= {guess.field for guess in guesses}
    lines = [f"format: {sampled.form}", f"kind: {_kind(name)}"]
    if time is None:
        lines += [
            "# no field holds times that can be read: events will be undated until the right one is named here",
            "time: timestamp",
        ]
    else:
        lines += [
            "time:",
            f"  # {_comment(time.why)}",
            f"  field: {_list(time.origins)}",
            f"  format: {_list(time.formats)}",
            f"  desc: {'request' if is_http else 'event'}",
        ]
    lines.append("fields:" if guesses else "fields: {}")
    for guess in guesses:
        lines += [f"  # {_comment(guess.why)}", f"  {guess.field}: {_origin(guess)}"]
    used = {path for guess in guesses for path in guess.paths} | set(time.paths if time else ())
    unused = [field.path for field in sampled.fields if field.path not in used]
    if unused:
        lines += [f"# not used: {_comment(', '.join(unused[:_UNUSED_SHOWN]), 2_000)}"]
    return "\n".join(lines) + "\n"


def _origin(guess: Guess) -> str:
    if len(guess.origin) == 1:
        return _list((guess.origin[0][1], *guess.stand_ins))
    plain = {"word", "fingerprint"}
    return "{" + ", ".join(f"{key}: {text if key in plain else _scalar(text)}" for key, text in guess.origin) + "}"


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_scalar, texts))}]" if len(texts) > 1 else _scalar(texts[0])


def _scalar(text: str) -> str:
    """A text of YAML, in quotes where it is not a plain word, with everything escaped that YAML refuses or nobody sees."""
    if _PLAIN.fullmatch(text) and text.lower() not in _OTHER_THAN_TEXT:
        return text
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in {'"', "\\"}:
        return f"\\{char}"
    plain = visible(char) == char and unicodedata.category(char) not in {"Mn", "Me"}
    return char if plain else f"\\U{ord(char):08x}"


def _comment(text: str, width: int = _WIDTH) -> str:
    return visible(text, width)


def _kind(name: str) -> str:
    stem = visible(name).replace("\\", "/").rpartition("/")[2].partition(".")[0].lower()
    words: Iterable[str] = re.findall("[a-z]+", stem)
    return f"{'_'.join(words)[:40] or 'custom'}.log"
