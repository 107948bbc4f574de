"""`docktor token show | rotate | add | list | remove`: who may use the API over TCP.

A running daemon is asked, so that a change is in force at once; without one the files are changed.
"""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from docktor.api.tokenviews import NewTokenView, TokenView
from docktor.cli import output, render
from docktor.cli.shared import Json, connect, find_home
from docktor.core.roles import Role
from docktor.memory.home import Home
from docktor.memory.tokens import LONGEST_DAYS, Tokens, read_token
from docktor.runtime.clock import Clock

app = typer.Typer(no_args_is_help=True, help="Who may use the API over TCP.")

TokenName = Annotated[str, typer.Argument(metavar="NAME", help="As `docktor token list` shows it.")]


@app.command()
def show() -> None:
    """Print the owner's token, and where it is kept.

    It may do everything that is possible over TCP: keep it to yourself. The file's name goes to stderr.

    Example: curl -H "Authorization: Bearer $(docktor token show)" http://127.0.0.1:8099/api/projects
    """
    home = find_home()
    home.create()
    output.note(f"the owner's token is in {home.token}")
    print(read_token(home.token))


@app.command()
def rotate() -> None:
    """Make a new token for the owner.

    The old one opens nothing from now on, and sessions of pages that were had for it end.

    Example: docktor token rotate
    """
    home = find_home()
    if _runs(home):
        with connect(home) as client:
            client.rotate_token()
    else:
        home.create()
        _files(home).rotate(Clock().now())
    print(f"The owner has a new token, in {home.token}; the old one opens nothing any more.")


@app.command()
def add(
    role: Annotated[Role, typer.Argument(metavar="ROLE", help="viewer, operator or admin.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="N", help="What to call it; else one is made up.")
    ] = None,
    days: Annotated[
        float | None, typer.Option("--days", metavar="D", help="How long it opens anything; else until it is removed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a further token, and print it this once.

    A viewer reads; an operator also scales, holds and approves; an admin also changes rules, the model and tokens.

    Example: docktor token add viewer --name grafana --days 90
    """
    if days is not None and not 0 < days <= LONGEST_DAYS:
        raise typer.BadParameter(f"--days takes more than 0 and at most {LONGEST_DAYS}")
    home = find_home()
    if _runs(home):
        with connect(home) as client:
            made = client.add_token(role.value, name, days)
    else:
        home.create()
        token, text = _files(home).add(role, name, days, Clock().now())
        made = NewTokenView(token.name, token.role, token.expires, text)
    if as_json:
        output.show_json(made)
        return
    until = f", until {render.stamp(made.expires)}" if made.expires else ""
    output.note(f"token '{made.name}', {made.role}{until}; it is shown this once")
    print(made.token)


@app.command("list")
def list_tokens(as_json: Json = False) -> None:
    """List the further tokens: what they are called, and what they may do.

    Example: docktor token list
    """
    home = find_home()
    if _runs(home):
        with connect(home) as client:
            tokens: Sequence[TokenView] = client.tokens()
    else:
        now = Clock().now()
        tokens = [TokenView.of(token, now) for token in _files(home).listed()]
    if as_json:
        output.show_json(tokens)
    elif not tokens:
        output.note(f"there is the owner's token alone, in {home.token}")
    else:
        output.show(_table(tokens))


@app.command()
def remove(name: TokenName) -> None:
    """Remove a token; it opens nothing from now on.

    Example: docktor token remove grafana
    """
    home = find_home()
    if _runs(home):
        with connect(home) as client:
            client.remove_token(name)
    else:
        _files(home).remove(name)
    print(f"Token '{name}' is removed.")


def _runs(home: Home) -> bool:
    """Whether a daemon has the home. One that has it but doesn't answer must not be gone behind: it has read them."""
    return home.holder() is not None


def _files(home: Home) -> Tokens:
    tokens = Tokens(home.token, home.tokens)
    tokens.open_others()
    return tokens


def _table(tokens: Sequence[TokenView]) -> list[Text]:
    width = max(len("NAME"), *(len(token.name) for token in tokens))
    lines = [Text(f"{'NAME':{width}}  {'ROLE':8}  {'SINCE':19}  UNTIL")]
    for token in tokens:
        until = render.stamp(token.expires) if token.expires else "removed"
        ended = " (ended)" if token.expired else ""
        lines.append(Text(f"{token.name:{width}}  {token.role:8}  {render.stamp(token.created)}  {until}{ended}"))
    return lines
