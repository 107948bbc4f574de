"""`docktor daemon start | stop | status | logs`."""

import contextlib
import sys
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.text import Text

from docktor.api.hosts import allowed_name, is_loopback
from docktor.cli import output, process, render
from docktor.cli.choices import Choices, EngineChoice
from docktor.cli.clean import clean
from docktor.cli.shared import ComposeFileOption, ConfigOption, Json, connect, find_home, read_config
from docktor.config.model import Flags
from docktor.errors import DaemonUnreachableError, DocktorError, PermanentError
from docktor.memory.home import Home

START_S = 60.0
STOP_S = 60.0
TERM_S = 30.0
SHOWN_ON_FAILURE = 10
DEFAULT_LISTEN = "127.0.0.1:8099"
EXPOSED = (
    "others can reach this address: tokens alone keep them out, and they cross the network unencrypted; "
    "put a reverse proxy with TLS before it"
)

app = typer.Typer(no_args_is_help=True, help="Start, stop and look at the daemon.")


@app.command()
def start(
    *,
    config: ConfigOption = None,
    compose_file: ComposeFileOption = None,
    service: Annotated[str | None, typer.Option("--service", metavar="S", help="The one service to manage.")] = None,
    project: Annotated[str | None, typer.Option("--project", metavar="P", help="The Compose project.")] = None,
    manual: Annotated[bool, typer.Option("--manual", help="Only propose; never act by itself (mode review).")] = False,
    engine: Annotated[
        EngineChoice,
        typer.Option("--engine", help="auto: Docker when reachable, else a simulation."),
    ] = EngineChoice.AUTO,
    foreground: Annotated[bool, typer.Option("--foreground", help="Stay in this terminal, with a live view.")] = False,
    listen: Annotated[
        str,
        typer.Option("--listen", metavar="HOST:PORT|off", help="Where to answer over TCP, behind the token."),
    ] = DEFAULT_LISTEN,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="A further name it is asked by, as of a reverse proxy."),
    ] = None,
) -> None:
    """Start the daemon in the background.

    A configuration with faults starts nothing: each fault is said, exit code 2.

    Example: docktor daemon start --config docktor.yaml
    """
    home = find_home()
    hosts = parse_hosts(allow_host or ())
    choices = Choices(config, compose_file, service, project, manual, engine.value, listen, hosts)
    address = parse_listen(listen)
    read_config(Flags(config, compose_file, service, project, manual))
    home.create()
    refuse_second(home)
    if address is not None and not is_loopback(address[0]):
        output.note(f"warning: {EXPOSED}")
    if foreground:
        run_here(choices, home, address)
    else:
        start_in_background(choices, home)


def parse_listen(text: str) -> tuple[str, int] | None:
    """`HOST:PORT` (IPv6 in brackets), or `off`. Raises typer.BadParameter."""
    if text == "off":
        return None
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:  # noqa: PLR2004 - the last TCP port
        raise typer.BadParameter(f"'{text}' is not HOST:PORT or off: write 127.0.0.1:8099")
    return host, int(port)


def parse_hosts(names: Iterable[str]) -> tuple[str, ...]:
    """Names for `--allow-host`. Raises typer.BadParameter."""
    try:
        return tuple(allowed_name(name) for name in names)
    except DocktorError as error:
        raise typer.BadParameter(str(error)) from error


def refuse_second(home: Home) -> None:
    """Raises PermanentError, saying who holds the home, when a daemon has it already."""
    pid = home.holder()
    if pid is None:
        return
    since = ""
    with contextlib.suppress(DocktorError), connect(home) as client:
        since = f", since {render.stamp(client.health().started_at)}"
    raise PermanentError(
        f"a daemon already runs on {home.path}: pid {pid or 'unknown'}{since}; "
        "stop it with `docktor daemon stop`, or set DOCKTOR_HOME to another directory"
    )


