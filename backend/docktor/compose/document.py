"""A YAML file as plain values, with the line of every value, within limits of size, count and depth."""

import math
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from docktor.errors import ConfigError, Problem

MAX_BYTES = 1 << 20
MAX_VALUES = 50_000
MAX_DEPTH = 50
_MAX_DIGITS = 300
_TAG = "tag:yaml.org,2002:"

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
Place: TypeAlias = tuple[str | int, ...]
Expand: TypeAlias = Callable[[str], tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says. Places are the keys and indexes that lead to a value.

    `lines`: from 1. `written`: text of scalars as it stood before references were replaced; `from_env`: those that
    the environment gave, `unfilled` those it could not give. `problems`: faults that still left something to read
    (duplicate keys, unset variables).
    """

    value: Value = field(repr=False)
    lines: Mapping[Place, int]
    written: Mapping[Place, str]
    from_env: frozenset[Place]
    unfilled: frozenset[Place]
    problems: tuple[Problem, ...]

    def problem(self, place: Place, message: str) -> Problem:
        """A fault at that place, with the line of the nearest thing that is there."""
        near = place
        while near and near not in self.lines:
            near = near[:-1]
        return Problem(spell(place), message, self.lines.get(near))


def spell(place: Place) -> str:
    """`("services", 1, "rules")` as `services[1].rules`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{printable(part)}" for part in place]
    return "".join(parts).removeprefix(".")


def printable(text: str, limit: int = 80) -> str:
    """Text from outside, short and without control characters, fit for a terminal and a log."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in cut)


def read_text(path: Path, encoding: str = "utf-8-sig") -> str:
    """The file's text; the encoding `utf-8` keeps a byte order mark.

    Raises ConfigError when it isn't there, isn't a text file or is larger than 1 MiB.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _unusable(path, "is a directory" if path.is_dir() else "is not a regular file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _unusable(path, "is not there") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _unusable(path, f"can't be read: {reason}") from None
    if len(data) > MAX_BYTES:
        raise _unusable(path, "is larger than 1 MiB and was not read")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _unusable(path, "is not UTF-8 text; save it as UTF-8", line) from None


def parse(text: str, expand: Expand | None = None, *, foreign_tags: bool = False) -> Document:
    """The one document in `text`. Raises ConfigError when it isn't YAML, or exceeds a limit.

    `expand` replaces references in scalars, answering the text and whether the environment gave it; its ValueError
    becomes a problem at that place. `foreign_tags`: take values with unknown tags as if untagged.
    """
    yaml, root = compose(text)
    if root is None:
        raise ConfigError((Problem("", "the file is empty"),))
    reader = _Reader(yaml, expand, foreign_tags)
    value = reader.value(root, (), 0)
    marked = (frozenset(reader.from_env), frozenset(reader.unfilled))
    return Document(value, reader.lines, reader.written, *marked, tuple(reader.problems))


def compose(text: str, composer: "type[CountingComposer] | None" = None) -> tuple[YAML, Node | None]:
    """The root node of the one document in `text`, `None` if there is none, and what read it. Raises as `parse`."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = composer or CountingComposer
    yaml.max_depth = MAX_DEPTH
    try:
        return yaml, yaml.compose(text)
    except Exception as error:  # on broken input the parser lets errors of many kinds escape
        raise ConfigError((_syntax_problem(error, text),)) from None


def _unusable(path: Path, what: str, line: int | None = None) -> ConfigError:
    return ConfigError((Problem("", f"{printable(str(path), 300)} {what}", line),), str(path))


class _TooManyError(Exception):
    pass


class CountingComposer(Composer):
    """Stops early on a file that would take long, and doesn't warn about anchors used twice."""

    def __init__(self, loader: object = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False
        self.left = MAX_VALUES

    def compose_node(self, parent: object, index: object) -> object:
        self.left -= 1
        if self.left < 0:
            raise _TooManyError
        return super().compose_node(parent, index)


def _syntax_problem(error: Exception, text: str) -> Problem:
    if isinstance(error, _TooManyError):
        return Problem("", f"more than {MAX_VALUES} values in one file")
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return Problem("", f"not YAML: the character U+{ord(text[error.position]):04X} can't stand in it", line)
    if not isinstance(error, MarkedYAMLError):
        return Problem("", "not YAML")
    mark = error.problem_mark or error.context_mark
    what = str(error.problem or error.context or "it can't be read")
    if "maximum depth" in what:
        what = f"more than {MAX_DEPTH} levels deep"
    elif "another document" in what:
        what = "more than one document ('---') in one file"
    elif "\\t" in what:
        what = "a tab is used to indent; use spaces"
    return Problem("", f"not YAML: {printable(what)}", mark.line + 1 if mark else None)


class _Reader:
    """Turns nodes into plain values, noting lines and faults."""

    def __init__(self, yaml: YAML, expand: Expand | None, foreign_tags: bool) -> None:
        self.yaml, self.expand, self.foreign_tags = yaml, expand, foreign_tags
        self.lines: dict[Place, int] = {}
        self.written: dict[Place, str] = {}
        self.from_env: set[Place] = set()
        self.unfilled: set[Place] = set()
        self.problems: list[Problem] = []
        self.left = MAX_VALUES

    def value(self, node: Node, place: Place, depth: int) -> Value:
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            raise ConfigError((Problem("", "aliases ('*name') unfold to more than this file may hold"),))
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        if isinstance(node, MappingNode):
            return self._mapping(node, place, depth)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*place, index), depth + 1) for index, item in enumerate(node.value)]
        return self._scalar(node, place, line) if isinstance(node, ScalarNode) else None

    def _mapping(self, node: MappingNode, place: Place, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        merges: list[Node] = []
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self.problems.append(Problem(spell(place), "a key must be plain text", line))
                continue
            if str(key_node.tag) == f"{_TAG}merge":
                merges.extend(value_node.value if isinstance(value_node, SequenceNode) else [value_node])
                continue
            here = (*place, str(key_node.value))
            if here[-1] in found:
                first = self.lines[here]
                self.problems.append(Problem(spell(here), f"given twice, first in line {first}", line))
                continue
            self.lines[here] = line
            found[str(key_node.value)] = self.value(value_node, here, depth + 1)
        for source in merges:
            self._merge(found, source, place, depth)
        return found

    def _merge(self, found: dict[str, Value], source: Node, place: Place, depth: int) -> None:
        """Add what `<<` brings and the mapping doesn't say itself."""
        other = _Reader(self.yaml, self.expand, self.foreign_tags)
        other.left = self.left
        value = other.value(source, place, depth + 1)
        self.left = other.left
        if not isinstance(value, dict):
            line = source.start_mark.line + 1
            self.problems.append(Problem(spell(place), "'<<' takes a mapping or a list of mappings", line))
            return
        fresh = {(*place, key) for key in value if key not in found}
        level = len(place) + 1
        self.lines.update({at: line for at, line in other.lines.items() if at[:level] in fresh})
        self.written.update({at: text for at, text in other.written.items() if at[:level] in fresh})
        self.from_env.update(at for at in other.from_env if at[:level] in fresh)
        self.unfilled.update(at for at in other.unfilled if at[:level] in fresh)
        self.problems.extend(other.problems)
        found.update({key: item for key, item in value.items() if key not in found})

    def _scalar(self, node: ScalarNode, place: Place, line: int) -> Value:
        tag, text = str(node.tag), str(node.value)
        plain = node.style in (None, "") and tag != f"{_TAG}null"
        if self.expand and "${" in text:
            try:
                new, used = self.expand(text)
            except ValueError as error:
                self.problems.append(Problem(spell(place), str(error), line))
                self.unfilled.add(place)
                return text
            self.written[place] = text
            if used:
                self.from_env.add(place)
            if plain and tag == f"{_TAG}str":
                tag = str(self.yaml.resolver.resolve(ScalarNode, new, (True, False)))
            text = new
        if not tag.startswith(_TAG) and not self.foreign_tags:
            self.problems.append(Problem(spell(place), f"the tag {printable(tag)} means nothing here", line))
        return _plain_value(tag.removeprefix(_TAG), text)


def _plain_value(kind: str, text: str) -> Value:
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("true", "yes", "on", "y")
    if kind in ("int", "float") and len(text) <= _MAX_DIGITS:
        return _number(kind, text.replace("_", "").lower())
    return text


def _number(kind: str, text: str) -> Value:
    if text.endswith((".nan", ".inf")):
        return math.nan if text.endswith(".nan") else float(text.replace(".", ""))
    try:
        if kind == "float":
            return float(text)
        number = int(text, 0) if text.lstrip("+-")[:2] in ("0x", "0o", "0b") else int(text)
        return number if abs(number) < 10**_MAX_DIGITS else text
    except ValueError:
        return text
