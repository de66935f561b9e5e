"""A terminal that is nearly too small: what matters stays, and nothing falls over."""

import pytest

from tests.tui.conftest import open_terminal
from tests.tui.fake_case import START_US, FakeCase
from timeline.model.finding_rows import FindingRow

SIZES = [(20, 5), (40, 6), (10, 3), (1, 1)]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_screen_lives(size: tuple[int, int]) -> None:
    row = FindingRow(START_US, START_US, "open", "bucket", "everyone", "actor:alice")
    async with open_terminal(FakeCase(findings={"exposures": [row]})) as terminal:
        await terminal.pilot.resize_terminal(*size)
        await terminal.app.idle()
        for keys in (["j", "j"], ["v"], ["s"], ["w"], ["o"], ["?"], ["C"], ["enter"], ["|", "a"], ["W"], ["B"], ["Q"], ["V", "j"]):
            await terminal.press(*keys, "j", "k", "escape")
        await terminal.pilot.resize_terminal(110, 30)
        await terminal.app.idle()
        assert "alice" in terminal.text


@pytest.mark.parametrize(
    ("keys", "shown"), [((), "00:00:00"), (("v",), "600"), (("w",), "bucket"), (("s",), "mit.log"), (("o",), "f  keep")]
)
async def test_what_matters_is_there(keys: tuple[str, ...], shown: str) -> None:
    row = FindingRow(None, None, "open", "bucket", "everyone", "actor:alice")
    async with open_terminal(FakeCase(findings={"exposures": [row]}), (20, 5)) as terminal:
        await terminal.press(*keys)
        assert shown in terminal.text
