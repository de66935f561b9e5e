import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.model.case_file import CaseConfig, Network, Person, load_case_file, parse_case_file
from timeline.model.case_template import default_case_file
from timeline.model.errors import CaseFileError
from timeline.model.time import DAY_US, MINUTE_US, parse_iso

FULL = b"""\
name: npm-source-map
title: "Source map published"
zone: Europe/Berlin
analyst: kim
sources:
  - path: "web/*"
    kind: web.access
    tz: +12:00
    year: 2026
    clock_offset: 1m30s
    log_format: '%h %l'
    collector: kim
    method: rsync
    acquired: 2026-04-02T09:30:00+02:00
    options: {a: b, c: d}
  - path: access.log
    clock_offset: -1h
    options: {c: e}
people:
  - name: Dana
    identities: [dana@corp.example, 111122223333]
    role: developer
networks:
  - name: office
    cidr: [198.51.100.0/24, 203.0.113.7, "2001:db8::/32"]
    role: own
  - {name: elsewhere, cidr: [192.0.2.0/24]}
markers:
  - {at: 2026-03-31, text: the press}
  - {at: 2026-03-31 14:05, until: 2026-03-31T13:05:00Z, text: a call}
secrets: [hunter2hunter2, 12345678]
"""


def test_reads_every_key() -> None:
    config = parse_case_file(FULL)
    assert (config.name, config.title, config.zone, config.analyst) == (
        "npm-source-map", "Source map published", "Europe/Berlin", "kim",
    )  # fmt: skip
    assert config.people == (Person(name="Dana", identities=("dana@corp.example", "111122223333"), role="developer"),)
    assert config.networks[0].cidr == ("198.51.100.0/24", "203.0.113.7/32", "2001:db8::/32")
    assert config.networks[1] == Network(name="elsewhere", cidr=("192.0.2.0/24",), role="other")
    assert config.secrets == ("hunter2hunter2", "12345678")


def test_markers_are_in_the_case_zone_unless_they_state_theirs() -> None:
    day, call = parse_case_file(FULL).markers
    assert (day.at_us, day.precision_us) == (_us("2026-03-30T22:00:00Z"), DAY_US)
    assert (call.at_us, call.precision_us, call.until_us) == (
        _us("2026-03-31T12:05:00Z"), MINUTE_US, _us("2026-03-31T13:05:00Z"),
    )  # fmt: skip


def _us(text: str) -> int:
    moment = parse_iso(text)
    assert moment is not None
    return moment[0]


