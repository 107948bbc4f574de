"""Changes single values in the text of a YAML file. Pure; whatever is not the value stays, character by character.

The file is not written anew from what it says: that would lose comments, quotes and the author's way of laying it out.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ruamel.yaml.nodes import CollectionNode, MappingNode, Node

from docktor.compose.document import Value, parse, spell
from docktor.config import layout
from docktor.config.layout import BREAK, Alias, ByHandError, Keys, is_flow
from docktor.config.scalars import Plain, scalar
from docktor.errors import ConfigError, Problem

_PROPERTIES = re.compile(r"(?:[&!]\S*(?:\s+|$))+")
_DOCUMENT_END = re.compile(r"^\.\.\.", re.MULTILINE)


def set_values(text: str, values: Mapping[Keys, Plain]) -> str:
    """`text` with the values at those places, `None` taking the key away; missing keys and blocks are added.

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

    `key`: what leads to `node`. `parent`: the mapping that `key` is in. At the top both are the root itself.
    """

    text: str
    place: Keys
    key: Node
    node: Node
    parent: MappingNode
    missing: Keys
    step: int


def _set(text: str, place: Keys, value: Plain) -> str:
    wanted = _with(plain_values(text), place, value)
    try:
        for part in (*place, value):
            scalar(part)
    except ValueError as error:
        raise _fault(place, str(error)) from None
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


def _with(old: Value, place: Keys, value: Plain) -> Value:
    key, rest = place[0], place[1:]
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


def _spliced(text: str, place: Keys, value: Plain) -> str:
    root = layout.nodes(text)
    if root is None or layout.is_empty(root):
        return text if value is None else layout.appended(text, layout.lines(text, place, value, 0, 2))
    if not isinstance(root, MappingNode):
        raise _fault((), "must be a mapping of settings, like 'service: web'", root)
    spot = _walk(text, root, place)
    if value is None:
        return text if spot.missing else _removed(spot)
    if not spot.missing:
        return _replaced(spot, scalar(value, layout.quote_of(spot.node)))
    return _filled(spot, value) if layout.is_null(spot.node) else _added(spot, value)


def _walk(text: str, root: MappingNode, place: Keys) -> _Spot:
    key: Node = root
    node: Node = root
    parent, step = root, layout.step_of(root)
    for depth, name in enumerate(place):
        if layout.is_null(node):
            return _Spot(text, place, key, node, parent, place[depth:], step)
        if not isinstance(node, MappingNode):
            raise _fault(place[:depth], f"{_kind(node)}; {spell(place)} can't be set in it", node)
        found = next((pair for pair in node.value if layout.is_key(pair[0], name)), None)
        if found is None:
            return _Spot(text, place, key, node, parent, place[depth:], step)
        parent, (key, node) = node, found
    return _Spot(text, place, key, node, parent, (), step)


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


def _filled(spot: _Spot, value: Plain) -> str:
    """The block that is named, with nothing in it."""
    text, key = spot.text, spot.key
    start, end = layout.span(text, key, spot.node)
    if start != end or is_flow(spot.parent):
        return _replaced(spot, "{" + layout.flow(spot.missing, value) + "}")
    column = key.start_mark.column + spot.step
    return layout.after_line(text, start, layout.lines(text, spot.missing, value, column, spot.step))


def _added(spot: _Spot, value: Plain) -> str:
    text, node = spot.text, spot.node
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


def _removed(spot: _Spot) -> str:
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


def _kind(node: Node) -> str:
    if isinstance(node, Alias):
        return f"is an alias (*{node.value})"
    if isinstance(node, CollectionNode):
        return "is a mapping" if isinstance(node, MappingNode) else "is a list"
    return "is a single value"


def _fault(place: Keys, message: str, node: Node | None = None) -> ConfigError:
    return ConfigError((Problem(spell(place), message, node.start_mark.line + 1 if node else None),))
