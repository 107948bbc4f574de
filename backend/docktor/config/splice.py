"""Changes values in the text of a YAML file, single ones and blocks. Pure; all else stays, character by character.

The file is not written anew from what it says: that would lose comments, quotes and the author's way of laying it out.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode

from docktor.compose.document import Place, Value, parse, spell
from docktor.config import layout
from docktor.config.layout import BREAK, Alias, ByHandError, is_flow
from docktor.config.render import block_lines, flow_text, is_flat
from docktor.config.scalars import scalar
from docktor.errors import ConfigError, Problem

_PROPERTIES = re.compile(r"(?:[&!]\S*(?:\s+|$))+")
_NOTE = re.compile(r"[ \t]+#[^\r\n]*")
_DOCUMENT_END = re.compile(r"^\.\.\.", re.MULTILINE)


def set_values(text: str, values: Mapping[Place, Value]) -> str:
    """`text` with the values at those places, `None` taking the key away; missing keys and blocks are added.

    An index that is the list's length adds an item. A list or mapping takes the place of the whole one before.
    Raises ConfigError when it isn't YAML, or a place can't be set without changing something else.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    for place, value in values.items():
        if not place:
            raise _fault((), "a place has at least one key")
        text = _set(text, place, value)
    return mark + text


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the way to a place ends: at its value, or at the last mapping on the way, with the keys still missing.

    `key`: what leads to `node`, in a list the item itself. `parent`: what `key` is in. At the top all are the root.
    """

    text: str
    place: Place
    key: Node
    node: Node
    parent: CollectionNode
    missing: Place
    step: int


def _set(text: str, place: Place, value: Value) -> str:
    old = plain_values(text)
    wanted = _with(old, place, value)
    try:
        flow_text([*place, value])
    except ValueError as error:
        raise _fault(place, str(error)) from None
    if old is not None and _dumped(wanted) == _dumped(old):
        return text
    try:
        changed = _spliced(text, place, value)
        if _dumped(_read_again(changed)) == _dumped(wanted):
            return changed
    except ByHandError:
        pass
    raise _fault(place, "can't be changed without changing something else too; change it by hand")


def plain_values(text: str) -> Value:
    """What it says, references as they are written; `None` if nothing. Raises ConfigError when it isn't YAML."""
    return None if layout.nodes(text) is None else parse(text, foreign_tags=True).value


def _read_again(text: str) -> Value:
    try:
        return plain_values(text)
    except ConfigError:
        raise ByHandError from None


def _dumped(value: Value) -> str:
    """To compare by: NaN equals itself, and 1 is neither 1.0 nor true."""
    return json.dumps(value, sort_keys=True)


def _with(old: Value, place: Place, value: Value) -> Value:
    key, rest = place[0], place[1:]
    if isinstance(key, int):
        return _with_item(old, key, rest, value)
    found = dict(old) if isinstance(old, dict) else {}
    if value is None and (not isinstance(old, dict) or key not in old):
        return old
    if rest:
        found[key] = _with(found.get(key), rest, value)
    elif value is None:
        del found[key]
    else:
        found[key] = value
    return found


def _with_item(old: Value, index: int, rest: Place, value: Value) -> Value:
    if not isinstance(old, list) or not 0 <= index <= len(old):
        return old if value is None else [value]  # there is no such place, and it can't come to this
    before, after = old[:index], old[index + 1 :]
    if rest:
        return [*before, _with(old[index] if index < len(old) else None, rest, value), *after]
    return [*before, *([] if value is None else [value]), *after]


def _spliced(text: str, place: Place, value: Value) -> str:
    root = layout.nodes(text)
    if root is None or layout.is_empty(root):
        return text if value is None else layout.appended(text, layout.lines(text, place, value, 0, 2))
    if not isinstance(root, MappingNode):
        raise _fault((), "must be a mapping of settings, like 'service: web'", root)
    spot = _walk(text, root, place)
    if value is None:
        return text if spot.missing else _removed(spot)
    if not spot.missing:
        if isinstance(value, dict | list):
            return _replaced_whole(spot, value)
        return _replaced(spot, scalar(value, layout.quote_of(spot.node)))
    return _filled(spot, value) if layout.is_null(spot.node) else _added(spot, value)


def _walk(text: str, root: MappingNode, place: Place) -> _Spot:
    key: Node = root
    node: Node = root
    parent: CollectionNode = root
    step = layout.step_of(root)
    for depth, name in enumerate(place):
        if layout.is_null(node):
            return _Spot(text, place, key, node, parent, place[depth:], step)
        if not isinstance(node, SequenceNode if isinstance(name, int) else MappingNode):
            raise _fault(place[:depth], f"{_kind(node)}; {spell(place)} can't be set in it", node)
        found = _found(node, name)
        if found is None:
            return _Spot(text, place, key, node, parent, place[depth:], step)
        parent, (key, node) = node, found
    return _Spot(text, place, key, node, parent, (), step)


def _found(node: CollectionNode, name: str | int) -> tuple[Node, Node] | None:
    if isinstance(name, int):
        return (node.value[name], node.value[name]) if name < len(node.value) else None
    return next((pair for pair in node.value if layout.is_key(pair[0], name)), None)


def _replaced(spot: _Spot, new: str) -> str:
    text, node = spot.text, spot.node
    if isinstance(node, CollectionNode):
        raise _fault(spot.place, f"{_kind(node)}, not a single value; change it by hand", node)
    start, end = layout.span(text, spot.key, node)
    old = text[start:end]
    if layout.is_block_scalar(node):
        note = re.search(r"[ \t]+#.*", BREAK.split(old)[0])
        new += note[0] if note else ""
    if not isinstance(node, Alias) and (found := _PROPERTIES.match(old)):
        if old[found.end() :].startswith("#"):
            raise ByHandError
        new = " ".join((*re.findall(r"&\S+", found[0]), new))  # an anchor stays, a tag was the old value's
    before = " " if text[start - 1] == ":" else ""
    return text[:start] + before + new + text[end:]


