"""Sources that are read by a mapping: by --map, by case.yaml, and again later."""

from pathlib import Path

import pytest

from tests.evidence_files import ingested, put, rows_of
from timeline.model.errors import UsageError
from timeline.session.case import open_case

LOG = '{"ts":"2026-03-30 22:36:48","who":"dana","did":"GET","code":200}\n{"ts":"2026-03-30 22:36:49","who":"kim","code":403}\n'
MAPPING = (
    "format: json\nkind: gate.log\nzone: Europe/Berlin\ntime: ts\nfields: {actor: who, action: did, status: code}\n"
)
BERLIN_US = 1774903008000000


def put_both(folder: Path) -> Path:
    put(folder, {"m.yaml": MAPPING})
    return put(folder / "e", {"gate.ndjson": LOG})


def test_the_mapping_is_recorded_so_that_a_reparse_gives_the_same(tmp_path: Path) -> None:
    folder = put_both(tmp_path)
    with ingested(tmp_path / "c.db", folder, mapping=tmp_path / "m.yaml") as case:
        before, digest = rows_of(case), case.digest()
        (info,) = case.sources()
        assert (info.kind, info.zone, info.detection) == (
            "mapped.json", "Europe/Berlin", ("mapped.json: named by --map, as gate.log",),
        )  # fmt: skip
        with case.find("kind:gate.log") as found:
            assert [(event.actor, event.outcome) for event in found.events()] == [
                ("dana", "success"),
                ("kim", "denied"),
            ]
            assert next(iter(found.events())).timestamp == BERLIN_US
        with case.find("raw.who:kim") as found:
            assert len(list(found.events())) == 1
        (tmp_path / "m.yaml").unlink()
        case.reparse("gate.ndjson")
        assert (rows_of(case), case.digest()) == (before, digest)


def test_another_mapping_replaces_it_and_brings_its_zone(tmp_path: Path) -> None:
    folder = put_both(tmp_path)
    other = MAPPING.replace("gate.log", "gate.two").replace("Europe/Berlin", "UTC")
    put(tmp_path, {"other.yaml": other})
    with ingested(tmp_path / "c.db", folder, mapping=str(tmp_path / "m.yaml")) as case:
        case.reparse("gate.ndjson", mapping=str(tmp_path / "other.yaml"))
        with case.find("kind:gate.two") as found:
            assert next(iter(found.events())).timestamp == BERLIN_US + 7_200_000_000
        put(tmp_path, {"bare.yaml": other.replace("zone: UTC\n", "")})
        case.reparse("gate.ndjson", mapping=str(tmp_path / "m.yaml"))
        case.reparse("gate.ndjson", mapping=str(tmp_path / "bare.yaml"))
        with case.find("kind:gate.two") as found:
            assert {event.timestamp_basis for event in found.events()} == {"zone_assumed"}
            assert next(iter(found.events())).timestamp == BERLIN_US + 7_200_000_000
        case.reparse("gate.ndjson", mapping=str(tmp_path / "m.yaml"), tz="+00:00")
        with case.find("kind:gate.log") as found:
            assert next(iter(found.events())).timestamp == BERLIN_US + 7_200_000_000


def test_what_a_log_has_grown_by_is_read_by_the_mapping_of_its_beginning(tmp_path: Path) -> None:
    folder = put_both(tmp_path)
    with ingested(tmp_path / "c.db", folder, mapping=tmp_path / "m.yaml") as case:
        put(folder, {"gate.ndjson": LOG + LOG.replace("22:36", "23:36")})
        case.ingest([folder], jobs=1)
        with case.find("kind:gate.log") as found:
            assert [event.record for event in found.events()] == [1, 2, 3, 4]
            assert {event.timestamp_basis for event in found.events()} == {"zone_assumed"}
        assert case.source("gate.ndjson").zone == "Europe/Berlin"


def test_case_yaml_names_it_per_source(tmp_path: Path) -> None:
    folder = put(
        tmp_path / "case",
        {
            "case.yaml": "sources:\n  - path: '*.ndjson'\n    mapping: m.yaml\n",
            "m.yaml": MAPPING,
            "evidence/gate.ndjson": LOG,
            "evidence/other.json": '{"no":"format"}\n',
        },
    )
    with open_case(folder, create=True) as case:
        case.ingest([folder / "evidence"], jobs=1)
        kinds = {info.path: info.kind for info in case.sources()}
        assert kinds == {"gate.ndjson": "mapped.json", "other.json": None}
        assert case.source("gate.ndjson").detection == ("mapped.json: named by the mapping in case.yaml, as gate.log",)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"mapping": "nothing"}, "there is no mapping `nothing`"),
        ({"mapping": "fastly", "kind": "web.access"}, "reads mapped.json, not web.access"),
        ({"mapping": "fastly", "log_format": "%h"}, "goes not together with --log-format"),
    ],
)
def test_what_does_not_go_together_is_refused_before_anything_is_read(
    tmp_path: Path, options: dict[str, str], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        ingested(tmp_path / "c.db", put_both(tmp_path), **options)
