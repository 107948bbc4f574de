"""Whole values as YAML text: short ones in braces, the others laid out over lines. Pure."""

from docktor.compose.document import Value
from docktor.config.scalars import scalar

_LONGEST = 90


def flow_text(value: Value) -> str:
    """`{a: 1, b: [x, y]}`. Raises ValueError for what YAML can't hold."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow_text(item) for item in value) + "]"
    return scalar(value)


def is_flat(value: Value) -> bool:
    """Whether it is written on one line: a single value, or a few of them."""
    if not isinstance(value, dict | list) or not value:
        return True
    items = value.values() if isinstance(value, dict) else value
    return not any(isinstance(item, dict | list) and item for item in items) and len(flow_text(value)) <= _LONGEST


def block_lines(value: Value, column: int, step: int) -> list[str]:
    """The lines of a mapping or list that has something in it, from that column on."""
    pad = " " * column
    lines: list[str] = []
    if isinstance(value, dict):
        for key, item in value.items():
            if is_flat(item):
                lines.append(f"{pad}{scalar(key)}: {flow_text(item)}")
            else:
                lines += [f"{pad}{scalar(key)}:", *block_lines(item, column + step, step)]
        return lines
    for item in value if isinstance(value, list) else []:
        if is_flat(item):
            lines.append(f"{pad}- {flow_text(item)}")
        else:
            first, *rest = block_lines(item, column + 2, step)
            lines += [f"{pad}- {first.lstrip(' ')}", *rest]
    return lines
