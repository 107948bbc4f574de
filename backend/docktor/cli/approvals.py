"""Proposals that wait for a person: `docktor approvals`, `approve`, `reject`."""

from typing import Annotated

import typer
from rich.text import Text

from docktor.cli import output, render
from docktor.cli.clean import clean
from docktor.cli.shared import Json, Reason, connect
from docktor.core.decision import Phase
from docktor.core.explain import sentence
from docktor.runtime.views import ApprovalView

ProposalId = Annotated[
    int, typer.Argument(metavar="ID", min=0, help="The proposal's number, as `docktor approvals` has it.")
]

app = typer.Typer(help="The proposals that wait for a yes or a no (mode review).")


@app.callback(invoke_without_command=True)
def approvals(context: typer.Context, as_json: Json = False) -> None:
    """Show the proposals that wait for a yes or a no.

    In mode review nothing is done without one. What nobody answers expires.

    Example: docktor approvals
    """
    if context.invoked_subcommand is None:
        listed(as_json)


@app.command("list")
def listed(as_json: Json = False) -> None:
    """Show the proposals that wait.

    Example: docktor approvals list
    """
    with connect() as client:
        waiting = client.approvals()
    if as_json:
        output.show_json(waiting)
        return
    output.show([line for one in waiting for line in _lines(one)] or [Text("Nothing waits for approval.")])


def approve(
    proposal: ProposalId,
    replicas: Annotated[int | None, typer.Option("--replicas", min=0, help="Another number instead.")] = None,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Do what was proposed, now.

    Looked at afresh first: what doesn't fit any more is refused, with the reason.

    Example: docktor approve 12
    """
    with connect() as client:
        done = client.answer(proposal, "approve" if replicas is None else "modify", replicas, reason)
    if as_json:
        output.show_json(done)
    else:
        output.show(render.decision_lines(done))
    if done.phase is Phase.FAILED:
        raise typer.Exit(1)


def reject(proposal: ProposalId, reason: Reason = "", as_json: Json = False) -> None:
    """Leave it as it is; the same is not proposed again for a while.

    Example: docktor reject 12 --reason "the load test ends at noon"
    """
    with connect() as client:
        done = client.answer(proposal, "reject", None, reason)
    if as_json:
        output.show_json(done)
    else:
        output.show(render.decision_lines(done))


def _lines(one: ApprovalView) -> list[Text]:
    head = Text.assemble((f"#{one.decision.id}", "bold"), "  ", clean(sentence(one.decision)))
    return [
        head,
        Text(f"    {_left(one.expires_s)}; docktor approve {one.decision.id}, docktor reject {one.decision.id}", "dim"),
    ]


def _left(seconds: float) -> str:
    return f"expires in {seconds:.0f} s" if seconds < 100 else f"expires in {seconds / 60:.0f} min"  # noqa: PLR2004 - above, minutes
