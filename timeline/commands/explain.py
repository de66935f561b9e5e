"""`leakline ingest --explain`: which format each source has, and why."""

from collections.abc import Collection, Sequence
from pathlib import Path

import click

from timeline.model.errors import EXIT_DONE, EXIT_PARTIAL


def explain_sources(paths: Sequence[Path], own: Collection[Path], *, as_json: bool) -> int:
    """Print each source's kind with the votes of all parsers; exit code 3 when one has none. `own` are files of the case."""
    import json

    from timeline.session.explaining import explain
    from timeline.text import visible

    unclear = 0
    for item in explain(paths, exclude=own):
        unclear += item.kind is None
        if as_json:
            line = {"source": item.path, "kind": item.kind, "confidence": item.confidence, "reasons": item.reasons}
            click.echo(json.dumps(line, ensure_ascii=True))
            continue
        click.echo(f"{visible(item.path)}: {item.kind or 'not recognised'}")
        for reason in item.reasons:
            click.echo(f"    {visible(reason)}")
    if unclear and not as_json:
        click.echo("note: for a log in JSON, CSV or W3C format `leakline formats suggest FILE` drafts a mapping", err=True)
    return EXIT_PARTIAL if unclear else EXIT_DONE
