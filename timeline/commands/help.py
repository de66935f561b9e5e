"""`leakline help`: the manual."""

import click

_KEYS_TITLE = "Keys of the terminal UI"


@click.command("help")
@click.argument("topic", required=False)
def command(topic: str | None) -> None:
    """Read a topic of the manual; without TOPIC, list them."""
    import sys

    from timeline.session.manual import text_of, topics

    if topic is None:
        for name, title in [*topics(), ("keys", _KEYS_TITLE)]:
            click.echo(f"{name:<18} {title}")
        return
    text = keys() if topic == "keys" else text_of(topic)
    if not sys.stdout.isatty():
        click.echo(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    with console.pager(styles=True):
        console.print(Markdown(text))


def keys() -> str:
    """The topic that is made from the terminal UI's registry of actions."""
    from timeline.tui.actions import groups, key_name

    parts = [f"# {_KEYS_TITLE}\n", "`?` shows them there; `^P` opens the palette with every action by name.\n"]
    for group, actions in groups():
        parts.append(f"## {group}\n")
        parts.append("| keys | does |\n|---|---|")
        parts += [f"| {' '.join(f'`{key_name(key)}`' for key in action.keys)} | {action.help} |" for action in actions]
        parts.append("")
    return "\n".join(parts)
