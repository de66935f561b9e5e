from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.invented import invent, write
from timeline.model.event import Event
from timeline.session.case import Case

RECORDS = 330


@pytest.fixture(scope="package")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """All invented events in one segment."""
    with write(_path(tmp_path_factory), invent(RECORDS), chunk_records=RECORDS) as case:
        yield _marked(case)


@pytest.fixture(scope="package")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """The same events in some fifty segments that overlap in time."""
    with write(_path(tmp_path_factory), invent(RECORDS), chunk_records=7, segment_rows=7) as case:
        yield _marked(case)


@pytest.fixture(scope="package")
def events(whole: Case) -> list[Event]:
    """All invented events, in canonical order."""
    with whole.find() as matches:
        return list(matches.events())


def _path(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("store") / "c.db"


def _marked(case: Case) -> Case:
    with case.find() as matches:
        keys = list(matches.keys())
    case.annotate(keys[3:90:9], star=True)
    case.annotate(keys[5:200:11], tags=["exfil", "Key"], comment="Ask HR about Straße")
    case.annotate(keys[5:60:22], untag=["Key"])
    case.annotate(keys[300:310], tags=["lead/1"])
    return case
