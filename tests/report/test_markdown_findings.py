"""Windows and coverage in the report; what comes from evidence is inert and redacted."""

from tests.report.report_models import TOKEN, ordinary
from timeline.model.coverage import Coverage, Interval, Vantage
from timeline.model.exposure import OPENED_BEFORE, STILL_OPEN, Exposures, Holder, Thing, Touch, Window
from timeline.report.markdown import render_markdown

HOSTILE = f"x|<img src=a>`[b](http://c)\u202e {TOKEN}"


def window(number: int, name: str, **values: object) -> Window:
    given = {"opened_key": "u01", "closed_key": "u02", "notes": (), **values}
    return Window(number, Thing("s3.bucket", name), Holder("everyone"), 0, closed_us=3_600_000_000, **given)  # type: ignore[arg-type]  # test values by name


def touch(actor: str | None, events: int) -> Touch:
    return Touch("anonymous", actor, "203.0.113.9", "curl", events, 0, events * 10, events, 0, 1, "k1", "k2")


def written(**values: object) -> str:
    return render_markdown(ordinary(**values))


def test_a_case_without_findings_has_no_such_sections() -> None:
    text = written()
    assert "What was open" not in text
    assert "What the logs cover" not in text


def test_windows() -> None:
    found = Exposures(
        (window(1, "models"), window(2, "old", opened_key=None, closed_key=None, notes=(OPENED_BEFORE, STILL_OPEN, "a referer"))),
        (), (), {1: (touch("ann", 3), touch(None, 2))},
    )  # fmt: skip
    text = written(exposures=found)
    assert (
        "| 1 | s3.bucket `models` | everyone | 1970-01-01 00:00:00 (`u01`) | 1970-01-01 01:00:00 (`u02`) | 5 | 50 |"
        in text
    )
    assert "1970-01-01 00:00:00 **or before** | 1970-01-01 01:00:00 **or later** | 0 | 0 |" in text
    assert "- Window 1, reads: 5 anonymous. Most: `ann` 3 (`k1`); `203.0.113.9` 2 (`k1`)." in text
    assert "- Window 2: a referer." in text
    assert STILL_OPEN not in text


def test_coverage() -> None:
    intervals = (
        Interval(Vantage("s3.access", "models"), 0, 3_600_000_000, "on", "it is there", ("u01",)),
        Interval(Vantage("s3.access", "models"), 3_600_000_000, 7_200_000_000, "off", "switched off"),
    )
    text = written(coverage=Coverage((0, 7_200_000_000), intervals))
    assert "| s3.access | `models` | on | 1970-01-01 00:00:00 | 1970-01-01 01:00:00 | it is there (`u01`) |" in text
    assert "| **off** | 1970-01-01 01:00:00 | 1970-01-01 02:00:00 | switched off |" in text


def test_hostile_names_do_nothing_and_secrets_are_gone() -> None:
    found = Exposures((window(1, HOSTILE, notes=(HOSTILE,)),), (), (), {1: (touch(HOSTILE, 1),)})
    text = written(exposures=found, coverage=Coverage((0, 1), (Interval(Vantage("x", HOSTILE), 0, 1, "on", HOSTILE),)))
    assert TOKEN not in text
    assert "\u202e" not in text
    assert "\n| 1 | s3.bucket ``x\\|<img src=a>`[b]" in text  # a code span
    assert "\n- Window 1: x\\|\\<img src\\=a\\>\\`\\[b\\]" in text
    rows = [line for line in text.splitlines() if line.startswith(("| 1 | s3.bucket", "| x |"))]
    assert [line.replace("\\|", "").count("|") for line in rows] == [8, 7]


def test_long_lists_are_cut_and_it_is_said() -> None:
    text = written(exposures=Exposures(tuple(window(n, f"b{n}") for n in range(1, 204)), ()))
    assert "3 more windows left out of this report." in text
