"""`leakline help`: the manual."""

import click


@click.command("help")
@click.argument("topic", required=False)
def command(topic: str | None) -> None:
    """Read a topic of the manual; without TOPIC, list them."""
    import sys

    from timeline.session.manual import text_of, topics

    if topic is None:
        for name, title in topics():
            click.echo(f"{name:<18} {title}")
        return
    text = text_of(topic)
    if not sys.stdout.isatty():
        click.echo(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    with console.pager(styles=True):
        console.print(Markdown(text))