def _replaced_whole(spot: _Spot, value: Value) -> str:
    """A list or mapping in place of what is there, laid out like it; a comment beside the key stays."""
    text, node = spot.text, spot.node
    start, end = layout.span(text, spot.key, node)
    if isinstance(node, CollectionNode):
        end = layout.end_of(text, spot.key, node)
        if not is_flow(node) and (note := _NOTE.match(text, end)):
            end = note.end()  # it spoke of the last item
    if not isinstance(spot.parent, MappingNode) or _PROPERTIES.match(text, start):
        raise ByHandError
    head = layout.after_colon(text, spot.key)
    below = BREAK.search(text, head, start)  # the value begins on another line than its key
    in_braces = is_flow(spot.parent) or (is_flow(node) and bool(node.value)) or is_flat(value)
    if in_braces:
        beside = text[head : below.start()] if below else ""
        return text[:head] + f" {flow_text(value)}" + beside + text[end:]
    column = node.start_mark.column if below and not is_flow(node) else spot.key.start_mark.column + spot.step
    newline, rest = layout.newline(text), text[end:]
    lines = newline.join(block_lines(value, column, spot.step))
    if below:
        return text[: below.end()] + lines + rest
    found = BREAK.search(rest)
    beside = rest[: found.start()] if found else rest
    return text[:head] + beside + newline + lines + rest[len(beside) :]


def _filled(spot: _Spot, value: Value) -> str:
    """The block that is named, with nothing in it."""
    text, key = spot.text, spot.key
    start, end = layout.span(text, key, spot.node)
    if start != end or is_flow(spot.parent):
        return _replaced(spot, "{" + layout.flow(spot.missing, value) + "}")
    column = key.start_mark.column + spot.step
    return layout.after_line(text, start, layout.lines(text, spot.missing, value, column, spot.step))


def _added(spot: _Spot, value: Value) -> str:
    text, node = spot.text, spot.node
    if isinstance(node, SequenceNode):
        return _appended(spot, value)
    if is_flow(node):
        at, comma = text.index("{", node.start_mark.index) + 1, ""
        if node.value:
            at, comma = layout.end_of(text, *node.value[-1]), ", "
        return text[:at] + comma + layout.flow(spot.missing, value) + text[at:]
    lines = layout.lines(text, spot.missing, value, node.value[0][0].start_mark.column, spot.step)
    last = layout.end_of(text, *node.value[-1])
    if spot.missing == spot.place and not _DOCUMENT_END.search(text, last):
        return layout.appended(text, lines)
    return layout.after_line(text, last, lines)


def _appended(spot: _Spot, value: Value) -> str:
    """An item at the end of a list."""
    text, node = spot.text, spot.node
    if spot.missing != (len(node.value),):
        raise ByHandError
    last = layout.end_of(text, node.value[-1], node.value[-1]) if node.value else node.start_mark.index + 1
    if is_flow(node):
        return text[:last] + (", " if node.value else "") + flow_text(value) + text[last:]
    lines = block_lines([value], node.start_mark.column, spot.step)
    return layout.after_line(text, last, layout.newline(text).join(lines))


def _removed(spot: _Spot) -> str:
    if isinstance(spot.parent, SequenceNode):
        return _removed_item(spot, spot.parent)
    text, pairs = spot.text, spot.parent.value
    start, end = spot.key.start_mark.index, layout.end_of(text, spot.key, spot.node)
    index = next(number for number, pair in enumerate(pairs) if pair[0] is spot.key)
    if len(pairs) == 1:
        comma = re.compile(r"\s*,").match(text, end) if is_flow(spot.parent) else None
        inside = "" if is_flow(spot.parent) else "{}"  # with nothing there, it would be null
        return text[:start] + inside + text[comma.end() if comma else end :]
    if not is_flow(spot.parent):
        return layout.without_lines(text, start, end)
    if index + 1 < len(pairs):
        end = pairs[index + 1][0].start_mark.index
    else:
        start = layout.end_of(text, *pairs[index - 1])
    return text[:start] + text[end:]


def _removed_item(spot: _Spot, items: SequenceNode) -> str:
    """One of several; with none left the list itself is to be set to `[]`."""
    text, index = spot.text, items.value.index(spot.node)
    start, end = spot.node.start_mark.index, layout.end_of(text, spot.node, spot.node)
    if len(items.value) == 1:
        raise ByHandError
    if not is_flow(items):
        return layout.without_lines(text, _dash(text, start), end)
    if index + 1 < len(items.value):
        return text[:start] + text[items.value[index + 1].start_mark.index :]
    return text[: layout.end_of(text, *[items.value[index - 1]] * 2)] + text[end:]


def _dash(text: str, item: int) -> int:
    dash = text.rfind("-", 0, item)
    if dash < 0 or text[dash + 1 : item].strip():
        raise ByHandError
    return dash


def _kind(node: Node) -> str:
    if isinstance(node, Alias):
        return f"is an alias (*{node.value})"
    if isinstance(node, CollectionNode):
        return "is a mapping" if isinstance(node, MappingNode) else "is a list"
    return "is a single value"


def _fault(place: Place, message: str, node: Node | None = None) -> ConfigError:
    return ConfigError((Problem(spell(place), message, node.start_mark.line + 1 if node else None),))
