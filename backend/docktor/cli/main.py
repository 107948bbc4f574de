"""The `docktor` command, and what becomes of errors."""

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from docktor import __version__
from docktor.cli.parts import WholeCommand
from docktor.cli.shared import find_home
from docktor.errors import ConfigError, DaemonUnreachableError, DocktorError

FAILED, USAGE, NO_DAEMON = 1, 2, 3

app = typer.Typer(
    cls=WholeCommand,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Keeps the services of your Compose projects at the right number of replicas, and says why.\n\n"
    "Begin with `docktor daemon start`, then look with `docktor watch` and ask with `docktor explain`.",
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"docktor {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; the exit code says how it went: 0 fine, 1 failed, 2 wrong usage, 3 no daemon."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")  # a terminal that can't show → must not end a command
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """The exit code. Every error becomes lines on stderr; with DOCKTOR_DEBUG=1 bugs show where they are."""
    try:
        code = app(list(arguments), prog_name="docktor", standalone_mode=False)
        sys.stdout.flush()
    except ConfigError as error:
        for problem in error.problems:
            _say(f"{error.source}: {problem}" if error.source else str(problem))
        return USAGE
    except DaemonUnreachableError as error:
        _say(str(error))
        return NO_DAEMON
    except DocktorError as error:
        _say(str(error))
        return FAILED
    except typer.TyperException as error:
        return _usage(error)
    except typer.Abort:
        return FAILED
    except Exception as error:  # a bug: people get a line that says where to look, not a traceback
        if os.environ.get("DOCKTOR_DEBUG") == "1":
            raise
        if sys.argv[1:3] == ["daemon", "start"] and not sys.stderr.isatty():
            traceback.print_exc()  # into the log, where the next line points
        _say(f"a bug: {type(error).__name__}: {error}; DOCKTOR_DEBUG=1 shows where, the log is {find_home().log}")
        return FAILED
    return code if isinstance(code, int) else 0


def _usage(error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "docktor"
    text = error.format_message()
    if text.lstrip().startswith("Usage:"):  # no arguments at all: the help is what they need
        print(text)
        return USAGE
    for noise in ("Value error, ", ", unable to parse string as an integer", ", unable to parse string as a number"):
        text = text.replace(noise, "")
    _say(f"{text.rstrip('.')} (see `{command} --help`)")
    return USAGE


def _say(text: str) -> None:
    line = " ".join(text.split())
    print(f"docktor: {line}", file=sys.stderr)
