"""`leakline verify`: what the case can prove of itself."""

from pathlib import Path

import click

from timeline.commands.options import FILE_PATH, case_argument
from timeline.model.errors import EXIT_CHECK_FAILED, EXIT_DONE


@click.command("verify")
@case_argument
@click.option(
    "--originals",
    type=FILE_PATH,
    metavar="DIR",
    help="Also compare the files that were ingested, in DIR.",
)
@click.option("--expect-head", metavar="HASH", help="The custody head noted earlier, elsewhere.")
@click.option("--report", type=FILE_PATH, metavar="FILE", help="Also hold this report against the case, line by line.")
@click.option("--template", type=FILE_PATH, metavar="FOLDER", help="The template that the report was put together by.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    case: Path, originals: Path | None, expect_head: str | None, report: Path | None, template: Path | None, as_json: bool
) -> int:  # fmt: skip
    """Re-read and re-hash all evidence in CASE, check order, accounting and the custody chain, and say what was checked.

    Exit code 1: a check failed.
    """
    import json
    from dataclasses import asdict

    from timeline.session.case import open_case
    from timeline.text import visible

    with open_case(case) as opened:
        checks = opened.verify(originals=originals, expect_head=expect_head, report=report, template=template)
        head = opened.custody_head()
    failed = any(check.problems for check in checks)
    if as_json:
        click.echo(json.dumps({"ok": not failed, "custody_head": head, "checks": [asdict(check) for check in checks]}))
        return EXIT_CHECK_FAILED if failed else EXIT_DONE
    for check in checks:
        click.echo(f"{'FAILED' if check.problems else 'ok    '} {check.name} ({check.checked:,})")
        for problem in check.problems:
            click.echo(f"       {visible(problem)}")
    click.echo(f"custody head {head}")
    if originals is None:
        click.echo(
            "not checked: files as received (--originals DIR), and the head against a note kept elsewhere (--expect-head)"
        )
    return EXIT_CHECK_FAILED if failed else EXIT_DONE
