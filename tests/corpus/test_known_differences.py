"""The list of known differences says which field of which record, and why."""

from pathlib import Path

import yaml

LIST = Path(__file__).with_name("known_differences.yaml")


def test_each_difference_is_told_once_and_with_a_reason() -> None:
    differences = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    assert all(difference.keys() == {"file", "record", "field", "why"} for difference in differences)
    assert all(isinstance(difference["record"], int) and difference["why"] for difference in differences)
    places = [(difference["file"], difference["record"], difference["field"]) for difference in differences]
    assert len(set(places)) == len(places)
