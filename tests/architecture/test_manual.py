"""The manual and the README against the commands: nothing undocumented, nothing invented."""

import re
from collections.abc import Iterator
from importlib import import_module

import click
import pytest

from tests.tree import NPM_SOURCE_MAP, TREE
from timeline import help as manual
from timeline.commands.registry import VERBS

README = TREE / "README.md"
MENTION = re.compile(r"\bleakline +([a-z][a-z-]*)(?![\w.])")
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]+)")
NOT_VERBS = {"is", "rebuilds", "and", "lists", "it", "takes"}
GENERATED = {"formats", "keys"}
FOREIGN_OPTIONS = {
    "--all", "--no-index", "--find-links", "--ext-diff", "--version",
}  # of pip and git, in the README and in topics  # fmt: skip


def commands() -> Iterator[tuple[str, click.Command]]:
    for verb in VERBS:
        command = import_module(f"timeline.commands.{verb.module}").command
        yield verb.name, command
        if isinstance(command, click.Group):
            yield from ((f"{verb.name} {name}", part) for name, part in command.commands.items())


def documents() -> dict[str, str]:
    found = {f"help {topic.name}": topic.text for topic in manual.topics()}
    found["README.md"] = README.read_text(encoding="utf-8")
    found["npm-source-map"] = (NPM_SOURCE_MAP / "README.md").read_text(encoding="utf-8")
    return found


def test_every_topic_begins_with_its_title() -> None:
    for topic in manual.topics():
        assert topic.text.startswith(f"# {topic.title}\n"), topic.name
        assert len(topic.title) < 70


def test_the_reading_order_names_every_topic() -> None:
    assert [topic.name for topic in manual.topics()] == list(manual.READING_ORDER)
    assert manual.topic("ingest") == next(topic for topic in manual.topics() if topic.name == "ingest")
    assert manual.topic("nothing") is None


def test_every_verb_is_documented() -> None:
    said = set(MENTION.findall("\n".join(documents().values())))
    assert {verb.name for verb in VERBS} <= said


def test_every_verb_that_is_named_exists() -> None:
    known = {verb.name for verb in VERBS} | NOT_VERBS
    for name, text in documents().items():
        quoted = "\n".join(re.findall(r"`[^`\n]+`|^ {4}.+$", text, re.MULTILINE))
        assert set(MENTION.findall(quoted)) <= known, name


def test_every_option_that_is_named_exists() -> None:
    known = {option for _, command in commands() for parameter in command.params for option in parameter.opts}
    known |= {
        option for _, command in commands() for parameter in command.params for option in parameter.secondary_opts
    }
    for name, text in documents().items():
        lines = [line for line in text.splitlines() if "git " not in line and "pip " not in line]
        assert set(OPTION.findall("\n".join(lines))) <= known | FOREIGN_OPTIONS | {"--help"}, name


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_every_command_and_option_has_its_help(verb: str) -> None:
    command = dict(commands())[verb]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.opts


def test_every_topic_is_linked_from_the_readme() -> None:
    readme = README.read_text(encoding="utf-8")
    for topic in manual.topics():
        assert f"timeline/help/{topic.name}.md" in readme, topic.name
        assert (TREE / "timeline" / "help" / f"{topic.name}.md").is_file()


def test_every_topic_that_is_named_exists() -> None:
    known = {topic.name for topic in manual.topics()} | GENERATED
    for name, text in documents().items():
        assert set(re.findall(r"leakline help ([a-z][a-z-]*)", text)) <= known, name


def test_links_in_the_readme_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README.read_text(encoding="utf-8")):
        assert (TREE / target).exists(), target
