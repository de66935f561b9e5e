import re
from pathlib import Path

import pytest

import timeline
from timeline.model.case_file import _CASE_KEYS, _ENTRY_KEYS, parse_case_file
from timeline.report.build import EXCERPT_CHARACTERS
from timeline.report.export_timesketch import TIMESKETCH_COLUMNS

HELP = Path(timeline.__file__).parent / "help"


def _topic(name: str) -> str:
    return (HELP / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", [*_CASE_KEYS, *_ENTRY_KEYS])
def test_every_key_of_case_yaml_is_described(key: str) -> None:
    topic = _topic("case-file")
    assert f"`{key}`" in topic or f"\n{key}:" in topic or f"{key}, " in topic


def test_the_examples_of_case_yaml_are_valid() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", _topic("case-file"), re.DOTALL)
    config = parse_case_file("".join(examples).encode())
    assert (len(config.sources), len(config.people), len(config.networks), len(config.markers)) == (1, 1, 1, 2)


def test_numbers_in_the_help_are_those_of_the_code() -> None:
    assert f"{EXCERPT_CHARACTERS:,} characters" in _topic("report")
    for column in ("message", "datetime", "timestamp", "timestamp_desc", "data_type", "tag"):
        assert f"`{column}`" in _topic("export")
        assert column in TIMESKETCH_COLUMNS
