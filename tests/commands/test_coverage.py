"""`leakline coverage` and `leakline ask-read` on the sample case."""

import json
from pathlib import Path

from tests.commands.conftest import Leakline
from tests.commands.test_exposures import sample

__all__ = ["sample"]


def test_coverage(leakline: Leakline, sample: Path) -> None:
    ran = leakline("coverage", sample, "--resource", "corp-builds", "--from", "2026-03-29", "--to", "2026-03-31T10:00")
    lines = ran.out.splitlines()
    assert lines[0] == "cloudtrail.data  corp-builds"
    assert [line.split()[0] for line in lines[1:]] == ["unknown", "off", "unknown", "on"]
    assert "switched off by trail-stopped" in lines[2]


def test_coverage_as_json(leakline: Leakline, sample: Path) -> None:
    found = json.loads(leakline("coverage", sample, "--json").out)
    names = {interval["vantage"]["name"] for interval in found["intervals"]}
    assert names == {"cloudtrail.data", "cloudtrail.management", "github.audit", "github.git", "web.access"}


def test_nothing_known_of_a_resource(leakline: Leakline, sample: Path) -> None:
    assert leakline("coverage", sample, "--resource", "nowhere").out.startswith("no log in this case")


def test_the_three_answers(leakline: Leakline, sample: Path) -> None:
    tarball = "/@corp/cli/-/cli-2.1.88.tgz"
    assert leakline("ask-read", sample, tarball).out.startswith("read: events show it\n")
    before = leakline("ask-read", sample, tarball, "--from", "2026-03-25", "--to", "2026-03-30T22:35")
    assert before.out.startswith("not read: ")
    assert "supported by:\nweb.access  registry/registry-access\n  on " in before.out
    maps = leakline("ask-read", sample, "s3://corp-builds/maps/", "--from", "2026-03-30", "--to", "2026-03-31T05:00")
    assert maps.out.startswith("not answerable: ")
    assert "holes:\ncloudtrail.data  corp-builds\n  unknown" in maps.out


def test_reads_are_listed_up_to_a_bound(leakline: Leakline, sample: Path) -> None:
    ran = leakline("ask-read", sample, "/@corp/cli/-/cli-2.1.88.tgz")
    assert "and 1,184 more" in ran.out
    found = json.loads(leakline("ask-read", sample, "/@corp/cli/-/cli-2.1.88.tgz", "--json").out)
    assert (len(found["reads"]), found["more_reads"]) == (1_000, 204)


def test_a_time_that_is_none(leakline: Leakline, sample: Path) -> None:
    ran = leakline("ask-read", sample, "/a", "--from", "some day")
    assert ran.code == 2
    assert ran.fault.startswith("--from: ")
