"""Bursts by one credential, and what is new to a credential, in a case of GitHub events."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.evidence_files import ingested, put
from timeline.analysis.bursts import network_of
from timeline.session.case import Case

HOUR_MS = 3_600_000
BEGIN_MS = 1_774_800_000_000
YAML = 'name: burst\nnetworks:\n  - {name: office, cidr: ["192.0.2.0/24"], role: own}\n'


def clone(ms: int, repo: int, actor: str = "dana", token: str | None = "t1", **more: Any) -> dict[str, Any]:
    values = {
        "@timestamp": BEGIN_MS + ms, "_document_id": f"{actor}{ms}{repo}", "action": "git.clone", "actor": actor, "org": "corp",
        "repo": f"corp/r{repo}", "actor_ip": "192.0.2.7", "user_agent": "git/2", **more,
    }  # fmt: skip
    return values if token is None else {**values, "hashed_token": token}


USUAL = [clone(hour * HOUR_MS, hour % 3) for hour in range(72)]
STOLEN = [clone(80 * HOUR_MS + n * 60_000, n, actor_ip="203.0.113.9", user_agent="curl/8") for n in range(40)]
BUSY_BOT = [clone(hour * HOUR_MS + n * 1000, n, "bot", "t2") for hour in range(30) for n in range(12)]
ONE_REPOSITORY = [clone(n * 1000, 1, "eve", None) for n in range(50)]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("burst")
    events = "\n".join(map(json.dumps, [*USUAL, *STOLEN, *BUSY_BOT, *ONE_REPOSITORY]))
    put(folder, {"case.yaml": YAML, "evidence/audit.json": events})
    with ingested(folder, folder / "evidence") as case:
        yield case


def test_only_the_unusual_is_a_burst(case: Case) -> None:
    (burst,) = case.findings.bursts()
    assert (burst.actor, burst.credential, burst.events, burst.things, burst.usual) == ("dana", "t1", 40, 40, 1)
    assert burst.addresses == ("203.0.113.9",)
    assert burst.end_us - burst.start_us == 39 * 60_000_000 + 1
    assert case.event(burst.first_key).timestamp == burst.start_us


def test_what_is_new_to_a_credential(case: Case) -> None:
    found = [(seen.credential, seen.field, seen.value, seen.events) for seen in case.findings.first_seen()]
    assert sorted(found) == [("t1", "network", "203.0.113.0/24", 40), ("t1", "user_agent", "curl/8", 40)]
    assert {seen.known_since_us for seen in case.findings.first_seen()} == {BEGIN_MS * 1000}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("cloudtrail.amazonaws.com", None),
        ("", None),
    ],
)
def test_networks(address: str, network: str | None) -> None:
    assert network_of(address) == network
