"""The model that advises, in a line or two."""

from collections.abc import Iterator

from rich.text import Text

from docktor.cli.clean import clean
from docktor.runtime.views import AdvisorView


def advisor_line(view: AdvisorView) -> Text:
    """`advisor  ai/llama3.2, advise: ok, 12 asked, 10 agreed, 1 changed, 1 failed, 0.4 s`"""
    line = Text.assemble(("advisor  ", "dim"), clean(f"{view.model or 'no model'}, {view.mode}: "))
    line.append(clean(view.state), "green" if view.state == "ok" else "yellow")
    if view.error:
        line.append(clean(f": {view.error}"))
    return line.append(clean(_counts(view)))


def advisor_facts(view: AdvisorView) -> Iterator[tuple[str, str]]:
    """Lines for `docktor daemon status`; none where no model is asked."""
    if view.mode == "off":
        return
    where = f" at {view.base_url}{' (another machine)' if view.remote else ''}" if view.base_url else ""
    told = view.state if view.error is None else f"{view.state}: {view.error}"
    yield "advisor", f"{view.provider}{where}, {view.mode}: {told}"
    for one in view.models:
        error = f": {one.error}" if one.error and one.error != view.error else ""
        rests = "" if one.breaker == "closed" else f", breaker {one.breaker}"
        yield "", f"{one.name}: {one.state}{error}{rests}"
    if view.asked:
        yield "", _counts(view).removeprefix(", ")
    yield "", f"{view.calls_day} calls and {view.tokens_day} tokens within the last day"


def _counts(view: AdvisorView) -> str:
    if not view.asked:
        return ""
    took = f", usually {view.median_ms / 1000:.1f} s" if view.median_ms is not None else ""
    return f", {view.asked} asked, {view.agreed} agreed, {view.changed} changed, {view.failed} failed{took}"
