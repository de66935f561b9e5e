"""Findings of secret scanners as events: the secret stays in the evidence, events have its fingerprint and last four characters.

A scanner's record holds the secret itself and text around it (`Match`, `snippet`), and may hold it again wherever it likes
(a commit's message, a path, a command to revoke it). So a format names the members that hold secrets, and what they say is
taken out of every other text as well: out of events, which leave the case with exports, and out of the fields that the
detail pane and `raw.path` queries see. Values that the scanner itself masked have no fingerprint: all of them look the same.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from parsers.lib.identity import canonical, part_hash
from parsers.lib.json_reading import Record
from parsers.lib.times import Stamp
from parsers.lib.webhooks import WITHHELD
from timeline.model.event import EventValues
from timeline.model.fingerprint import fingerprint, fingerprint_of_sha1, last_four, sha1_fingerprint

FOUND: Final = "secret_found"
OWN: Final = "leakline"  # the member of `fields` that says what a secret's value is followed by

_SHORTEST: Final = 4  # characters: what is shorter is in every text
_WORD_BELOW: Final = 8  # characters: what is shorter counts as a secret only where it is a word of its own
_MOST_TRIED: Final = 1_000  # secrets that are looked for in every other text of a record; with more, texts are withheld
_MARKS: Final = frozenset("*xX.•…")
_MASKED_INITIALS: Final = frozenset({"", "[", "]", "r", "R", *_MARKS})
_HOLDERS: Final = (dict, list)
_CLEANED: Final = ("type", "title", "commit", "path", "repository", "actor", "uid")
_CUT: Final = ("...", "…", "***")


class Finding(NamedTuple):
    """One secret at one place. `sha1` is given where the record has nothing but the secret's SHA-1, in hex.

    `verified` is True where the scanner tried the secret and it worked, False where it tried and it did not. `commit` is the
    id of the commit that it is in, `clock` says whose time `stamp` is (an undated finding has none), `remarks` are short
    phrases for people.
    """

    type: str | None
    secret: str | None = None
    sha1: str | None = None
    title: str | None = None
    verified: bool | None = None
    commit: str | None = None
    remarks: tuple[str | None, ...] = ()
    path: str | None = None
    line: int | None = None
    repository: str | None = None
    actor: str | None = None
    stamp: Stamp | None = None
    clock: str = "commit"
    uid: str | None = None
    action: str = FOUND


def is_masked(secret: str) -> bool:
    """Whether the scanner took the secret out, all of it or a part: `REDACTED`, `[redacted]`, `****`, `ghp_...`."""
    if secret[:1] not in _MASKED_INITIALS:  # most
        return secret.endswith(_CUT)
    return secret.endswith(_CUT) or _is_only_a_mark(secret) or secret[:7].lstrip("[").lower().startswith("redact")


def _is_only_a_mark(secret: str) -> bool:
    return secret.strip("[]").lower() in {"redact", "redacted"} or _MARKS.issuperset(secret)


def credential_of(finding: Finding, key: bytes) -> str | None:
    """The fingerprint of the finding's secret; None where the record does not hold it, or without a key."""
    if not key:
        return None
    if finding.secret is not None:
        return None if is_masked(finding.secret) else fingerprint(key, finding.secret)
    return None if finding.sha1 is None else fingerprint_of_sha1(key, finding.sha1)


