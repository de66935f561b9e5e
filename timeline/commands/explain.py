"""`leakline ingest --explain`: which format each source has, and why."""

from collections.abc import Sequence
from pathlib import Path

import click

from timeline.model.errors import EXIT_DONE, EXIT_PARTIAL, UsageError


def explain_sources(case: Path, paths: Sequence[Path], *, as_json: bool) -> int:
    """Print each source's kind with the votes of all parsers; exit code 3 when one has none."""
    import json

    from timeline.session.explaining import explain
    from timeline.text import visible

    if not paths:
        raise UsageError("nothing to explain", where="--explain", hint=f"leakline ingest {case} PATH... --explain")
    unclear = 0
    for item in explain(paths):
        unclear += item.kind is None
        if as_json:
            line = {"source": item.path, "kind": item.kind, "confidence": item.confidence, "reasons": item.reasons}
            click.echo(json.dumps(line, ensure_ascii=True))
            continue
        click.echo(f"{visible(item.path)}: {item.kind or 'not recognised'}")
        for reason in item.reasons:
            click.echo(f"    {visible(reason)}")
    return EXIT_PARTIAL if unclear else EXIT_DONE
