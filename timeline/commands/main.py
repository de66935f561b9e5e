"""The command `leakline`: finds the verb, turns errors into one line and an exit code."""

import contextlib
import os
import sys
from importlib import import_module
from typing import Any

import click

from timeline import __version__
from timeline.commands.registry import VERBS
from timeline.model.errors import EXIT_DONE, EXIT_USAGE, Cancelled, LeaklineError

EXIT_STOPPED = 130  # as shells say it of Ctrl-C

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

    def invoke(self, ctx: click.Context) -> Any:
        """As click does; whoever read our output and has seen enough is no failure (to click it is code 1)."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _discard_output()
            return EXIT_DONE
        return result


@click.group(cls=Verbs, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leakline", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Rebuild the timeline of a leak from Git history, cloud-audit logs and access logs."""
    if ctx.invoked_subcommand is None:
        click.echo(WELCOME, nl=False)


def main(arguments: list[str] | None = None) -> None:
    """Entry point. Exit codes: 0 done, 1 a check failed or nothing matched, 2 usage, 3 some sources could not be read."""
    _open_missing_streams()
    try:
        code = cli.main(arguments, prog_name="leakline", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except (click.Abort, KeyboardInterrupt, Cancelled):
        _say("stopped")
        sys.exit(EXIT_STOPPED)
    except click.ClickException as error:
        _say(error.format_message())
        sys.exit(EXIT_USAGE)
    except LeaklineError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except OSError as error:
        _discard_output()
        _say(_explained(error))
        sys.exit(EXIT_USAGE)
    sys.exit(code if isinstance(code, int) else EXIT_DONE)


def _say(text: str) -> None:
    from timeline.text import visible

    with contextlib.suppress(OSError):  # nobody is left to be told
        print(f"leakline: {visible(text)}", file=sys.stderr)


def _explained(error: OSError) -> str:
    """What the operating system refused: of a file, or of the output where it names none."""
    where = "standard output" if error.filename is None else os.fsdecode(error.filename)
    return f"{where}: {error.strerror or error} (check that place, or name another)"


def _discard_output() -> None:
    """Let what is still to be written to standard output go nowhere, so that the end of the process does not fail too."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_missing_streams() -> None:
    """Open what was closed before the start: the next file, which might be the case, would get that descriptor."""
    for name, flags in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, flags, encoding="utf-8"))  # noqa: SIM115  # open as long as the process
