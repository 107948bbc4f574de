"""Values as DuckDB takes them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
BATCH = 1000


def naive(moment: datetime) -> datetime:
    """The moment in UTC; the tables know no zones."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def clean(text: str) -> str:
    """DuckDB takes no half characters (lone surrogates), a JSON text may hold them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """As many at once as a statement takes well."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
