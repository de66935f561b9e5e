"""Holes in rows of rotated files."""

import pytest

from timeline.analysis.coverage.rotation import rotation_holes
from timeline.model.source import SourceInfo


def source(path: str, first_us: int | None, last_us: int | None) -> SourceInfo:
    return SourceInfo(
        1, path, "web.access", 1, None, None, None, None, 0, 1, 1, 1, 0, 0, 0, first_us, last_us, 0, None, None, 0,
        None, None, None, (), "complete", None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spans", "holes"),
    [
        ({"access.log": (70, 80), "access.log.1": (60, 69), "access.log.2.gz": (50, 59)}, []),
        (
            {"access.log": (70, 80), "access.log.1": (60, 69), "access.log.4.gz": (20, 29)},
            [("access.log", (2, 3), 29, 60)],
        ),
        ({"a/access.log": (70, 80), "b/access.log.2": (50, 59)}, []),
        ({"access-2026.log": (70, 80), "access-2028.log": (50, 59)}, []),
        ({"log.3": (50, 59), "log.5": (20, 29)}, []),
        ({"access.log": (70, 80), "access.log.2": (None, None)}, []),
        ({"access.log": (70, 80), "access.log.2": (75, 90)}, []),
    ],
)
def test_holes(
    spans: dict[str, tuple[int | None, int | None]], holes: list[tuple[str, tuple[int, ...], int, int]]
) -> None:
    found = rotation_holes([source(path, *span) for path, span in spans.items()])
    assert [(hole.base, hole.missing, hole.start_us, hole.end_us) for hole in found] == holes
