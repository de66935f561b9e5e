"""The gate through which every export goes: secrets out, their fingerprints in.

A secret becomes `⟦type:fingerprint⟧`, from 20 characters on `⟦type:fingerprint:last4⟧`. The fingerprint is keyed
with the case's own key, so that a secret can be followed through a case and not be guessed from outside.
"""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from timeline.model.fingerprint import keyed_hex
from timeline.report.decoded_views import View, encoded_texts, views
from timeline.report.redact_context import CONTEXT_RULES
from timeline.report.redact_rules import CLOSE, OPEN, TOKEN_RULES, URL_RULES, Rule

RULES: Final[tuple[Rule, ...]] = TOKEN_RULES + URL_RULES + CONTEXT_RULES
DECLARED: Final = "declared-secret"
_WHOLE: Final = "redacted"
_ENDS_SAY_NOTHING: Final = frozenset({_WHOLE, "private-key"})
_TYPES: Final = sorted({rule.type for rule in RULES} | {DECLARED, _WHOLE})
_REPLACED: Final = re.compile(
    rf"{OPEN}(?:{'|'.join(_TYPES)}):[0-9a-f]{{10}}(?::[A-Za-z0-9_+/=-]{{4}})?{CLOSE}"
)
_NEEDLES: Final = tuple(sorted({needle for rule in RULES for needle in rule.needles}))
_LAST_FOUR: Final = re.compile(r"[A-Za-z0-9_+/=-]{4}")
_LAST_FOUR_FROM: Final = 20
_MAX_PASSES: Final = 6
_CACHED_LENGTH: Final = 512


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret at [start, end) of the text; `value` has its escapes undone; `rank` orders rules."""

    type: str
    start: int
    end: int
    value: str
    rank: int


class Redactor:
    """Replaces secrets in texts.

    `key` is the case's redaction key, `literals` are the secrets that case.yaml declares. `counts` says how many of
    each type were replaced so far.
    """

    def __init__(self, key: bytes, literals: Sequence[str] = ()) -> None:
        self._key = key
        self._declared = tuple(literals)
        self._literals = _literal_pattern(literals)
        self._cached = lru_cache(maxsize=65_536)(self._redact)
        self.counts: Counter[str] = Counter()

    def declaring(self, literals: Sequence[str]) -> "Redactor":
        """Give a redactor that knows these secrets too, and counts with this one."""
        if not literals:
            return self
        wider = Redactor(self._key, (*self._declared, *literals))
        wider.counts = self.counts
        return wider

    @property
    def count(self) -> int:
        """Number of secrets replaced so far."""
        return self.counts.total()

    def text(self, text: str) -> str:
        """Give the text with every secret replaced; redacting the result again changes nothing."""
        redacted, types = self._cached(text) if len(text) <= _CACHED_LENGTH else self._redact(text)
        if types:
            self.counts.update(types)
        return redacted

    def optional(self, text: str | None) -> str | None:
        """Do as `text`; None stays None."""
        return None if text is None else self.text(text)

    def scan(self, text: str, *, contextual: bool = True) -> list[tuple[str, int, int]]:
        """List (type, start, end) of each secret in the text; empty for a text that went through `text`.

        Without `contextual` only secrets that give themselves away are looked for, as is right for a text in
        which unrelated fields stand side by side.
        """
        return [(hit.type, hit.start, hit.end) for hit in _merged(self._hits(text, contextual))]

    def first_type(self, text: str) -> str | None:
        """Name the type of the first secret in the text; None when there is none. Remembers short texts."""
        types = self._cached(text)[1] if len(text) <= _CACHED_LENGTH else [kind for kind, _, _ in self.scan(text)]
        return types[0] if types else None

    def fingerprint(self, secret: str) -> str:
        """Ten hex digits that stand for the secret in this case, the first of its `timeline.model.fingerprint`."""
        return keyed_hex(self._key, secret)[:10]

    def _redact(self, text: str) -> tuple[str, tuple[str, ...]]:
        types: list[str] = []
        for _ in range(_MAX_PASSES):
            hits = _merged(self._hits(text, contextual=True))
            if not hits:
                return text, tuple(types)
            types += [hit.type for hit in hits]
            text = self._replaced(text, hits)
        # fail closed: a text that keeps on yielding secrets is not shown at all
        return self._token(_WHOLE, text), (*types, _WHOLE)

    def _replaced(self, text: str, hits: Iterable[Hit]) -> str:
        pieces: list[str] = []
        done = 0
        for hit in hits:
            pieces += (text[done : hit.start], self._token(hit.type, hit.value))
            done = hit.end
        pieces.append(text[done:])
        return "".join(pieces)

    def _token(self, kind: str, secret: str) -> str:
        last = secret[-4:]
        long_enough = len(secret) >= _LAST_FOUR_FROM and kind not in _ENDS_SAY_NOTHING
        shown = long_enough and _LAST_FOUR.fullmatch(last)
        return f"{OPEN}{kind}:{self.fingerprint(secret)}{f':{last}' if shown else ''}{CLOSE}"

    def _hits(self, text: str, contextual: bool) -> list[Hit]:
        hits: list[Hit] = []
        for view in views(text):
            hits += self._view_hits(view, contextual)
        for start, end, inner in encoded_texts(text):
            found = [hit for view in views(inner) for hit in self._view_hits(view, contextual)]
            if found:
                first = min(found, key=lambda hit: hit.rank)
                hits.append(Hit(first.type, start, end, first.value, first.rank))
        return hits

    def _view_hits(self, view: View, contextual: bool) -> Iterable[Hit]:
        plain = view.text
        if self._literals is not None:
            for match in self._literals.finditer(plain):
                yield Hit(DECLARED, *view.origin(*match.span()), match[0], -1)
        lowered = plain.lower() if plain.isascii() else plain.translate(_LOWER)
        present = {needle for needle in _NEEDLES if needle in lowered}
        if not present:
            return
        masked = _REPLACED.sub(lambda match: OPEN * len(match[0]), plain) if OPEN in plain else plain
        for rank, rule in enumerate(RULES):
            if (rule.contextual and not contextual) or present.isdisjoint(rule.needles):
                continue
            for start, end in rule.find(masked):
                yield Hit(rule.type, *view.origin(start, end), plain[start:end], rank)


# str.lower may change the length of a text that is not ASCII, and maps the Kelvin sign to k; rules are ASCII
_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def _merged(hits: list[Hit]) -> list[Hit]:
    """Join hits that overlap; the rule that ranks first names the joined one."""
    hits.sort(key=lambda hit: (hit.start, hit.rank))
    merged: list[Hit] = []
    for hit in hits:
        if merged and hit.start < merged[-1].end:
            last = merged[-1]
            best = min(last, hit, key=lambda one: one.rank)
            merged[-1] = Hit(best.type, last.start, max(last.end, hit.end), best.value, best.rank)
        else:
            merged.append(hit)
    return merged


def _literal_pattern(literals: Sequence[str]) -> re.Pattern[str] | None:
    """Match every literal, also as it stands in URLs, in JSON and in base64 at any alignment."""
    forms: set[str] = set()
    for literal in literals:
        if literal:
            undone = literal.encode("utf-8", "replace").decode("latin-1")  # as views show percent-encoded UTF-8
            forms |= {literal, undone, quote(literal, safe="", errors="replace"), json.dumps(literal)[1:-1]}
            forms |= _base64_forms(literal)
    if not forms:
        return None
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile("|".join(re.escape(form) for form in longest_first))


def _base64_forms(literal: str) -> set[str]:
    secret = literal.encode("utf-8", "surrogatepass")
    if len(secret) < 9:
        return set()
    forms: set[str] = set()
    for shift in range(3):
        # drop the characters that depend on the bytes before and after the secret
        encoded = base64.b64encode(b"\0" * shift + secret).rstrip(b"=").decode("ascii")
        core = encoded[(0, 2, 3)[shift] : len(encoded) - (1 if (shift + len(secret)) % 3 else 0)]
        forms |= {core, core.replace("+", "-").replace("/", "_")}
    return forms
