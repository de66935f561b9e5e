"""`leakline help`: the manual."""

import click

_KEYS_TITLE = "Keys of the terminal UI"
_OWN_KEYS = """\
`?` shows them there; `^P` opens the palette with every action by name.

Keys of your own stand in `~/.config/leakline/keys.yaml` (or the file that `$LEAKLINE_KEYS` or `leakline open --keys` names), by
the names of the actions:

    star: s
    next_starred: [n, "*"]
    filter: "/"
"""


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

    parts = [f"# {_KEYS_TITLE}\n", _OWN_KEYS]
    for group, actions in groups():
        parts.append(f"## {group}\n")
        parts.append("| keys | does | name |\n|---|---|---|")
        for action in actions:
            shown = " ".join(f"`{key_name(key)}`" for key in action.keys)
            parts.append(f"| {shown} | {action.help} | {action.name} |")
        parts.append("")
    return "\n".join(parts)
