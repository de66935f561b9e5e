"""Noise of a case: what is labelled, what it rests on, and that nothing is left out."""

from pathlib import Path
from typing import Any

import pytest

from tests.analysis.trails import call, made_case, session, user
from timeline.model.errors import CaseFileError, UsageError
from timeline.model.noise import NoiseLabel
from timeline.session.case import Case

ANN = user("ann", "AKIAANNANNANNANNANN1")
AGENTS = (
    "ELB-HealthChecker/2.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://crawler.example/bot.html)",
    "Mozilla/5.0 zgrab/0.x",
    "Mozilla/5.0 (compatible; CensysInspect/1.1; +https://scanner.example/)",
    "curl/8.5.0",
)
OWN = """rules:
  - rule: pentest
    class: defender-scanner
    title: the penetration test
    addresses: [198.51.100.4]
  - rule: ann-tests
    class: monitoring
    title: what Ann tries
    credentials: [AKIAANNANNANNANNANN1]
"""


def access_log(lines: int = 50) -> bytes:
    return "".join(
        f"198.51.100.{number % 5} - - [30/Mar/2026:10:{number % 60:02d}:00 +0000] "
        f'"GET /a/{number} HTTP/1.1" 200 {number * 10} "-" "{AGENTS[number % 5]}"\n'
        for number in range(lines)
    ).encode()


def trail() -> list[dict[str, Any]]:
    config = session("AWSServiceRoleForConfig", "config", "ASIACONFIG0000000001")
    return [
        call(1, "2026-03-30T10:00:00Z", "s3", "ListBuckets", ANN),
        call(2, "2026-03-30T10:01:00Z", "s3", "ListBuckets", config, sourceIPAddress="config.amazonaws.com"),
        call(3, "2026-03-30T10:02:00Z", "iam", "ListUsers", ANN, userAgent="Prowler/4.0 aws-cli"),
    ]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return made_case(tmp_path / "case", {"access.log": access_log(), "trail.json": trail()})


def labels(case: Case) -> dict[str, NoiseLabel]:
    return {label.rule: label for label in case.findings.noise().labels}


def count(case: Case, query: str) -> int:
    with case.find(query) as matches:
        return matches.count()


def test_what_is_labelled(case: Case) -> None:
    found = case.findings.noise()
    assert {label.rule: (label.label, label.basis, label.events) for label in found.labels} == {
        "elb-health": ("health-check", "says it is", 10),
        "googlebot": ("crawler", "says it is", 10),
        "scanning-tools": ("scanner", "says it is", 10),
        "internet-scanners": ("scanner", "says it is", 10),
        "aws-security-services": ("defender-scanner", "logged as", 1),
        "posture-tools": ("defender-scanner", "says it is", 1),
    }
    assert found.classes == {"defender-scanner": 2, "scanner": 20, "health-check": 10, "crawler": 10}
    assert (found.events, found.of) == (42, 53)


def test_a_label_says_who_and_when(case: Case) -> None:
    label = labels(case)["elb-health"]
    assert (label.actor_count, label.address_count, label.addresses) == (0, 1, ("198.51.100.0",))
    assert label.agents == (AGENTS[0],)
    assert label.bytes_out == sum(number * 10 for number in range(0, 50, 5))
    assert case.event(label.first_key).timestamp == label.first_us
    assert case.event(label.last_key).timestamp == label.last_us


@pytest.mark.parametrize(
    ("query", "events"),
    [
        ("noise:yes", 42),
        ("-noise:yes", 11),
        ("noise:no", 11),
        ("noise:scanner", 20),
        ("noise:googlebot", 10),
        ("noise:(googlebot OR elb-health)", 20),
        ("noise:scanner src_ip:198.51.100.2", 10),
        ("noise:canary", 0),
        ("-noise:canary", 53),
        ("noise:kube-probe", 0),
    ],
)
def test_queries(case: Case, query: str, events: int) -> None:
    assert count(case, query) == events


