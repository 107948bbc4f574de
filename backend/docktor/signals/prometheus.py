"""Numbers that a Prometheus query gives."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from docktor.errors import SignalUnavailableError
from docktor.signals.base import Around, Numbers
from docktor.signals.http import parsed, reason
from docktor.signals.http_options import MAIN, HttpOptions, HttpSource, Name
from docktor.signals.numbers import number

Query = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class PrometheusOptions(HttpOptions):
    query: Query = Field(description="PromQL that gives one number.")
    queries: Mapping[Name, Query] = Field({}, description="Further numbers: a query for each short name.")

    @model_validator(mode="after")
    def _base(self) -> Self:
        if parsed(self.url).query:
            raise ValueError("url: is the base address, without ?")
        return self


class Prometheus(HttpSource):
    """`value`: what `query` gives. Further numbers by the names in `queries`, without those that have no result now."""

    Options = PrometheusOptions
    about = "Prometheus: what a query gives"

    def __init__(self, options: PrometheusOptions, around: Around) -> None:
        super().__init__(options, around)
        self._path = parsed(options.url).path.rstrip("/") + "/api/v1/query"

    async def read(self) -> Numbers:
        o: PrometheusOptions = self.options
        value = _single(await self.get(self._path, {"query": o.query}), "query")
        if value is None:
            raise SignalUnavailableError("the query has no result now", "wrong")
        found = {MAIN: value}
        for name, query in o.queries.items():
            further = _single(await self.get(self._path, {"query": query}), name)
            if further is not None:
                found[name] = further
        return found


def _single(answer: Any, what: str) -> float | None:
    """The one number of an answer, `None` if the query selects nothing now."""
    match answer:
        case {"status": "success", "data": {"resultType": "scalar", "result": [_, str(text)]}}:
            return _number(text, what)
        case {"status": "success", "data": {"resultType": "vector", "result": []}}:
            return None
        case {"status": "success", "data": {"resultType": "vector", "result": [{"value": [_, str(text)]}]}}:
            return _number(text, what)
        case {"status": "success", "data": {"resultType": "vector", "result": [{"histogram": _}]}}:
            fault = "is a histogram: take histogram_quantile() or histogram_count() of it"
        case {"status": "success", "data": {"resultType": "vector", "result": [_, _, *_] as samples}}:
            fault = f"gives {len(samples)} samples: make them one with sum() or max()"
        case {"status": "success", "data": {"resultType": "matrix" | "string" as kind}}:
            fault = f"gives a {kind}, which is no number"
        case {"status": "error", "error": str(error)}:
            fault = f"fails: {reason(Exception(error))}"
        case _:
            raise SignalUnavailableError("its answer is not one of Prometheus", "wrong")
    raise SignalUnavailableError(f"{what} {fault}", "wrong")


def _number(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return number(text, what)
    if math.isnan(value):
        raise SignalUnavailableError(f"{what} gives NaN: nothing to divide by, or nothing observed", "lying")
    return number(value, what)
