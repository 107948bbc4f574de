"""A path into a JSON document: `data.items[0].depth`, `["odd.key"].count`. Pure."""

import json
import re
from collections.abc import Sequence

Step = str | int
"""A member of an object, or a position in a list, from 0."""

_NAME = re.compile(r'[^.\[\]"\s*]+')
_POSITION = re.compile(r"\[([0-9]{1,9})\]")
_QUOTED = re.compile(r'\[("(?:[^"\\]|\\.)*")\]')
_SHOWN = 5


class NotThereError(Exception):
    """The document has no such place; the text says how far it got."""


def parse(text: str) -> tuple[Step, ...]:
    """The steps of a path, none for an empty one. ValueError says where it can't be understood (from character 1)."""
    steps: list[Step] = []
    at = 0
    while at < len(text):
        if found := _POSITION.match(text, at):
            steps.append(int(found[1]))
        elif found := _QUOTED.match(text, at):
            steps.append(_key(found[1], at))
        elif found := _NAME.match(text, at + (1 if steps and text[at] == "." else 0)):
            if steps and text[at] != ".":
                raise ValueError(f"character {at + 1}: a dot is missing before {found[0]!r}")
            steps.append(found[0])
        else:
            raise ValueError(f"character {at + 1}: {_fault(text[at:], bool(steps))}")
        at = found.end()
    return tuple(steps)


def _key(quoted: str, at: int) -> str:
    try:
        return str(json.loads(quoted))
    except ValueError:
        raise ValueError(f"character {at + 2}: {quoted} is no JSON string") from None


def _fault(rest: str, begun: bool) -> str:
    if "*" in rest[:2]:
        return "there are no wildcards, a path leads to one number"
    if rest[0] == "[":
        return 'after [ comes a position or a name in double quotes, then ]: [0] or ["odd.name"]'
    if rest[0] == ".":
        return "a name must follow the dot" if begun else "a path begins with a name or ["
    return f'{rest[0]!r} can\'t stand here; names with such characters go into ["..."]'


def written(steps: Sequence[Step]) -> str:
    """The path again, as `parse` takes it."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _NAME.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
    return text


def find(document: object, steps: Sequence[Step]) -> object:
    """What stands at that path. Raises NotThereError."""
    here = document
    for index, step in enumerate(steps):
        place = written(steps[:index]) or "the answer"
        if isinstance(step, int):
            if not isinstance(here, list):
                raise NotThereError(f"{place} is {_kind(here)}, no list: [{step}] leads nowhere")
            if step >= len(here):
                raise NotThereError(f"{place} has {len(here)} elements, so no [{step}]")
            here = here[step]
        else:
            if not isinstance(here, dict):
                hint = "a position, such as [0], must follow" if isinstance(here, list) else f"{step!r} leads nowhere"
                raise NotThereError(f"{place} is {_kind(here)}, no object: {hint}")
            if step not in here:
                raise NotThereError(f"{place} has no {step!r}, but {_members(here)}")
            here = here[step]
    return here


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    return "null" if value is None else kinds.get(type(value), "a number")


def _members(found: dict[str, object]) -> str:
    names = [name[:40] for name in list(found)[:_SHOWN]]
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(names) + more if names else "is empty"