def test_a_label_that_nobody_knows(case: Case) -> None:
    with pytest.raises(UsageError, match="did you mean crawler"):
        case.find("noise:crawlers")


def test_each_label_is_found_by_its_name(case: Case) -> None:
    for label in case.findings.noise().labels:
        assert count(case, f"noise:{label.rule}") == label.events
    for name, events in case.findings.noise().classes.items():
        assert count(case, f"noise:{name}") == events


def test_an_analyst_labels_addresses_keys_and_networks(tmp_path: Path) -> None:
    config = "name: made\nnetworks:\n  - {name: Our Scanner, cidr: [198.51.100.3], role: scanner}\n"
    case = made_case(tmp_path / "case", {"access.log": access_log(), "trail.json": trail()}, config)
    before = case.findings.noise()
    assert labels(case)["network-our-scanner"].events == 10
    assert labels(case)["network-our-scanner"].basis == "declared as"
    (tmp_path / "case" / "rules").mkdir()
    (tmp_path / "case" / "rules" / "noise.yaml").write_text(OWN)
    assert labels(case)["pentest"].events == 10
    assert labels(case)["ann-tests"].events == 2
    assert labels(case)["ann-tests"].actors == (ANN["arn"],)
    found = case.findings.noise()
    assert found.events == before.events + 10 + 1  # one of Ann's two was noise already
    assert found.classes["scanner"] == 20
    assert count(case, "noise:pentest") == 10
    (tmp_path / "case" / "rules" / "noise.yaml").write_text("without: [googlebot]\n")
    assert "googlebot" not in labels(case)
    (tmp_path / "case" / "rules" / "noise.yaml").write_text("without: [nothing]\n")
    with pytest.raises(CaseFileError, match=r"noise.yaml:1: `without\[0\]` cannot be `nothing`"):
        case.find("noise:yes")


def test_a_case_without_events_has_no_noise(tmp_path: Path) -> None:
    found = made_case(tmp_path / "case", {"empty.log": b""}).findings.noise()
    assert (found.labels, dict(found.classes), found.events, found.of) == ((), {}, 0, 0)


def test_noise_grows_with_the_case(case: Case, tmp_path: Path) -> None:
    assert case.findings.noise().classes["crawler"] == 10
    more = tmp_path / "case" / "evidence" / "more.log"
    more.write_bytes(access_log(5).replace(b"198.51.100.", b"203.0.113.").replace(b"CensysInspect", b"GPTBot"))
    case.ingest(jobs=1)
    found = case.findings.noise()
    assert (found.classes["crawler"], found.classes["scanner"], found.of) == (12, 21, 58)
    assert count(case, "noise:ai-crawlers") == 1


def test_an_event_tells_its_labels(case: Case, tmp_path: Path) -> None:
    def labelled() -> dict[str, set[str]]:
        with case.find() as matches:
            return {
                event.key: {
                    label.rpartition("(")[2].rstrip(")")
                    for label in case.noise_of(event, case.raw(event.key), case.raw_fields(event.key))
                }
                for event in matches.events()
            }

    (tmp_path / "case" / "rules").mkdir()
    (tmp_path / "case" / "rules" / "noise.yaml").write_text(
        OWN
        + "  - rule: by-query\n    class: scanner\n    title: q\n    query: >-\n"
        + "      (raw.eventName:ListUsers OR source:access.log bytes_out:<100) -src_ip:198.51.100.2 /a/\n"
    )
    found = labelled()
    assert found
    for rule in {name for names in found.values() for name in names} | {"by-query"}:
        with case.find(f"noise:{rule}") as matches:
            assert {event.key for event in matches.events()} == {
                key for key, names in found.items() if rule in names
            }, rule
    words = {label for event in found for label in case.noise_of(case.event(event), b"", {})}
    assert "health-check: says it is a load balancer of AWS, or Route 53 (elb-health)" in words
