"""Figures of several things beside one another."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from docktor.cli.clean import clean


def side_by_side(rows: Sequence[tuple[str, Sequence[str]]], column: int) -> Iterator[Text]:
    """A label and its cells in each row, the headings in the first; cells `column` wide, to the right."""
    wide = max(len(clean(label)) for label, _ in rows)
    for index, (label, cells) in enumerate(rows):
        line = f"{clean(label):<{wide}}" + "".join(f"{cell:>{column}}" for cell in cells)
        yield Text(line, "dim" if index == 0 else "")
