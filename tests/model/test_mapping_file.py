"""Mappings as people write them: what is read, and what is refused with file, line and key."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline import help as manual
from timeline.model.case_file import parse_case_file
from timeline.model.errors import CaseFileError, UsageError
from timeline.model.field_path import read_field_path
from timeline.model.mapping import Condition, Origin, TimeRule, mapping_of, mapping_text
from timeline.model.mapping_file import find_mapping, load_mapping, parse_mapping, shipped_mappings

FULL = b"""format: json
kind: gateway.access
title: Requests
zone: Europe/Berlin
when:
  type: [access, 7, true]
  'tenant.id': acme
time:
  - field: [ts, "{day} {clock}"]
    format: [iso, epoch_ms]
    desc: request
  - seen
fields:
  actor: [user.name, user]
  src_ip: {field: via, proxies: 2}
  action: {field: request, word: 1}
  resource: "{host}{{x}}{path}"
  outcome: {field: result, values: {ok: success}, other: unknown}
  account: {constant: 111122223333}
  credential: {field: token, fingerprint: true}
  user_agent: {field: agent, decode: plus}
"""


def path(text: str) -> Origin:
    return Origin(path=read_field_path(text))


def test_reads_every_key() -> None:
    mapping = parse_mapping(FULL)
    assert (mapping.format, mapping.kind, mapping.title, mapping.zone) == (
        "json", "gateway.access", "Requests", "Europe/Berlin",
    )  # fmt: skip
    assert mapping.parser_kind == "mapped.json"
    assert mapping.when[0] == Condition(path=read_field_path("type"), values=("access", "7", "true"))
    both = Origin(template=(read_field_path("day"), " ", read_field_path("clock")))
    assert mapping.times == (
        TimeRule(origins=(path("ts"), both), formats=("iso", "epoch_ms"), desc="request"),
        TimeRule(origins=(path("seen"),)),
    )
    fields = mapping.fields
    assert fields["actor"] == (path("user.name"), path("user"))
    assert fields["src_ip"] == (Origin(path=read_field_path("via"), proxies=2),)
    assert fields["resource"] == (Origin(template=(read_field_path("host"), "{x}", read_field_path("path"))),)
    assert fields["account"] == (Origin(constant="111122223333"),)
    assert fields["outcome"][0].values == {"ok": "success"}
    assert fields["credential"][0].fingerprint
    assert (fields["user_agent"][0].decode, fields["action"][0].word) == ("plus", 1)


def test_braces_in_a_quoted_name_are_its_own() -> None:
    mapping = parse_mapping(b"""format: json
