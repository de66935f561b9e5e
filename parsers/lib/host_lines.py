"""Syslog lines of a host's programs as columns: the clean ones, of which most messages have one of few wordings.

A clean line is printable ASCII and has a usual time, a host, a program without a path, and `: `. The usual wordings of sshd
are taken apart by their words; what `parsers.lib.host_programs` makes of other messages is asked once per distinct message.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.clean_first import printable
from parsers.lib.clf_time import TimeColumns
from parsers.lib.columns import Lines, constant, event_batch, per_distinct
from parsers.lib.host_programs import SSHD, address_of, said
from parsers.lib.syslog_times import CLASSIC, LONGEST_HEAD, MODERN, read_head_times
from parsers.lib.times import Times

_HEAD: Final = rf"^(?:{CLASSIC}|{MODERN}) [^ ]+ [A-Za-z0-9_][A-Za-z0-9_.-]*(?:\[[0-9]+\])?$"
_LONGEST: Final = 240  # bytes of a message that is taken apart by its words
_LONGEST_WORD: Final = 60
_COLUMNS: Final = ("kind", "action", "outcome", "actor", "src_ip", "credential")
_USER: Final = "[A-Za-z0-9_.@$+][A-Za-z0-9_.@$+-]*"
_ADDRESS: Final = "[0-9A-Fa-f]+[.:][0-9A-Fa-f.:]+"
_BYTE: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_V4: Final = rf"^{_BYTE}\.{_BYTE}\.{_BYTE}\.{_BYTE}$"
_METHOD: Final = "(?:password|publickey|none|hostbased|gssapi-with-mic|keyboard-interactive(?:/pam)?)"
_KEY: Final = "(?:RSA|ED25519|ECDSA|DSA|ED25519-SK|ECDSA-SK) SHA256:[A-Za-z0-9+/]{43}"
_END: Final = r"port [0-9]+(?: \[preauth\])?$"
_PAM: Final = r"logname= uid=0 euid=0 tty=ssh ruser= rhost="
_NO_TEXT: Final = pa.scalar(None, pa.utf8())

_Part = tuple[pa.Array, Mapping[str, pa.Array]]


@dataclass(frozen=True, slots=True)
class _Wording:
    """A usual message as RE2 expression; the places of the words that name user, address and key, and their marks' lengths."""

    expression: str
    action: str
    outcome: str | None
    user: int | None
    address: int | None
    key: int | None = None
    user_from: int = 0
    address_from: int = 0


_WORDINGS: Final = (
    _Wording(f"^Failed {_METHOD} for invalid user {_USER} from [^ ]+ port [0-9]+ ssh2$", "failed", "failure", 5, 7),
    _Wording(f"^Failed {_METHOD} for {_USER} from [^ ]+ port [0-9]+ ssh2$", "failed", "failure", 3, 5),
    _Wording(f"^Invalid user {_USER} from [^ ]+(?: port [0-9]+)?$", "invalid_user", "failure", 2, 4),
    _Wording(f"^Connection (?:closed|reset) by {_ADDRESS} {_END}", "disconnected", None, None, 3),
    _Wording(
        f"^Connection (?:closed|reset) by (?:invalid|authenticating) user {_USER} {_ADDRESS} {_END}",
        "disconnected", None, 5, 6,
    ),
    _Wording(f"^Disconnected from (?:invalid|authenticating) user {_USER} {_ADDRESS} {_END}", "disconnected", None, 4, 5),
    _Wording(f"^Disconnected from user {_USER} {_ADDRESS} {_END}", "disconnected", None, 3, 4),
    _Wording(f"^Disconnected from {_ADDRESS} {_END}", "disconnected", None, None, 2),
    _Wording(
        rf"^Received disconnect from {_ADDRESS}(?: port [0-9]+)?: ?[0-9]+: (?:Bye Bye|disconnected by user)?(?: ?\[preauth\])?$",
        "disconnected", None, None, 3,
    ),
    _Wording(f"^Accepted {_METHOD} for {_USER} from [^ ]+ port [0-9]+ ssh2: {_KEY}$", "accepted", "success", 3, 5, 10),
    _Wording(f"^Accepted {_METHOD} for {_USER} from [^ ]+ port [0-9]+ ssh2$", "accepted", "success", 3, 5),
    _Wording(
        rf"^pam_unix\(sshd:auth\): authentication failure; {_PAM}{_ADDRESS}  user={_USER}$",
        "other", None, 10, 8, None, 5, 6,
    ),
    _Wording(rf"^pam_unix\(sshd:auth\): authentication failure; {_PAM}{_ADDRESS}$", "other", None, None, 8, None, 0, 6),
    _Wording(
        f"^PAM [0-9]+ more authentication failures?; {_PAM}{_ADDRESS}  user={_USER}$", "other", None, 12, 10, None, 5, 6
    ),
    _Wording(rf"^pam_unix\(sshd:session\): session closed for user {_USER}$", "other", None, 5, None),
)  # fmt: skip


def read_host_lines(lines: Lines, times: Times) -> tuple[pa.Array, pa.RecordBatch]:
    """The places of the clean lines, ascending, and their events."""
    parts = pc.split_pattern(lines.texts, ": ", max_splits=1)
    head, clean = pc.list_element(parts, 0), printable(lines)
    good = pc.and_(pc.equal(pc.list_value_length(parts), 2), pc.match_substring_regex(head, _HEAD))
    good = pc.and_(good, pc.less_equal(pc.binary_length(head), LONGEST_HEAD))
    good = good if clean is None else pc.and_(good, clean)
    rows = pc.indices_nonzero(good).cast(pa.int64())
    if len(rows) < len(lines):
        parts, head = parts.filter(good), head.filter(good)
    time, host, program = read_head_times(head, times)
    message = pc.ascii_trim(pc.list_element(parts, 1), " ")
    return rows, _events(lines, rows, time, _messages(program, message, host), message)


