"""Sources of numbers, as lines for people."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from docktor.cli.clean import clean
from docktor.runtime.views import SourceTest, SourceView


def test_lines(found: Sequence[SourceTest]) -> list[Text]:
    """What one read of each source gave."""
    return [line for one in found for line in _one(one)]


def _one(test: SourceTest) -> Iterator[Text]:
    place = clean(f"{test.kind} {test.where}".strip())
    if test.error is not None:
        yield Text.assemble((place, "bold"), "  ", (test.state, "red"), f": {clean(test.error)}")
        return
    yield Text.assemble((place, "bold"), "  ", ("ok", "green"), f", in {test.took_ms:.0f} ms")
    names = [*test.numbers, *test.totals]
    wide = max((len(name) for name in names), default=0)
    for name, value in sorted(test.numbers.items()):
        yield Text(f"  {clean(name):<{wide}}  {value:.15g}")
    for name, value in sorted(test.totals.items()):
        yield Text(f"  {clean(name):<{wide}}  a rate, from the second read on (counted {value:.15g} so far)")


def health_facts(sources: Sequence[SourceView]) -> Iterator[tuple[str, str]]:
    """Lines for `docktor daemon status`."""
    for index, one in enumerate(sources):
        told = one.state if one.error is None else f"{one.state}: {one.error}"
        yield "" if index else "sources", f"{one.kind} {one.where}: {told} (for {', '.join(one.services)})"
