"""References to environment variables inside text: `${NAME}`, `${NAME:-default}` and Compose's other forms."""

import re
from collections.abc import Iterator, Mapping

_NAMED = r"\$\{(?P<body>[^}]*)\}|(?P<open>\$\{)"
_BRACED = re.compile(rf"(?P<escaped>\$\$(?=\{{))|{_NAMED}")
_COMPOSE = re.compile(rf"(?P<escaped>\$\$)|{_NAMED}|\$(?P<bare>[A-Za-z_][A-Za-z0-9_]*)")
_OPEN = "a ${ is never closed; write $${ for a plain ${"
_BODY = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<op>:?[-?+])(?P<rest>.*))?", re.DOTALL)


def expand(text: str, env: Mapping[str, str]) -> tuple[str, bool]:
    """`text` with every `${...}` replaced, and whether the environment gave any of it.

    `$${` stands for a plain `${`; a `$` without a brace is left alone. Raises ValueError for a reference that is
    malformed, or has neither a value nor a default.
    """
    return _expand(_BRACED, text, env, required=True)


def expand_as_compose(text: str, env: Mapping[str, str]) -> str:
    """The same by Compose's rules: `$NAME` and `$$` count too, and what is not set is empty."""
    return _expand(_COMPOSE, text, env, required=False)[0]


def references(text: str) -> Iterator[tuple[str, str]]:
    """The variables that Compose would replace in it, each with its default, which is empty where it has none.

    Raises ValueError for a reference that is malformed.
    """
    for found in _COMPOSE.finditer(text):
        if found["open"]:
            raise ValueError(_OPEN)
        if found["escaped"]:
            continue
        name, op, rest = (found["bare"], "", "") if found["body"] is None else _parts(found["body"])
        yield name, rest if op.endswith("-") else ""


def _expand(pattern: re.Pattern[str], text: str, env: Mapping[str, str], *, required: bool) -> tuple[str, bool]:
    used = False

    def replace(found: re.Match[str]) -> str:
        nonlocal used
        if found["escaped"]:
            return "$"
        if found["open"]:
            raise ValueError(_OPEN)
        if found["body"] is None:
            name, op, rest = found["bare"], "", ""
        else:
            name, op, rest = _parts(found["body"])
        used = used or bool(env.get(name))
        return _value(env, name, op, rest, required)

    return pattern.sub(replace, text), used


def _parts(body: str) -> tuple[str, str, str]:
    found = _BODY.fullmatch(body)
    if found is None:
        raise ValueError("a reference is written ${NAME} or ${NAME:-default}; write $${ for a plain ${")
    if "${" in body:
        raise ValueError("a reference can't stand inside another one")
    return found["name"], found["op"] or "", found["rest"] or ""


def _value(env: Mapping[str, str], name: str, op: str, rest: str, required: bool) -> str:
    value = env.get(name)
    present = bool(value) if op.startswith(":") else value is not None
    if op.endswith("+"):
        return rest if present else ""
    if present and value is not None:
        return value
    if op.endswith("-"):
        return rest
    if op.endswith("?") or required:
        hint = f": {rest}" if rest else f"; set it, or write ${{{name}:-default}}"
        raise ValueError(f"the environment variable {name} is not set{hint}")
    return ""