kind: a
time: '"t{0}".at'
fields: {actor: '"{who}"', resource: '{"a{b"}/{c}'}
""")
    assert mapping.times[0].origins == (Origin(path=read_field_path('"t{0}".at')),)
    assert mapping.fields["actor"] == (Origin(path=read_field_path('"{who}"')),)
    assert mapping.fields["resource"] == (Origin(template=(read_field_path('"a{b"'), "/", read_field_path("c"))),)


def test_the_example_of_the_manual_is_one() -> None:
    topic = manual.topic("mappings")
    assert topic is not None
    first, in_case_yaml = re.findall(r"```yaml\n(.*?)```", topic.text, re.DOTALL)
    assert set(parse_mapping(first.encode()).fields) >= {"actor", "src_ip", "credential"}
    with pytest.raises(CaseFileError, match=r"there is no mapping `gateway\.yaml`"):
        parse_case_file(in_case_yaml.encode())
    assert all(f"| `{name}` |" in topic.text for name in shipped_mappings())


def test_the_text_of_a_mapping_reads_back_and_is_canonical() -> None:
    mapping = parse_mapping(FULL)
    assert mapping_of(mapping_text(mapping)) == mapping
    turned = b"\n".join(FULL.split(b"\n")[3::-1]) + b"\n" + b"\n".join(FULL.split(b"\n")[4:])
    assert mapping_text(parse_mapping(turned)) == mapping_text(mapping)


SHORT = "format: json\nkind: a\ntime: t\n"


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("kind: a\ntime: t", 1, "lacks the key `format`"),
        ("format: xml\nkind: a\ntime: t", 1, "allowed: json, csv, w3c"),
        ("format: json\nkind: A b\ntime: t", 2, "`kind` is no name of a kind"),
        ("format: json\nkind: analyst.statement\ntime: t", 2, "never evidence"),
        (f"{SHORT}zone: Europe/Berln", 4, "did you mean `Europe/Berlin`?"),
        (f"{SHORT}feilds: {{}}", 4, "did you mean `fields`?"),
        (f"{SHORT}fields:\n  actr: u", 5, "unknown key `actr` in `fields` (did you mean `actor`?"),
        (f"{SHORT}fields:\n  timestamp: u", 5, "unknown key `timestamp`"),
        (f"{SHORT}fields:\n  kind: u", 5, "unknown key `kind`"),
        (f"{SHORT}fields:\n  actor: a..b", 5, "`fields.actor` is no path to a field: `a..b`: there is no name"),
        (f"{SHORT}fields:\n  actor: '{{a'", 5, "has a single `{` at character 1"),
        (f"{SHORT}fields:\n  actor: '{{{{a}}}}'", 5, "names no field"),
        (f"{SHORT}fields:\n  actor: 'x{{a..b}}'", 5, "no path to a field at character 2"),
        (f"{SHORT}fields:\n  actor: []", 5, "must not be empty"),
        (f"{SHORT}fields:\n  actor: {{word: 1}}", 5, "one of the keys `field`, `template` and `constant`"),
        (f"{SHORT}fields:\n  actor: {{field: a, word: 0}}", 5, "a whole number from 1 to 100"),
        (f"{SHORT}fields:\n  actor: {{field: a, proxies: 1}}", 5, "belongs to `src_ip` alone"),
        (f"{SHORT}fields:\n  message: {{field: a, fingerprint: true}}", 5, "belongs to actor, credential, session"),
        (f"{SHORT}fields:\n  actor: {{field: a, other: x}}", 5, "needs `values`"),
        (f"{SHORT}fields:\n  actor: {{field: a, decode: base64}}", 5, "allowed: percent, plus"),
        (f"{SHORT}fields:\n  outcome: {{field: a, values: {{ok: fine}}}}", 5, "an outcome is one of success, denied"),
        (f"{SHORT}fields:\n  outcome: {{constant: fine}}", 5, "an outcome is one of"),
        (f"{SHORT}when:\n  a..b: c", 5, "does not follow a path"),
        ("format: json\nkind: a\ntime:\n  format: iso", 4, "`time` lacks the key `field`"),
        ("format: json\nkind: a\ntime:\n  field: t\n  format: soon", 5, "is no format of times: `soon`"),
        ("format: json\nkind: a\ntime:\n  field: t\n  format: '%Y-%m-%d %Q'", 5, "the unknown directive `%Q`"),
        ("format: json\nkind: a\ntime:\n  field: t\n  format: '%Y-%m-%d %Y'", 5, "has a directive twice"),
        ("format: json\nkind: a\ntime:\n  field: t\n  format: '%H:%M'", 5, "must have year, month and day"),
        ("format: json\nkind: a\ntime: t\ntime: u", 4, "has the key `time` twice"),
        ("format: json\nkind: &x a\ntime: *x", 2, "anchors and aliases"),
    ],
)
def test_errors_name_file_line_and_key(content: str, line: int, says: str) -> None:
    with pytest.raises(CaseFileError) as caught:
        parse_mapping(content.encode(), "my.yaml")
    assert caught.value.where == f"my.yaml:{line}"
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, len(FULL)), junk=st.binary(max_size=6))
def test_a_damaged_file_is_read_or_refused_in_one_line(cut: int, junk: bytes) -> None:
    where = "mapping.yaml:0"
    try:
        parse_mapping(FULL[:cut] + junk + FULL[cut + len(junk) :])
    except CaseFileError as error:
        where = str(error.where)
    assert where.startswith("mapping.yaml:")


def test_a_file_beside_comes_before_a_name_and_what_is_neither_is_told(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_bytes(FULL)
    assert find_mapping("m.yaml", tmp_path) == load_mapping(tmp_path / "m.yaml") == parse_mapping(FULL)
    assert find_mapping("fastly", tmp_path).kind == "web.fastly"
    with pytest.raises(UsageError, match="no mapping `fastl`") as caught:
        find_mapping("fastl", tmp_path)
    assert "one of fastly, huggingface-audit" in str(caught.value)


def test_those_that_come_with_leakline_have_a_title_and_a_description() -> None:
    assert list(shipped_mappings()) == ["fastly", "huggingface-audit", "huggingface-downloads"]
    assert all(mapping.title for mapping in shipped_mappings().values())


def test_a_source_of_case_yaml_names_its_mapping_by_file_by_name_or_in_place(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_bytes(FULL)
    inline = "{format: csv, kind: door.log, time: at}"
    content = f"""sources:
  - {{path: a, mapping: m.yaml}}
  - {{path: b, mapping: fastly, kind: mapped.json}}
  - {{path: c, mapping: {inline}}}
  - {{path: c, kind: web.access}}
"""
    config = parse_case_file(content.encode(), folder=tmp_path)
    assert [declared.kind for declared in config.sources] == ["mapped.json", "mapped.json", "mapped.csv", "web.access"]
    assert config.source_settings("a").mapping == mapping_text(parse_mapping(FULL))
    assert config.source_settings("c").kind == "web.access"


@pytest.mark.parametrize(
    ("entry", "where", "says"),
    [
        ("mapping: nothing", "case.yaml:3", "`sources[0].mapping` there is no mapping `nothing`"),
        ("mapping: broken.yaml", "broken.yaml:2", "unknown key `knd`"),
        ("mapping: {format: csv}", "case.yaml:3", "lacks the key `kind`"),
        ("mapping: fastly\n    kind: web.access", "case.yaml:4", "`sources[0].kind` goes not together with `mapping`"),
        ("mapping: fastly\n    log_format: '%h'", "case.yaml:4", "goes not together with `mapping`"),
    ],
)
def test_a_wrong_one_is_told_where_it_stands(tmp_path: Path, entry: str, where: str, says: str) -> None:
    (tmp_path / "broken.yaml").write_text("format: csv\nknd: a\ntime: t\n")
    with pytest.raises(CaseFileError) as caught:
        parse_case_file(f"sources:\n  - path: a\n    {entry}\n".encode(), folder=tmp_path)
    assert caught.value.where == where
    assert says in str(caught.value)