@dataclass(frozen=True, slots=True)
class SecretMembers:
    """The names of a format's members, at any depth, that are a secret (`whole`) or have one in them (`quoting`)."""

    whole: frozenset[str]
    quoting: frozenset[str] = frozenset()

    def secrets(self, record: Record) -> list[str]:
        """The secrets that a record names, longest first, without those that are masked or shorter than four characters."""
        named: list[str] = []
        self._take_named(record, named)
        found = {secret for secret in named if len(secret) >= _SHORTEST and not is_masked(secret)}
        return sorted(found, key=lambda secret: (-len(secret), secret))

    def unprintable(self, record: Record) -> tuple[str, ...]:
        """All texts of a record that a report must not show: its secrets, and quotations in which they cannot be told."""
        secrets = self.secrets(record)
        tried = secrets[:_MOST_TRIED]
        quoted = (text for text in self._quoted(record) if len(text) >= _SHORTEST and not _holds(text, tried))
        return (*secrets, *quoted)

    def hidden(self, record: Record, secrets: list[str], stand_in: Callable[[str], str]) -> Record:
        """The record with `stand_in` in place of each of its `secrets`, wherever they are."""
        return cast("Record", self._hidden(record, secrets, stand_in))

    def _take_named(self, value: Record | list[Any], named: list[str]) -> None:
        if isinstance(value, list):
            for item in value:
                if isinstance(item, _HOLDERS):
                    self._take_named(item, named)
            return
        for name, inside in value.items():
            if name in self.whole:
                named.extend(_texts_in(inside))
            elif isinstance(inside, _HOLDERS):
                self._take_named(inside, named)

    def _quoted(self, value: object) -> Iterator[str]:
        for name, inside in _members(value):
            if name not in self.whole:
                yield from _texts_in(inside) if name in self.quoting else self._quoted(inside)

    def _hidden(self, value: object, secrets: list[str], stand_in: Callable[[str], str]) -> object:
        if isinstance(value, str):
            return _without(value, secrets, stand_in) if len(secrets) <= _MOST_TRIED else WITHHELD
        if isinstance(value, list):
            return [self._hidden(item, secrets, stand_in) for item in value]
        if not isinstance(value, dict):
            return value
        if len(secrets) == 1:
            return self._hidden_one(value, secrets, stand_in)
        shown: Record = {}
        for name, inside in value.items():
            if name in self.whole:
                shown[name] = _every_text(inside, lambda text: _in_place_of(text, stand_in))
            elif name in self.quoting:
                shown[name] = _every_text(inside, lambda text: _quotation(text, secrets, stand_in))
            else:
                name_shown = _without(name, secrets, stand_in) if len(secrets) <= _MOST_TRIED else name
                shown[name_shown] = self._hidden(inside, secrets, stand_in)
        return shown

    def _hidden_one(self, value: Record, secrets: list[str], stand_in: Callable[[str], str]) -> Record:
        """`_hidden` of an object in a record with one secret, as nearly all have: without a call for most members."""
        (secret,) = secrets
        shown: Record = {}
        for name, inside in value.items():
            if name in self.whole:
                shown[name] = _every_text(inside, lambda text: _in_place_of(text, stand_in))
            elif name in self.quoting:
                shown[name] = _every_text(inside, lambda text: _quotation(text, secrets, stand_in))
            else:
                kind = type(inside)
                if kind is str:
                    kept: object = inside if secret not in inside else _without(inside, secrets, stand_in)
                elif kind is dict or kind is list:
                    kept = self._hidden(inside, secrets, stand_in)
                else:
                    kept = inside
                shown[name if secret not in name else _without(name, secrets, stand_in)] = kept
        return shown


def finding_events(
    findings: Iterable[Finding], record: Record, members: SecretMembers, key: bytes
) -> list[EventValues]:
    """The events of all findings of a record. Nothing in them but the credential depends on the key."""
    secrets = members.secrets(record)
    cleaned: dict[str, str] = {}  # what all findings of a document have in common

    def clean(text: str) -> str:
        if text not in cleaned:
            cleaned[text] = _without(text, secrets, _withheld)
        return cleaned[text]

    events = [_event(_cleaned(finding, secrets, clean), credential_of(finding, key)) for finding in findings]
    written = b""
    for place, values in enumerate(events):
        if values.get("uid") is not None:
            written = written or canonical(members.hidden(record, secrets, _withheld))
            values["content"] = part_hash(written, place)
    return events


def _cleaned(finding: Finding, secrets: list[str], clean: Callable[[str], str]) -> Finding:
    """The finding without secrets in the texts that become the event's."""
    texts = {name: text for name in _CLEANED if (text := getattr(finding, name)) is not None}
    if len(secrets) == 1:
        (secret,) = secrets
        texts = {name: text for name, text in texts.items() if secret in text}
        if not texts and not finding.remarks:  # most
            return finding
    changed: dict[str, Any] = {name: clean(text) for name, text in texts.items()}
    return finding._replace(
        **changed, remarks=tuple(None if remark is None else clean(remark) for remark in finding.remarks)
    )


