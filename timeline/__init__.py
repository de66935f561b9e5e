"""Leakline: the timeline of a leak, from Git history, cloud-audit logs and access logs.

The public API is small and loaded on first use, so that `import timeline` costs nothing:

>>> import timeline
>>> with timeline.open_case("demo/case.db") as case:      # doctest: +SKIP
...     for batch in case.search("actor:alice"):
...         print(batch.num_rows)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from timeline.session.case import Case, open_case

__version__ = "0.1.0"
__all__ = ["Case", "__version__", "open_case"]


def __getattr__(name: str) -> Any:
    """Load `Case` and `open_case` on first use (PEP 562)."""
    if name in {"Case", "open_case"}:
        from timeline.session import case

        return getattr(case, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
