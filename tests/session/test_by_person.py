"""Matches counted by person: whatever login, key or role they acted with."""

from pathlib import Path

from tests.analysis.trails import call, made_case, session, user

ANN, ADMIN = user("ann", "AKIAEXAMPLEANN"), user("ann-admin", "AKIAEXAMPLEADMIN")
PEOPLE = f'name: made\npeople: [{{name: Ann, identities: ["{ANN["arn"]}", "{ADMIN["arn"]}"]}}]\n'
WEB = '192.0.2.7 - - [30/Mar/2026:11:30:00 +0000] "GET /a HTTP/1.1" 200 100 "-" "curl/8"\n'


def test_people_are_counted_over_their_logins(tmp_path: Path) -> None:
    other = user("ben", "AKIAEXAMPLEBEN")
    who = [ANN, ANN, ADMIN, other, session("deploy", "ci-7", "ASIAEXAMPLE7")]
    trail = [call(n, f"2026-03-30T11:{n:02d}:00Z", "s3", "GetObject", one) for n, one in enumerate(who, 1)]
    with made_case(tmp_path / "case", {"trail.json": trail, "access.log": WEB.encode()}, PEOPLE) as case:
        found = dict(case.facet("person"))
        assert found["Ann"] == 3
        assert found[None] == 1
        assert sum(found.values()) == 6
        for name in set(found) - {None}:
            with case.find(f'person:"{name}"') as matches:
                assert matches.count() == found[name]
        assert case.facet("person", "src_ip:* actor:*ann*", limit=1) == [("Ann", 3)]
