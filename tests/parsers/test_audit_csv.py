"""Downloads as CSV of audit logs of services: Okta, GitHub, Google Workspace."""

import pytest

from parsers import github_audit_csv, google_workspace_csv, okta_system_csv
from tests.parsers.registry import load, run
from timeline.model.parser import DecodeContext, Sample


def test_okta() -> None:
    login, refused = run(load("okta.system.csv"), okta_system_csv.SAMPLES[0]).events
    assert (login["kind"], login["action"], login["actor"], login["src_ip"], login["session"]) == (
        "okta.system", "user.session.start", "dana@example.com", "198.51.100.9", "idx7example",
    )  # fmt: skip
    assert (login["resource"], login["user_agent"], login["outcome"], login["message"]) == (
        "Payroll", "Mozilla/5.0", "success", "User login to Okta",
    )  # fmt: skip
    assert (login["timestamp"], login["uid"]) == (1_774_910_208_424_000, "9d3c6c1e-0f5b-11f1-8d7f-0242ac120002")
    assert (refused["actor"], refused["resource"], refused["outcome"]) == (None, "mallory@example.com", "denied")


def test_okta_rows_without_an_event_type() -> None:
    header, first, _ = okta_system_csv.SAMPLES[0].splitlines()
    done = run(load("okta.system.csv"), header + b"\n" + first + b"\n,,,,\n")
    assert [reason for *_, reason in done.refused] == [okta_system_csv.NO_EVENT_TYPE]


def test_github() -> None:
    added, rejected, joined = run(load("github.audit.csv"), github_audit_csv.SAMPLES[0]).events
    assert (added["kind"], added["action"], added["actor"], added["resource"], added["account"], added["uid"]) == (
        "github.audit", "team.add_repository", "kim-gh", "example-org/cli", "example-org", "Zm9vYmFyMQ",
    )  # fmt: skip
    assert (added["timestamp"], added["timestamp_precision"]) == (1_774_910_088_123_000, 1_000)
    assert rejected["outcome"] == "denied"
    assert (joined["timestamp"], joined["resource"]) == (1_774_910_208_000_000, "example-org")


def test_fields_are_nested() -> None:
    header, row, *_ = github_audit_csv.SAMPLES[0].splitlines()
    found = load("github.audit.csv").fields(row, header, DecodeContext())
    assert (found["actor_location"], found["data"]) == ({"country_code": "DE"}, {"team": "example-org/engineering"})


def test_gam() -> None:
    parser = load("google.workspace.csv")
    download, failed = run(parser, google_workspace_csv.SAMPLES[0]).events
    assert (download["kind"], download["action"], download["actor"], download["resource"], download["account"]) == (
        "google.workspace", "download", "dana@example.com", "1AbCexample", "C01example",
    )  # fmt: skip
    assert (download["timestamp"], download["uid"], download["src_ip"]) == (
        1_774_910_208_424_000,
        "-1234567890",
        "198.51.100.9",
    )
    assert (failed["action"], failed["outcome"]) == ("login_failure", "failure")
    header, row, _ = google_workspace_csv.SAMPLES[0].splitlines()
    assert parser.fields(row, header, DecodeContext())["parameters"]["doc_title"] == "weights.safetensors"


def test_the_admin_console() -> None:
    (event,) = run(load("google.workspace.csv"), google_workspace_csv.SAMPLES[1]).events
    assert (event["timestamp"], event["action"], event["actor"], event["resource"], event["message"]) == (
        1_774_910_208_000_000, "Download", "dana@example.com", "1AbCexample", "Dana downloaded an item",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["okta.system.csv", "github.audit.csv", "google.workspace.csv"])
def test_look_alikes(kind: str) -> None:
    for header in (
        b"timestamp,event_type,actor,outcome\n", b"action,actor,target,created_at\n", b"Date,Event,User,IP address\n",
        b"name,id,time,ipAddress\n", b"seq,created_at,action,actor,actor_id,metadata\n",
    ):  # fmt: skip
        assert load(kind).sniff(Sample(header + b"a,b,c,d\n")).confidence == 0
