from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.tui.conftest import open_terminal
from tests.tui.fake_case import HOSTILE, START_US, hostile_events, make_event, source_info
from timeline.model.event import Note, Witness
from timeline.tui.clock import DISPLAY_UTC
from timeline.tui.detail import Detail
from timeline.tui.widgets.detail_lines import Look, build, precision_text, why_this_time

EVENT = make_event(
    2,
    starred=True,
    tags=("exfil",),
    comments=(Note("kim", START_US, "first line\nsecond line"),),
    witnesses=(Witness("rotated/access.log.1", 7), Witness("repo", None)),
    timestamp_basis="zone_assumed",
)
RAW = b'{"eventName": "GetObject", "list": [1]}'


def text_of(width: int, *, spread: bool = True, raw: bytes = RAW) -> str:
    detail = Detail(EVENT, raw, {"eventName": "GetObject", "list": [1], "empty": {}}, source_info(0, EVENT.source))
    lines = build(detail, Look(width, DISPLAY_UTC, spread))
    return "\n".join("".join(span.text for span in line).rstrip() for line in lines)


@pytest.mark.parametrize("width", [60, 140])
def test_everything_is_there(width: int) -> None:
    shown = text_of(width)
    for part in (
        "★ git.commit",
        "dana@corp.example",
        "tags            exfil",
        "comment         first line",
        "second line",
        "kim, 2026-03-24 00:00:00 UTC",
        "also seen in    rotated/access.log.1 record 7",
        "raw · logs/git.commit.log · record 3 · bytes 240+118",
        "sha256 9f2c9f2c9f2c…9f2c · file ab12ab12ab12…ab12",
        "raw.eventName   GetObject",
        "raw.list[0]     1",
        "raw.empty       (empty)",
        '  "eventName": "GetObject",',
    ):
        assert part in shown, part


def test_raw_as_received() -> None:
    assert RAW.decode() in text_of(80, spread=False)
    assert "GET /x HTTP/1.1\\x00\\xff" in text_of(80, raw=b"GET /x HTTP/1.1\x00\xff\n")


def test_why_this_time() -> None:
    assert why_this_time(EVENT).startswith("the record states no zone")
    assert why_this_time(EVENT).endswith("to 1 s; clock: event")
    assert why_this_time(replace(EVENT, timestamp=None)) == "the record carries no time that could be read"
    assert [precision_text(us) for us in (None, 1, 1000, 60_000_000, 120_000_000)] == [
        "an unknown precision",
        "1 us",
        "1 ms",
        "1 min",
        "2 x 1 min",
    ]


@pytest.mark.parametrize("width", [1, 20, 79, 118])
@pytest.mark.parametrize("index", range(len(HOSTILE)))
def test_hostile_text_never_leaves_its_line(index: int, width: int) -> None:
    event = hostile_events()[index]
    detail = Detail(
        event, HOSTILE[index].encode("utf-8", "surrogatepass")[:20_000], {"k" * 300: HOSTILE[index][:3000]}, None
    )
    for line in build(detail, Look(width, DISPLAY_UTC)):
        text = "".join(span.text for span in line)
        assert cell_len(text) <= max(width, 28)
        assert text.isprintable()


def test_deep_fields_end() -> None:
    deep: dict[str, object] = {}
    for _ in range(2000):
        deep = {"d": deep}
    lines = build(Detail(EVENT, b"x", deep, None), Look(80, DISPLAY_UTC))
    assert any("deeper" in span.text for line in lines for span in line)


async def test_how_often_values_occur_and_where_first() -> None:
    async with open_terminal(size=(120, 40)) as terminal:
        assert "alice   750 events, first here" in terminal.text
        await terminal.press("j", "j", "j", "j")
        assert "750 events, first 2026-03-24 00:00" in terminal.text


async def test_text_is_found_in_the_detail() -> None:
    async with open_terminal(size=(80, 24)) as terminal:
        await terminal.press("enter", "/")
        await terminal.type("WHY this")
        await terminal.press("enter")
        pane = terminal.screen.pane
        assert pane.has_focus
        assert pane.sought == "WHY this"
        await terminal.press("g", "/")
        await terminal.type("nested")
        await terminal.press("enter", "n")
        lines = ["".join(span.text for span in line) for line in pane.lines]
        assert pane.scroll_offset.y > 0
        assert any("nested" in line for line in lines[pane.scroll_offset.y : pane.scroll_offset.y + 20])
        await terminal.press("N", "/")
        await terminal.type("nowhere")
        await terminal.press("enter")
        assert terminal.notice == "! not in this event: nowhere"
