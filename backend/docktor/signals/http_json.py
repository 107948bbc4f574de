"""A number out of any JSON that is served over HTTP."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from docktor.errors import SignalUnavailableError
from docktor.signals.base import Around, Numbers, hostport
from docktor.signals.http import parsed, target
from docktor.signals.http_options import MAIN, HttpOptions, HttpSource, Name
from docktor.signals.json_path import NotThereError, Step, find, parse, written
from docktor.signals.numbers import number


def _path(value: object) -> tuple[Step, ...]:
    if isinstance(value, tuple):
        return value  # parsed already
    if not isinstance(value, str):
        raise ValueError("must be text")
    return parse(value)


JsonPath = Annotated[
    tuple[Step, ...], PlainValidator(_path), WithJsonSchema({"type": "string", "examples": ["data.items[0].depth"]})
]


class HttpJsonOptions(HttpOptions):
    path: JsonPath = Field(
        "",
        validate_default=True,
        description="Where the number stands in the answer; left out: the answer is the number.",
    )
    paths: Mapping[Name, JsonPath] = Field({}, description="Further numbers: a path for each short name.")


class HttpJson(HttpSource):
    """`value`: the number at `path`. Further ones by the names in `paths`."""

    Options = HttpJsonOptions
    about = "HTTP: a number in a JSON answer"

    def __init__(self, options: HttpJsonOptions, around: Around) -> None:
        super().__init__(options, around)
        self._paths: dict[str, tuple[Step, ...]] = {MAIN: options.path, **options.paths}
        self._target = target(parsed(options.url))

    @property
    def where(self) -> str:
        return f"{hostport(self.options.url)}{self._target.partition('?')[0]} {written(self.options.path)}".rstrip()

    async def read(self) -> Numbers:
        answer = await self.get(self._target)
        return {name: _number(answer, path) for name, path in self._paths.items()}


def _number(answer: object, path: tuple[Step, ...]) -> float:
    place = written(path) or "the answer"
    try:
        found = find(answer, path)
    except NotThereError as error:
        raise SignalUnavailableError(f"there is no {place}: {error}", "wrong") from error
    if isinstance(found, dict | list):
        kind = "a list" if isinstance(found, list) else "an object"
        raise SignalUnavailableError(f"{place} is {kind}; the path must lead to a number", "wrong")
    return number(found, place)
