"""What is to be written where, so that one plain value becomes another. Pure."""

from collections.abc import Iterator, Mapping

from docktor.compose.document import Place, Value, spell
from docktor.core.blot import BLOT
from docktor.errors import ConfigError, Problem

MAX_DEPTH = 20


def same(one: Value, other: Value) -> bool:
    """As YAML means it: 1 is 1.0, but not true; the order of keys tells nothing."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def differences(old: Value, new: Value, place: Place) -> Iterator[tuple[Place, Value]]:
    """The places that differ and what is to stand there, `None` for nothing. As little as can be is written anew."""
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict) and old and new:
        for key in {**old, **new}:
            if key in new or old[key] is not None:
                yield from differences(old.get(key), new.get(key), (*place, key))
    elif isinstance(old, list) and isinstance(new, list) and old and new:
        yield from _in_list(old, new, place)
    else:
        yield place, new


def _in_list(old: list[Value], new: list[Value], place: Place) -> Iterator[tuple[Place, Value]]:
    """Item by item where items were changed, added at the end or left out; so that their comments stay with them."""
    gone = _left_out(old, new)
    if gone is not None:
        yield from (((*place, index), None) for index in reversed(gone))
    elif len(new) >= len(old) and all(map(_alike, old, new)) and None not in new:
        for index, after in enumerate(new):
            yield from differences(old[index] if index < len(old) else None, after, (*place, index))
    else:
        yield place, new


def _left_out(old: list[Value], new: list[Value]) -> list[int] | None:
    """The indexes of what `new` lacks, `None` if that is not all."""
    gone: list[int] = []
    left = list(new)
    for index, item in enumerate(old):
        if left and same(item, left[0]):
            left.pop(0)
        else:
            gone.append(index)
    return None if left else gone


def _alike(one: Value, other: Value) -> bool:
    return (isinstance(one, dict) and isinstance(other, dict)) or same(one, other)


def without_nulls(value: Value, place: Place = ()) -> Value:
    """`null` says as much as nothing. Raises ConfigError for what is nested deeper than any entry."""
    if len(place) > MAX_DEPTH:
        raise ConfigError((Problem(spell(place[:3]), "is nested too deep"),))
    if isinstance(value, dict):
        return {key: without_nulls(item, (*place, key)) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item, (*place, index)) for index, item in enumerate(value)]
    return value


def unblotted(new: Value, old: Value, shown: Value, place: Place = ()) -> Value:
    """`new` with what comes back as it was shown being what it is. Raises ConfigError for any other `***`."""
    if isinstance(new, dict):
        olds, showns = _mapping(old), _mapping(shown)
        return {key: unblotted(item, olds.get(key), showns.get(key), (*place, key)) for key, item in new.items()}
    if isinstance(new, list):
        partners = [_partner(item, index, old, shown) for index, item in enumerate(new)]
        return [unblotted(item, *partners[index], (*place, index)) for index, item in enumerate(new)]
    if isinstance(new, str) and BLOT in new:
        if new == shown:
            return old
        message = f"{BLOT} stands for what is not shown, and this is not the value that was; write it as ${{NAME}}"
        raise ConfigError((Problem(spell(place), message),))
    return new


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def _partner(item: Value, index: int, old: Value, shown: Value) -> tuple[Value, Value]:
    """The item of the old list that it is: the one of its name, without names the one at its place."""
    olds, showns = (old, shown) if isinstance(old, list) and isinstance(shown, list) else ([], [])
    if isinstance(item, dict) and isinstance(name := item.get("name"), str):
        index = next((at for at, one in enumerate(olds) if isinstance(one, dict) and one.get("name") == name), -1)
    return (olds[index], showns[index]) if 0 <= index < len(olds) else (None, None)
