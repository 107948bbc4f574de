"""Where the values of a YAML text stand, by ruamel's nodes, and how new ones are laid out among them. Pure."""

import re

from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from docktor.compose.document import CountingComposer, Place, Value, compose
from docktor.config.render import block_lines, flow_text, is_flat
from docktor.config.scalars import scalar

BREAK = re.compile(r"\r\n|\n|\r")
_NULL = "tag:yaml.org,2002:null"
_COLON = re.compile(r"[ \t]*:")


class ByHandError(Exception):
    """The text is laid out in a way that isn't worth handling."""


class Alias(ScalarNode):
    """`*name` where it stands; ruamel puts the node it refers to in its place, with that one's position."""


class _Composer(CountingComposer):
    def compose_node(self, parent: object, index: object) -> object:
        event = self.parser.peek_event() if self.parser.check_event(AliasEvent) else None
        node = super().compose_node(parent, index)
        return Alias("", event.anchor, event.start_mark, event.end_mark, style="*") if event else node


def nodes(text: str) -> Node | None:
    """The root, `None` if there is nothing but comments. Raises ConfigError when it isn't YAML."""
    return compose(text, _Composer)[1]


def is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and str(node.tag) == _NULL


def is_empty(node: Node) -> bool:
    """Whether nothing at all is written for it."""
    return isinstance(node, ScalarNode) and node.start_mark.index == node.end_mark.index


def is_flow(node: Node) -> bool:
    return isinstance(node, CollectionNode) and node.flow_style is True


def is_block_scalar(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style in ("|", ">")


def is_key(node: Node, name: str) -> bool:
    return isinstance(node, ScalarNode) and not isinstance(node, Alias) and str(node.value) == name


def quote_of(node: Node) -> str:
    """The quotes it stands in."""
    return str(node.style) if isinstance(node, ScalarNode) and node.style in ("'", '"') else ""


def after_colon(text: str, key: Node) -> int:
    """Where what is said of `key` begins."""
    colon = _COLON.match(text, key.end_mark.index)
    if colon is None:
        raise ByHandError
    return colon.end()


def span(text: str, key: Node, value: Node) -> tuple[int, int]:
    """Where the value is written; where it would be, if it is empty."""
    start, end = value.start_mark.index, value.end_mark.index
    if is_empty(value):  # ruamel has it at whatever comes next
        colon = after_colon(text, key)
        return colon, colon
    if is_block_scalar(value):  # and here it takes in the empty lines that follow
        end = start + len(text[start:end].rstrip())
    return start, end


def end_of(text: str, key: Node, value: Node) -> int:
    """Where it ends, without the comments and empty lines behind it, which ruamel counts to a block."""
    while isinstance(value, CollectionNode) and not is_flow(value):
        if isinstance(value, MappingNode):
            key, value = value.value[-1]
        else:
            value = value.value[-1]
            if is_empty(value):
                raise ByHandError
    start, end = span(text, key, value)
    keeps = is_block_scalar(value) and "+" in BREAK.split(text[start:end])[0]  # the empty lines are part of it
    return int(value.end_mark.index) if keeps else end


def after_line(text: str, at: int, lines: str) -> str:
    """`text` with `lines` below the line of that position."""
    end_line = newline(text)
    if text[at - 1] in "\r\n":
        return text[:at] + lines + end_line + text[at:]
    found = BREAK.search(text, at)
    end = found.start() if found else len(text)
    return text[:end] + end_line + lines + text[end:]


def appended(text: str, lines: str) -> str:
    """`text` with `lines` at its end, which has a line break after it or hasn't, as before."""
    end_line = newline(text)
    if not text or text[-1] in "\r\n":
        return text + lines + end_line
    return text + end_line + lines


def without_lines(text: str, start: int, end: int) -> str:
    """`text` without the lines from one position to the other, which have nothing before `start`."""
    breaks = list(BREAK.finditer(text, 0, start))
    line = breaks[-1].end() if breaks else 0
    if text[line:start].strip():
        raise ByHandError
    if text[end - 1] in "\r\n":
        return text[:line] + text[end:]
    if found := BREAK.search(text, end):
        return text[:line] + text[found.end() :]
    return text[: breaks[-1].start()] if breaks else ""


def lines(text: str, keys: Place, value: Value, column: int, step: int) -> str:
    """`a:`, and below it `  b: value`; without a line break at the end."""
    pads = [" " * (column + step * depth) for depth in range(len(keys))]
    parts = [f"{pad}{key}:" for pad, key in zip(pads, _names(keys), strict=True)]
    if is_flat(value):
        parts[-1] += f" {flow_text(value)}"
    else:
        parts += block_lines(value, column + step * len(keys), step)
    return newline(text).join(parts)


def flow(keys: Place, value: Value) -> str:
    """`a: {b: value}`."""
    return ": {".join(_names(keys)) + f": {flow_text(value)}" + "}" * (len(keys) - 1)


def _names(keys: Place) -> list[str]:
    if not all(isinstance(key, str) for key in keys):
        raise ByHandError  # a list that isn't there has no third item
    return [scalar(key) for key in keys]


def step_of(root: Node) -> int:
    """By how much the file indents a block."""
    pairs = root.value if isinstance(root, MappingNode) and not is_flow(root) else []
    steps = [
        value.value[0][0].start_mark.column - key.start_mark.column
        for key, value in pairs
        if isinstance(value, MappingNode) and not is_flow(value)
    ]
    return next((step for step in steps if step > 0), 2)


def newline(text: str) -> str:
    """How its lines end."""
    found = BREAK.search(text)
    return found[0] if found else "\n"