def _events(
    lines: Lines, rows: pa.Array, time: TimeColumns, told: Mapping[str, pa.Array], message: pa.Array
) -> pa.RecordBatch:
    count = len(rows)
    return event_batch(
        count,
        {
            "timestamp": time.us,
            "timestamp_desc": constant("event", count),
            "timestamp_precision": time.precision_us,
            "timestamp_basis": time.basis,
            "record": lines.record.take(rows),
            "offset": lines.offset.take(rows),
            "length": lines.length.take(rows),
            **told,
            "message": _said_something(message),
        },
    )


def _said_something(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_in(texts, pa.array(["", "-"])), _NO_TEXT, texts)


def _messages(program: pa.Array, message: pa.Array, host: pa.Array) -> Mapping[str, pa.Array]:
    """What the messages say, and of what: the columns of _COLUMNS and `resource`."""
    resource = _said_something(host)
    everyone = pa.array(range(len(message)), pa.int64())
    of_sshd, of_sudo = pc.is_in(program, pa.array(sorted(SSHD))), pc.equal(program, "sudo")
    others = pc.invert(pc.or_(of_sshd, of_sudo))
    places = everyone.filter(others)
    parts: list[_Part] = [(places, {
        **_constants(len(places), "syslog", None, None), "action": program.filter(others), "resource": resource.filter(others),
    })]  # fmt: skip
    places = everyone.filter(of_sshd)
    parts += _sshd(places, message.filter(of_sshd), resource.filter(of_sshd))
    places = everyone.filter(of_sudo)
    parts.append((places, _asked("sudo", message.filter(of_sudo), resource.filter(of_sudo))))
    order = pc.sort_indices(pa.concat_arrays([places for places, _ in parts]))
    return {name: pa.concat_arrays([part[name] for _, part in parts]).take(order) for name in (*_COLUMNS, "resource")}


def _sshd(places: pa.Array, message: pa.Array, resource: pa.Array) -> Sequence[_Part]:
    """Parts of the messages of sshd: one for each usual wording, and one for the rest."""
    parts: list[_Part] = []
    for wording in _WORDINGS:
        fits = pc.match_substring_regex(message, wording.expression)
        fits = pc.and_(fits, pc.less_equal(pc.binary_length(message), _LONGEST))
        if not fits.true_count:
            continue
        mine = message.filter(fits)
        words = pc.split_pattern(mine, " ")
        user, address = (
            _word(words, wording.user, wording.user_from),
            _word(words, wording.address, wording.address_from),
        )
        if _is_long(user) or _is_long(address):
            continue
        told = _constants(len(mine), "ssh.auth", wording.action, wording.outcome)
        parts.append((places.filter(fits), {
            **told,
            "actor": user,
            "src_ip": _addresses(address),
            "credential": _word(words, wording.key),
            "resource": resource.filter(fits),
        }))  # fmt: skip
        left = pc.invert(fits)
        places, message, resource = places.filter(left), message.filter(left), resource.filter(left)
    return [*parts, (places, _asked("sshd", message, resource))]


def _word(words: pa.Array, place: int | None, start: int = 0) -> pa.Array:
    if place is None:
        return pa.nulls(len(words), pa.utf8())
    found = pc.list_element(words, place)
    return pc.utf8_slice_codeunits(found, start) if start else found


def _is_long(texts: pa.Array) -> bool:
    return (pc.max(pc.binary_length(texts)).as_py() or 0) > _LONGEST_WORD


def _addresses(texts: pa.Array) -> pa.Array:
    plain = pc.match_substring_regex(texts, _V4)
    if pc.all(plain).as_py():  # also where there are only nulls
        return texts
    plain = pc.fill_null(plain, False)
    left = pc.if_else(plain, _NO_TEXT, texts)
    return pc.coalesce(pc.if_else(plain, texts, _NO_TEXT), per_distinct(left, address_of, pa.utf8()))


def _constants(count: int, kind: str, action: str | None, outcome: str | None) -> dict[str, pa.Array]:
    nothing = pa.nulls(count, pa.utf8())
    stated = {"kind": kind, "action": action, "outcome": outcome}
    return {
        **dict.fromkeys(_COLUMNS, nothing),
        **{name: pa.repeat(pa.scalar(text, pa.utf8()), count) for name, text in stated.items()},
    }


def _asked(program: str, message: pa.Array, host: pa.Array) -> Mapping[str, pa.Array]:
    """What `said` says of each distinct message. What it says nothing about is of the host."""
    coded = message.dictionary_encode()
    told: list[Mapping[str, Any]] = [said(program, text) for text in coded.dictionary.to_pylist()]
    columns = {
        name: pa.array([values.get(name) for values in told], pa.utf8()).take(coded.indices) for name in _COLUMNS
    }
    named = pa.array(["resource" in values for values in told], pa.bool_()).take(coded.indices)
    resource = pa.array([values.get("resource") for values in told], pa.utf8()).take(coded.indices)
    return {**columns, "resource": pc.if_else(named, resource, host)}
