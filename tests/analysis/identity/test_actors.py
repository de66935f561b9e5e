"""Who acted: chains of keys, addresses and logins, what is shared, what is refused."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.trails import ACCOUNT, call, given, made_case, session, user
from timeline.model.errors import UsageError
from timeline.model.identity import Actor
from timeline.session.case import Case
from timeline.session.deciding import decide_links

DAY = "2026-03-30T"
ANN, BEN = user("ann", "AKIAANNANNANNANNANN1"), user("ben", "AKIABENBENBENBENBEN1")
HOP1 = session("Deploy", "job", "ASIAHOPONEHOPONEHOP1")
HOP2 = session("Admin", "job", "ASIAHOPTWOHOPTWOHOP2")


def assumed(number: int, who: Mapping[str, Any], key: str) -> dict[str, Any]:
    return call(number, f"{DAY}10:0{number}:00Z", "sts", "AssumeRole", who, responseElements=given(key))


def read(number: int, who: Mapping[str, Any]) -> dict[str, Any]:
    return call(number, f"{DAY}11:0{number % 10}:00Z", "s3", "GetObject", who)


def actor(case: Case, name: str) -> Actor:
    return case.findings.actor(name)


def count(case: Case, query: str) -> int:
    with case.find(query) as matches:
        return matches.count()


def names(case: Case) -> dict[str, tuple[str, int]]:
    return {one.name: (one.sort, one.events) for one in case.findings.actors().actors}


def test_a_chain_of_roles_leads_back_to_who_began_it(tmp_path: Path) -> None:
    trail = [assumed(1, ANN, HOP1["accessKeyId"]), assumed(2, HOP1, HOP2["accessKeyId"]), read(3, HOP2), read(4, BEN)]
    case = made_case(tmp_path / "case", {"trail.json": trail})
    ann = actor(case, ANN["arn"])
    assert (ann.sort, ann.events) == ("person", 3)
    assert {"ASIAHOPONEHOPONEHOP1", "ASIAHOPTWOHOPTWOHOP2"} <= {one.value for one in ann.identities}
    assert count(case, f"person:{HOP2['accessKeyId']}") == 3
    assert count(case, f"person:{BEN['arn']}") == 1
    assert count(case, f"-person:{BEN['arn']}") == 3


def test_a_key_of_several_is_shared_and_joins_nobody(tmp_path: Path) -> None:
    key = "ASIASHAREDSHAREDSHA1"
    trail = [assumed(1, ANN, key), assumed(2, BEN, key), read(3, session("Deploy", "job", key))]
    case = made_case(tmp_path / "case", {"trail.json": trail})
    shared = actor(case, key)
    assert (shared.sort, shared.owners) == ("shared", tuple(sorted(f"aws:{one['arn']}" for one in (ANN, BEN))))
    assert (actor(case, ANN["arn"]).events, actor(case, BEN["arn"]).events, shared.events) == (1, 1, 1)


def test_keys_in_a_circle_belong_to_nobody_and_end(tmp_path: Path) -> None:
    trail = [assumed(1, HOP1, HOP2["accessKeyId"]), assumed(2, HOP2, HOP1["accessKeyId"])]
    case = made_case(tmp_path / "case", {"trail.json": trail})
    assert {sort for sort, _ in names(case).values()} == {"unknown"}


def test_one_address_joins_nobody(tmp_path: Path) -> None:
    case = made_case(tmp_path / "case", {"trail.json": [read(1, ANN), read(2, BEN)]})
    assert names(case).keys() == {f"aws:{ANN['arn']}", f"aws:{BEN['arn']}"}


def test_single_sign_on_names_the_session(tmp_path: Path) -> None:
    sso = session("AWSReservedSSO_Developer_0123456789abcdef", "ann@corp.example", "ASIASSOSSOSSOSSOSSO1")
    own = session("Deploy", "ben@corp.example", "ASIAOWNOWNOWNOWNOWN1")
    case = made_case(tmp_path / "case", {"trail.json": [read(1, sso), read(2, own)]})
    assert names(case)["ann@corp.example"] == ("person", 1)
    assert names(case)["ben@corp.example"] == ("person", 0)  # a caller may name a session as it likes


def audit(number: int, **values: Any) -> dict[str, Any]:
    return {"@timestamp": 1774900000000 + number, "action": "git.clone", "actor": "annlee", "org": "corp",
            "repo": "corp/app", "_document_id": f"d{number}", "hashed_token": "tokenhash", **values}  # fmt: skip


def test_the_forge_names_address_and_login(tmp_path: Path) -> None:
    records = [audit(1, external_identity_nameid="Ann@corp.example"), audit(2, actor="benlee", hashed_token=None)]
    case = made_case(tmp_path / "case", {"audit.json": records})
    ann = actor(case, "github:AnnLee")
    assert (ann.name, ann.events) == ("ann@corp.example", 1)


def alike_case(folder: Path) -> Case:
    console = call(1, f"{DAY}10:00:00Z", "signin", "ConsoleLogin", {**ANN, "accessKeyId": None})
    return made_case(folder, {"trail.json": [console], "audit.json": [audit(1, actor="ann@corp.example")]})


def possible(case: Case) -> Sequence[str]:
    return [link.id for link in case.findings.links() if link.confidence == "possible"]


def test_a_likeness_waits_for_the_analyst(tmp_path: Path) -> None:
    case = alike_case(tmp_path / "case")
    (number,) = possible(case)
    assert len([one for one in case.findings.actors().actors if one.events]) == 2
    decide_links(case, [number], "accepted", "asked HR")
    assert (actor(case, "ann@corp.example").events, len(names(case))) == (2, 1)
    decide_links(case, [f"link/{number}"], "")
    assert len(names(case)) == 2
    assert case.undo() == f"decide link/{number}"
    assert len(names(case)) == 1


def test_a_refused_link_is_not_followed(tmp_path: Path) -> None:
    trail = [assumed(1, ANN, HOP1["accessKeyId"]), read(2, HOP1)]
    case = made_case(tmp_path / "case", {"trail.json": trail})
    ids = [link.id for link in case.findings.links() if link.rule.startswith("sts-issued")]
    decide_links(case, ids, "refused")
    assert actor(case, ANN["arn"]).events == 1
    assert actor(case, HOP1["accessKeyId"]).sort == "unknown"
    with pytest.raises(UsageError, match="no such link"):
        decide_links(case, ["ffffffff"], "refused")


def test_case_yaml_joins_and_tells_automation(tmp_path: Path) -> None:
    people = f"""name: made