def _event(finding: Finding, credential: str | None) -> EventValues:
    values: EventValues = {
        "timestamp_desc": None if finding.stamp is None else finding.clock,
        "action": finding.action,
        "outcome": "success" if finding.verified else "unknown",
        "actor": finding.actor,
        "credential": credential,
        "resource": _place_of(finding) or finding.repository,
        "account": finding.repository,
        "uid": finding.uid,
        "message": _message(finding),
    }
    if finding.stamp is not None:
        values.update(finding.stamp.values())
    return values


def finding_fields(
    record: Record, members: SecretMembers, findings: Iterable[Finding], key: bytes
) -> Mapping[str, Any]:
    """A record for people: fingerprints in place of its secrets, and beside its members what is known of each."""
    secrets = members.secrets(record)
    shown = members.hidden(record, secrets, lambda secret: fingerprint(key, secret) if key else WITHHELD)
    known = [_known(finding, key) for finding in findings]
    return {**shown, OWN: known[0] if len(known) == 1 else known} if known else shown


def _known(finding: Finding, key: bytes) -> Record:
    secret = None if finding.secret is None or is_masked(finding.secret) else finding.secret
    return {
        "type": finding.type,
        "fingerprint": None if secret is None or not key else fingerprint(key, secret),
        "sha1_fingerprint": _sha1_known(finding, secret, key),
        "last_four": None if secret is None else last_four(secret),
        "verified": finding.verified,
    }


def _sha1_known(finding: Finding, secret: str | None, key: bytes) -> str | None:
    if secret is None:
        return credential_of(finding, key) if finding.secret is None else None
    return sha1_fingerprint(key, secret) if key else None


def _place_of(finding: Finding) -> str | None:
    return finding.path if finding.path is None or finding.line is None else f"{finding.path}:{finding.line}"


def _message(finding: Finding) -> str | None:
    title = None if finding.title is None or finding.title == finding.type else finding.title.rstrip(".")
    ending = None if finding.secret is None or is_masked(finding.secret) else last_four(finding.secret)
    parts = (
        finding.type,
        title,
        f"ends in {ending}" if ending is not None and ending.isprintable() and " " not in ending else None,
        {True: "verified, it works", False: "tried, it does not work", None: None}[finding.verified],
        *finding.remarks,
        None if finding.commit is None else f"in commit {finding.commit}",
    )
    return ", ".join(part for part in parts if part) or None


def _withheld(_secret: str) -> str:
    return WITHHELD


def _members(value: object) -> Iterator[tuple[str | None, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((None, item) for item in value)


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if value:
            yield value
        return
    for _, inside in _members(value):
        yield from _texts_in(inside)


def _every_text(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_every_text(item, change) for item in value]
    if isinstance(value, dict):
        return {name: _every_text(inside, change) for name, inside in value.items()}
    return value


def _in_place_of(secret: str, stand_in: Callable[[str], str]) -> str:
    if not secret or _is_only_a_mark(secret):
        return secret
    return WITHHELD if is_masked(secret) else stand_in(secret)


def _quotation(text: str, secrets: list[str], stand_in: Callable[[str], str]) -> str:
    if not text:
        return text
    return _without(text, secrets, stand_in) if len(secrets) <= _MOST_TRIED and _holds(text, secrets) else WITHHELD


def _holds(text: str, secrets: Iterable[str]) -> bool:
    return any(secret in text for secret in secrets)


def _without(text: str, secrets: Iterable[str], stand_in: Callable[[str], str]) -> str:
    for secret in secrets:
        if secret not in text:
            continue
        if len(secret) >= _WORD_BELOW:
            text = text.replace(secret, stand_in(secret))
        else:
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(secret)}(?![A-Za-z0-9])", lambda _: stand_in(secret), text)  # noqa: B023 - called at once
    return text
