"""What commands that print findings share."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from timeline.report.redact import Redactor
    from timeline.session.case import Case

Safe = Callable[[str], str]


def redactor_for(case: "Case", *, unredacted: bool) -> "Redactor | None":
    """The redactor of what is printed; None to take nothing out."""
    from timeline.session.exporting import redactor_of

    return None if unredacted else redactor_of(case)


def safe_with(redactor: "Redactor | None") -> Safe:
    """What makes text of evidence fit for a terminal: secrets out, what acts or hides made visible."""
    from timeline.text import visible

    return lambda text: visible(text if redactor is None else redactor.text(text))


def print_json(values: object, redactor: "Redactor | None") -> None:
    """Print one JSON object on standard output, redacted as text."""
    import json

    text = json.dumps(values, ensure_ascii=True)
    click.echo(text if redactor is None else redactor.text(text))