people:
  - {{name: Ann Lee, identities: [annlee, "{ANN["arn"]}"]}}
  - {{name: the job, identities: ["{BEN["arn"]}"], role: automation}}
"""
    files = {"trail.json": [read(1, ANN), read(2, BEN)], "audit.json": [audit(1)]}
    case = made_case(tmp_path / "case", files, people)
    assert names(case) == {"Ann Lee": ("person", 2), "the job": ("machine", 1)}
    assert {link.keys for link in case.findings.links() if link.rule == "case.yaml"} == {()}


def test_nobody_of_that_name(tmp_path: Path) -> None:
    case = made_case(tmp_path / "case", {"trail.json": [read(1, ANN)]})
    with pytest.raises(UsageError, match="nobody in this case is zoe"):
        count(case, "person:zoe")


def test_findings_about_somebody_are_not_what_they_did(tmp_path: Path) -> None:
    finding = {
        "schemaVersion": "2.0", "accountId": ACCOUNT, "region": "us-west-2", "partition": "aws", "id": "f1",
        "arn": f"arn:aws:guardduty:us-west-2:{ACCOUNT}:detector/d/finding/f1", "type": "UnauthorizedAccess:IAMUser/x",
        "resource": {"resourceType": "AccessKey", "accessKeyDetails": {"accessKeyId": HOP1["accessKeyId"],
                     "principalId": "p", "userType": "AssumedRole", "userName": "Deploy"}},
        "service": {"serviceName": "guardduty", "detectorId": "d", "eventFirstSeen": f"{DAY}12:00:00.000Z",
                    "eventLastSeen": f"{DAY}12:00:00.000Z", "count": 1},
        "severity": 8, "createdAt": f"{DAY}12:00:00.000Z", "updatedAt": f"{DAY}12:00:00.000Z", "title": "t", "description": "d",
    }  # fmt: skip
    trail = [assumed(1, ANN, HOP1["accessKeyId"]), read(2, HOP1)]
    case = made_case(tmp_path / "case", {"trail.json": trail, "finding.json": [finding]})
    assert {info.kind for info in case.sources()} == {"aws.cloudtrail", "aws.guardduty"}
    assert names(case) == {f"aws:{ANN['arn']}": ("person", 2)}
