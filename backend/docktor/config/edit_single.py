"""Where the form for one service keeps what an entry of `services` says, as far as it has a place for it. Pure."""

from collections.abc import Iterator, Mapping

from docktor.compose.document import Place, Value, printable
from docktor.config.differ import differences, same
from docktor.config.schema import Scaling, Service, Single, Sizing
from docktor.core.policy import Op
from docktor.errors import ConfigError, Problem

_MANY = "write it as an item of 'services' to give it one"
_CPU = {"scale_up_when": ("cpu_high", Op.GE), "scale_down_when": ("cpu_low", Op.LE)}


def single_values(raw: Mapping[str, Value], name: str, entry: Mapping[str, Value]) -> dict[Place, Value]:
    """What is to be set in a file of that form so that it says the same as `entry`.

    Raises ConfigError when the file is about another service than `name`, or has no place for something.
    """
    its_own = raw.get("service", Single.model_fields["service"].default)
    if its_own != name:
        message = f"this file has the form for one service ({printable(str(its_own))}); write both under 'services'"
        raise ConfigError((Problem("", message),))
    faults = tuple(_homeless(entry))
    if faults:
        raise ConfigError(faults)
    old = raw.get("scaling")
    scaling = old if isinstance(old, dict) else {}
    wanted: dict[str, Value] = {key: value for key, value in entry.items() if key in Sizing.model_fields}
    thresholds = _thresholds(entry.get("rules"))
    wanted |= thresholds or {key: value for key, value in scaling.items() if key in ("cpu_high", "cpu_low")}
    values = dict(_needed(scaling, wanted))
    if not same(raw.get("mode", "auto"), entry.get("mode", "auto")):
        values[("mode",)] = entry.get("mode", "auto")
    return values


def spelled_in_entry(path: str) -> str:
    """A place in such a file as one in the entry."""
    for side, (field, _) in _CPU.items():
        path = path.replace(f"scaling.{field}", f"rules.{side}[0].value")
    return path.removeprefix("scaling.")


def _homeless(entry: Mapping[str, Value]) -> Iterator[Problem]:
    plain = {"name", "project", "mode", *Sizing.model_fields}
    defaults = Service(name="x").model_dump()
    for key, value in entry.items():
        if key in plain or same(value, defaults.get(key)) or not value:
            continue
        if key != "rules":
            yield Problem(key, f"the form for one service, which this file has, knows no {printable(key)}; {_MANY}")
        elif _thresholds(value) is None:
            message = "the form for one service, which this file has, knows only cpu.avg >= … for up and <= … for down"
            yield Problem(key, f"{message}; {_MANY}")


def _thresholds(rules: Value) -> dict[str, Value] | None:
    """The rules as `cpu_high` and `cpu_low`, `None` if they are others."""
    if not isinstance(rules, dict) or rules.keys() != _CPU.keys():
        return None
    found: dict[str, Value] = {}
    for side, (field, op) in _CPU.items():
        listed = rules[side]
        rule = listed[0] if isinstance(listed, list) and len(listed) == 1 else None
        if not isinstance(rule, dict) or rule.keys() != {"metric", "op", "value"}:
            return None
        if (rule["metric"], rule["op"]) != ("cpu.avg", op.value):
            return None
        found[field] = rule["value"]
    return found


def _needed(old: Mapping[str, Value], wanted: Mapping[str, Value]) -> Iterator[tuple[Place, Value]]:
    """Without what is so by default and need not be written."""
    defaults = Scaling().model_dump()
    for key in {**old, **wanted}:
        new = wanted.get(key)
        if key not in old and same(new, defaults.get(key)):
            continue
        yield from differences(old.get(key), new, ("scaling", key))