def test_source_settings_merge_and_later_entries_win() -> None:
    config = parse_case_file(FULL)
    both = config.source_settings("web/a/access.log")
    assert (both.kind, both.tz, both.clock_offset_us) == ("web.access", "+12:00", -3_600_000_000)
    assert both.options == {"a": "b", "c": "e"}
    assert (both.acquired, both.acquired_us) == ("2026-04-02T09:30:00+02:00", _us("2026-04-02T07:30:00Z"))
    assert config.source_settings("web/x").clock_offset_us == 90_000_000
    nothing = config.source_settings("other.log")
    assert (nothing.kind, nothing.clock_offset_us, nothing.options) == (None, None, {})


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"name: a\nzon: UTC", 2, "unknown key `zon` (did you mean `zone`? allowed: name, title"),
        (b"sources:\n  - path: a\n    yer: 1", 3, "unknown key `yer` in `sources[0]` (did you mean `year`?"),
        (b"name: a\nname: b", 2, "has the key `name` twice; line 1"),
        (b"\nzone: no", 2, "`zone` must be a text, not a yes/no value"),
        (b"zone: Europe/Berln", 1, "did you mean `Europe/Berlin`?"),
        (b"zone: ../../etc/passwd", 1, "names no zone"),
        (b"zone: +25:00", 1, "names no zone"),
        (b"zone:", 1, "must be a text, not empty"),
        (b"name: 12", 1, "put it in quotes"),
        (b"name: '  '", 1, "must not be empty"),
        (b"title: [a]", 1, "`title` must be a text, not a list"),
        (b"people: x", 1, "`people` must be a list, not a text"),
        (b"people: [x]", 1, "`people[0]` must be a group of keys"),
        (b"people:\n - role: x", 2, "`people[0]` lacks the key `name`"),
        (b"sources: [{path: a, year: 26}]", 1, "a whole number from 1970 to 2200"),
        (b"sources: [{path: a, year: '2026'}]", 1, "a whole number"),
        (b"sources: [{path: a, clock_offset: 90}]", 1, "write it with units"),
        (b"sources: [{path: a, acquired: 2026-04-02 09:30}]", 1, "a time with its offset"),
        (b"sources: [{path: a, acquired: 2026-04-02T09:30:00+99:00}]", 1, "a time with its offset"),
        (b"sources: [{path: a, options: {b: true}}]", 1, "`sources[0].options.b` must be a text"),
        (b"networks: [{name: a, cidr: [10.0.0.5/8]}]", 1, "did you mean 10.0.0.0/8?"),
        (b"networks: [{name: a, cidr: [nowhere]}]", 1, "is not a network"),
        (b"networks: [{name: a, cidr: [10.0.0.0/8], role: ovn}]", 1, "did you mean `vpn`?"),
        (b"markers: [{at: soon, text: x}]", 1, "is not a time"),
        (b"markers: [{at: 2026-03-31, until: 2026-03-30, text: x}]", 1, "is before `at`"),
        (b"a: &x 1\nb: *x", 1, "anchors and aliases"),
        (b"name: !!python/object:os.system x", 1, "tags (`!`)"),
        (b"[" * 200, 1, "nested too deeply"),
        (b"name: a\n---\nname: b", 2, "is not YAML"),
        (b"name: [", 1, "is not YAML"),
        (b"name: a\ntitle: \xff", 2, "not UTF-8"),
        (b"name: a\ntitle: \x00", 2, "a character that YAML does not allow"),
        (b"- a", 1, "must be a group of keys, not a list"),
        (b"? [a]\n: b", 1, "has a key that is not a text"),
    ],
)
def test_errors_name_file_line_and_key(content: bytes, line: int, says: str) -> None:
    with pytest.raises(CaseFileError) as caught:
        parse_case_file(content)
    assert caught.value.where == f"case.yaml:{line}"
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_short_secret_is_refused_without_being_shown() -> None:
    with pytest.raises(CaseFileError, match=r"`secrets\[1\]` is shorter") as caught:
        parse_case_file(b"secrets: [longenough, qzx]")
    assert "qzx" not in str(caught.value)


def test_loads_from_disk_and_names_itself_after_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "my-case"
    folder.mkdir()
    path = folder / "case.yaml"
    path.write_bytes(b"\xef\xbb\xbfzone: UTC\n")
    assert load_case_file(path) == CaseConfig(name="my-case")
    path.write_bytes(b"")
    assert load_case_file(path) == CaseConfig(name="my-case")


def test_refuses_a_missing_and_an_oversized_file(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="cannot be read"):
        load_case_file(tmp_path / "case.yaml")
    (tmp_path / "case.yaml").write_bytes(b"#" * (1024 * 1024 + 1))
    with pytest.raises(CaseFileError, match="larger than 1 MiB"):
        load_case_file(tmp_path / "case.yaml")


@pytest.mark.parametrize("name", ["demo", "a: b #c", 'quo"te\\', "Fall München", "no", "{x}"])
def test_the_default_case_file_is_valid_and_keeps_the_name(name: str) -> None:
    assert parse_case_file(default_case_file(name).encode()) == CaseConfig(name=name)


def test_the_examples_in_the_default_case_file_are_valid() -> None:
    lines = default_case_file("x").splitlines()
    shown = [line.removeprefix("#") if line.startswith("#  ") else line for line in lines]
    text = "\n".join(shown).replace(": []", ":")
    config = parse_case_file(text.replace("secrets:", "secrets: []").encode())
    assert len(config.sources) == len(config.people) == len(config.networks) == len(config.markers) == 1


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_give_a_config_or_a_case_file_error(content: bytes) -> None:
    with contextlib.suppress(CaseFileError):
        assert isinstance(parse_case_file(content), CaseConfig)
