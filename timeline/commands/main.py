"""The command `leakline`: finds the verb, turns errors into one line and an exit code."""

import os
import sys
from importlib import import_module

import click

from timeline import __version__
from timeline.commands.registry import VERBS
from timeline.model.errors import EXIT_USAGE, LeaklineError

WELCOME = """\
leakline rebuilds the timeline of a leak from Git history, cloud-audit logs and access logs.

  leakline demo                       try it on a sample case
  leakline ingest case.db EVIDENCE/   read a folder of evidence into a new case
  leakline open case.db               work on it
  leakline help                       read the manual
"""


class Verbs(click.Group):
    """Loads a verb's module only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the registry."""
        del ctx
        return [verb.name for verb in VERBS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb; None for an unknown one."""
        del ctx
        for verb in VERBS:
            if verb.name == cmd_name:
                command: click.Command = import_module(f"timeline.commands.{verb.module}").command
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without loading them."""
        del ctx
        with formatter.section("Verbs"):
            formatter.write_dl([(verb.name, verb.summary) for verb in VERBS])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest verb in the error."""
        import difflib

        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), 1, 0.5)
            hint = f"did you mean {near[0]}? " if near else ""
            raise click.UsageError(f"there is no verb {args[0]} ({hint}`leakline --help` lists them)")
        return super().resolve_command(ctx, args)


@click.group(cls=Verbs, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leakline", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Rebuild the timeline of a leak from Git history, cloud-audit logs and access logs."""
    if ctx.invoked_subcommand is None:
        click.echo(WELCOME, nl=False)


def main(arguments: list[str] | None = None) -> None:
    """Entry point. Exit codes: 0 done, 1 a check failed or nothing matched, 2 usage, 3 some sources could not be read."""
    try:
        code = cli.main(arguments, prog_name="leakline", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        _say(error.format_message())
        sys.exit(EXIT_USAGE)
    except LeaklineError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _say("stopped")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read our output has seen enough
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


def _say(text: str) -> None:
    from timeline.text import visible

    print(f"leakline: {visible(text)}", file=sys.stderr)
