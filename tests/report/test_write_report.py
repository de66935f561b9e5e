from pathlib import Path

import pytest

from tests.report.report_models import hostile, ordinary
from tests.report.secret_samples import SECRETS, Planted
from timeline.model.event import Event
from timeline.report.redact import Redactor
from timeline.report.write import write_report


def test_writes_the_report_and_the_figure_that_it_links(tmp_path: Path) -> None:
    path = tmp_path / "my report.md"
    assert write_report(ordinary(), path, Redactor(b"k")) == [path, tmp_path / "my report.svg"]
    assert "(my%20report.svg)" in path.read_text(encoding="utf-8")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["my report.md", "my report.svg"]


def test_without_dated_events_there_is_no_figure(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    assert write_report(ordinary(histogram=None), path, Redactor(b"k")) == [path]
    assert "![" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("planted", SECRETS, ids=lambda planted: planted.type)
def test_no_planted_secret_survives_in_a_report(planted: Planted, tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    model = hostile(planted.text)
    own_words = ("kind", "timestamp_desc", "outcome")  # set by parsers, never from a record's text
    events = tuple(_with_own_words(event, own_words) for event in model.key_events)
    sources = tuple(source for source in model.sources if source.kind != planted.text)
    model = ordinary(key_events=events, sources=sources, config=model.config, raw=lambda _key: planted.text.encode())
    write_report(model, path, Redactor(b"an invented key"))
    for written in tmp_path.iterdir():
        text = written.read_text(encoding="utf-8").replace("\u2060", "").replace("\\", "")
        for part in planted.secret.split("\n"):
            assert len(part) <= 4 or part not in text


def _with_own_words(event: Event, names: tuple[str, ...]) -> Event:
    values = {name: getattr(event, name) for name in Event.__slots__} | dict.fromkeys(names, "plain")
    return Event(**values)