def run_here(choices: Choices, home: Home, listen: tuple[str, int] | None) -> None:
    # Engine, DuckDB and web server take a second to load, and no other command needs them.
    from docktor.cli.foreground import Foreground, options

    Foreground(options(choices, home), home, listen, choices.allow_hosts).run()


def start_in_background(choices: Choices, home: Home) -> None:
    """Spawn the daemon and wait until it answers. What it said when it died instead is passed on."""
    begin = home.log.stat().st_size if home.log.exists() else 0
    child = process.spawn(choices.arguments(), home)

    def settled() -> bool:
        return child.poll() is not None or _answers(home, child.pid)

    if not process.wait_until(settled, START_S):
        child.terminate()
        raise DocktorError(f"the daemon did not answer within {START_S:.0f} s and was ended: see {home.log}")
    if child.returncode is not None:
        lines = process.tail(home.log, SHOWN_ON_FAILURE, begin)
        for line in [line for line in lines if line.startswith("docktor: ")] or lines:
            print(line, file=sys.stderr)
        raise typer.Exit(child.returncode if child.returncode in (1, 2) else 1)
    with connect(home) as client:
        health, projects = client.health(), client.projects()
    managed = [f"{s.project}/{s.name}" for s in render.services_of(projects) if s.managed]
    output.show(
        [
            Text(f"Docktor runs: pid {health.pid}"),
            Text(f"  socket   {home.sock}"),
            Text(f"  engine   {render.engine_words(health)}"),
            Text(f"  manages  {clean(', '.join(managed)) or 'no service yet: see `docktor status`'}"),
            Text(f"  log      {home.log}"),
            *(Text(f"  {line.removeprefix('docktor: ')}") for line in _listening(home, begin)),
            *(Text(f"  warning  {clean(warning)}") for warning in health.config.warnings),
        ]
    )


def _answers(home: Home, pid: int) -> bool:
    try:
        with connect(home) as client:
            return client.health().pid == pid
    except DocktorError:
        return False


def _listening(home: Home, begin: int) -> list[str]:
    wanted = ("docktor: listens on ", "docktor: not over TCP: ")
    return [line for line in process.tail(home.log, 20, begin) if line.startswith(wanted)]


@app.command()
def stop() -> None:
    """End the daemon; services stay as they are.

    It finishes what it is doing first.

    Example: docktor daemon stop
    """
    home = find_home()
    pid = home.holder()
    try:
        with connect() as client:
            client.stop()
    except DaemonUnreachableError:
        if not pid or not process.ask_to_end(pid):
            raise

    def gone() -> bool:
        return home.holder() is None

    if not process.wait_until(gone, STOP_S):
        process.ask_to_end(pid or 0)
        if not process.wait_until(gone, TERM_S):
            raise DocktorError(f"the daemon (pid {pid}) has not ended yet: see `docktor daemon logs`")
    print("Docktor has stopped.")


@app.command()
def status(as_json: Json = False) -> None:
    """Say whether the daemon runs, and how it is.

    Since when, its engine, its configuration. Exit code 3 when no daemon answers.

    Example: docktor daemon status
    """
    home = find_home()
    with connect() as client:
        health = client.health()
    if as_json:
        output.show_json(health)
    else:
        output.show(render.health_lines(health, str(home.sock)))


@app.command()
def logs(
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as lines come; Ctrl-C ends.")] = False,
    tail: Annotated[int, typer.Option("--tail", min=0, metavar="N", help="How many of the last lines.")] = 50,
) -> None:
    """Print the daemon's log.

    It is kept when the daemon ends.

    Example: docktor daemon logs -f
    """
    home = find_home()
    if not home.log.exists():
        raise DocktorError(f"there is no log yet at {home.log}: start a daemon with `docktor daemon start`")
    for line in process.tail(home.log, tail) if tail else []:
        print(line)
    if follow:
        for line in process.follow(home.log):
            print(line, flush=True)
