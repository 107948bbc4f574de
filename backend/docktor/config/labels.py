"""`docktor.*` labels on a service: configuration beside it, within what docktor.yaml allows."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import TypeVar

from docktor.compose import labels as names
from docktor.config.build import LEARNED, default_entry, rule_settings
from docktor.config.checks import contradictions, unknown_metric
from docktor.config.model import DEFAULT, FLAG, LABEL, Ceilings, Config, Setting
from docktor.config.schema import unknown_op
from docktor.config.words import describe, nearest, suggest
from docktor.core.policy import Condition, Mode, Op, Policy, Target, timid
from docktor.core.world import ServiceId
from docktor.errors import Problem

_KNOWN = (names.ENABLE, names.MIN, names.MAX, names.MODE, names.SCALE_UP, names.SCALE_DOWN, names.TARGET)
_YES, _NO = ("true", "1", "yes", "on"), ("false", "0", "no", "off")
_LONGEST = 256
_DIGITS = re.compile(r"[0-9]{1,6}")
_CONDITION = re.compile(r"(?:(?P<metric>[^\s<>=!]+)\s*(?P<op>[<>=!]{1,2})\s*)?(?P<value>[^\s<>=!]+)")
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")
_PATHS = {
    "mode": names.MODE,
    "min_replicas": names.MIN,
    "max_replicas": names.MAX,
    "rules.scale_up_when": names.SCALE_UP,
    "rules.scale_down_when": names.SCALE_DOWN,
    "target": names.TARGET,
}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Effective:
    """What counts for one running service. `policy` is `None` when Docktor leaves it alone."""

    policy: Policy | None
    settings: tuple[Setting, ...]
    problems: tuple[Problem, ...]


def effective(config: Config, service: ServiceId, labels: Mapping[str, str]) -> Effective:
    """Configuration and labels together, for one service as the engine shows it."""
    if config.only_service not in (None, service.name):
        return Effective(None, (), ())
    entry = config.entry(service)
    if entry is None and config.only_project not in (None, service.project):
        return Effective(None, (), ())
    policy, settings, problems = apply_labels(entry.policy if entry else None, service, labels, config.label_ceilings)
    if entry is None or policy is None:
        return Effective(policy, settings, problems)
    changed = {setting.path: setting for setting in settings}
    merged = tuple(changed.get(setting.path, setting) for setting in entry.settings)
    return Effective(policy, merged, problems)


def apply_labels(
    policy: Policy | None, service: ServiceId, labels: Mapping[str, str], ceilings: Ceilings
) -> tuple[Policy | None, tuple[Setting, ...], tuple[Problem, ...]]:
    """The policy with the labels applied, the settings they changed, and the faults in them.

    `policy` is the file's; it is the ceiling then: labels may narrow min and max, choose a more careful mode, and set
    rules and target; a faulty label leaves the file's value. Without one (`None`), `docktor.enable=true` gives the
    default policy within `ceilings`, all settings are answered, and any fault leaves the service alone.
    """
    asked = {name: labels[name] for name in _KNOWN if name in labels}
    problems = [*_strangers(labels)]
    enabled = _enabled(asked.pop(names.ENABLE, None), problems)
    if policy is None and enabled is not True:
        if asked and enabled is None and not problems:
            problems.append(Problem(next(iter(asked)), f"counts only beside {names.ENABLE}=true, which is missing"))
        return None, (), tuple(problems)
    if policy is not None and enabled is False:
        return replace(policy, mode=Mode.OFF), (Setting("mode", Mode.OFF.value, LABEL),), tuple(problems)
    base = policy or _starting_point(service, ceilings, asked)
    floor = Ceilings(base.min_replicas, base.max_replicas, base.mode) if policy else ceilings
    wishes = _Wishes(asked, problems)
    result = wishes.sizes(wishes.mode(base, floor.mode, by_flag=ceilings.mode is not Mode.AUTO), floor, bool(policy))
    result = wishes.rules(wishes.target(result))
    if policy is None and problems:
        return None, (), tuple(problems)
    return result, tuple(_settings(result, base, wishes.granted, policy is None)), tuple(problems)


class _Wishes:
    """What the labels of one service ask for; each fault is noted and leaves the value as it was."""

    def __init__(self, asked: Mapping[str, str], problems: list[Problem]) -> None:
        self.asked, self.problems = asked, problems
        self.granted: set[str] = set()

    def _read(self, name: str, parse: Callable[[str], _T]) -> _T | None:
        text = self.asked.get(name)
        if text is None:
            return None
        try:
            if len(text) > _LONGEST:
                raise ValueError(f"is longer than {_LONGEST} characters")
            return parse(text.strip())
        except ValueError as error:
            self.problems.append(Problem(name, str(error)))
            return None

    def mode(self, policy: Policy, most: Mode, by_flag: bool) -> Policy:
        wanted = self._read(names.MODE, _mode)
        if wanted is None:
            return policy
        if timid(wanted, most) is not wanted and not by_flag:
            self.problems.append(Problem(names.MODE, f"{wanted} would do more than docktor.yaml's mode {most}"))
        self.granted.add(names.MODE)
        return replace(policy, mode=timid(wanted, most))

    def sizes(self, policy: Policy, ceilings: Ceilings, from_file: bool) -> Policy:
        whose = "docktor.yaml's" if from_file else "the"

        def count(text: str) -> int:
            value = _count(text)
            if value > ceilings.max_replicas:
                raise ValueError(f"{value} is above {whose} ceiling of {ceilings.max_replicas} replicas")
            if value < ceilings.min_replicas:
                raise ValueError(f"{value} is below {whose} floor of {ceilings.min_replicas} replicas")
            return value

        low, high = self._read(names.MIN, count), self._read(names.MAX, count)
        most = policy.max_replicas if high is None else high
        least = min(policy.min_replicas, most) if low is None else low
        if least > most:
            self.problems.append(Problem(names.MIN, f"{least} is above the maximum of {most} replicas"))
            return policy
        self.granted.update(name for name, value in ((names.MIN, low), (names.MAX, high)) if value is not None)
        return replace(policy, min_replicas=least, max_replicas=most)

    def target(self, policy: Policy) -> Policy:
        found = self._read(names.TARGET, lambda text: _target(text, _metrics_of(policy)))
        if found is None:
            return policy
        self.granted.add(names.TARGET)
        return replace(policy, target=found)

    def rules(self, policy: Policy) -> Policy:
        own = _metrics_of(policy)
        up = self._read(names.SCALE_UP, lambda text: _conditions(text, Op.GE, own))
        down = self._read(names.SCALE_DOWN, lambda text: _conditions(text, Op.LE, own))
        new = replace(policy, up_when=up or policy.up_when, down_when=down or policy.down_when)
        given = [name for name, wish in ((names.SCALE_UP, up), (names.SCALE_DOWN, down)) if wish]
        faults = list(contradictions(new.up_when, new.down_when)) if given else []
        if faults:
            self.problems.extend(Problem(given[0], message) for message in faults)
            return policy
        self.granted.update(given)
        return new


def _strangers(labels: Mapping[str, str]) -> Iterator[Problem]:
    """Labels that look like a slip of the pen."""
    for name in labels:
        if name.startswith(names.PREFIX) and name not in (*_KNOWN, names.OP):
            plain = [known.removeprefix(names.PREFIX) for known in _KNOWN]
            guess = nearest(name.removeprefix(names.PREFIX), plain)
            hint = f"did you mean {names.PREFIX}{guess}?" if guess else f"known: {', '.join(sorted(_KNOWN))}"
            yield Problem("labels", f"unknown label {describe(name)}; {hint}")


def _enabled(text: str | None, problems: list[Problem]) -> bool | None:
    given = text.strip().lower() if text is not None else None
    if given in _YES or given in _NO:
        return given in _YES
    if given is not None:
        problems.append(Problem(names.ENABLE, f"must be true or false, not {describe(given)}"))
    return None


def _starting_point(service: ServiceId, ceilings: Ceilings, asked: Mapping[str, str]) -> Policy:
    """The default policy within the ceilings. A target alone takes the place of the default rules."""
    policy = default_entry(service).policy
    most = min(policy.max_replicas, ceilings.max_replicas)
    least = min(policy.min_replicas, most)
    policy = replace(policy, mode=ceilings.mode, min_replicas=least, max_replicas=most)
    alone = names.TARGET in asked and not asked.keys() & {names.SCALE_UP, names.SCALE_DOWN}
    return replace(policy, up_when=(), down_when=(), learns_patience=True) if alone else policy


def _settings(policy: Policy, base: Policy, granted: Set[str], whole: bool) -> Iterator[Setting]:
    """The values labels gave; with `whole`, the others too, which are defaults (or the flag's review mode)."""
    label = {path: LABEL if name in granted else DEFAULT for path, name in _PATHS.items()}
    values: dict[str, object] = {
        "mode": policy.mode.value,
        "min_replicas": policy.min_replicas,
        "max_replicas": policy.max_replicas,
    }
    if names.MODE not in granted and base.mode is not Mode.AUTO:
        label["mode"] = FLAG
    sources = [label[path] for path in ("rules.scale_up_when", "rules.scale_down_when", "target")]
    own = [Setting(path, value, label[path]) for path, value in values.items()]
    own += rule_settings(policy, *sources)
    if not whole:
        yield from (setting for setting in own if setting.source == LABEL)
        return
    known = {setting.path: setting for setting in own}
    if policy.learns_patience:
        known["stabilization.down"] = Setting("stabilization.down", LEARNED, DEFAULT)
    for setting in default_entry(policy.service).settings:
        yield known.get(setting.path, setting)


def _metrics_of(policy: Policy) -> tuple[str, ...]:
    """Metrics the file's policy uses already; they may be the service's own."""
    used = [condition.metric for condition in (*policy.up_when, *policy.down_when)]
    return (*used, policy.target.metric) if policy.target else tuple(used)


def _mode(text: str) -> Mode:
    known = [mode.value for mode in Mode]
    if text not in known:
        raise ValueError(f"unknown mode {describe(text)}; {suggest(text, known)}")
    return Mode(text)


def _count(text: str) -> int:
    if _DIGITS.fullmatch(text) is None:
        raise ValueError(f"must be a whole number, not {describe(text)}")
    return int(text)


def _target(text: str, own: tuple[str, ...]) -> Target:
    found = _CONDITION.fullmatch(text)
    if found is None or (found["op"] or "=") not in ("=", "=="):
        raise ValueError(f"{describe(text)} is no target; write cpu.avg=60, or 60 for CPU")
    value = _number(found["value"])
    if value <= 0:
        raise ValueError(f"must be more than 0, not {describe(text)}")
    return Target(_metric(found["metric"], own), value)


def _conditions(text: str, op: Op, own: tuple[str, ...]) -> tuple[Condition, ...]:
    """`cpu.avg>75`, several with commas, or a bare number, which is about `cpu.avg` with `op`."""
    return tuple(_condition(part.strip(), op, own) for part in text.split(","))


def _condition(text: str, op: Op, own: tuple[str, ...]) -> Condition:
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise ValueError(f"{describe(text)} is no condition; write cpu.avg>75, or 75 for CPU")
    if found["op"] and (hint := unknown_op(found["op"])):
        raise ValueError(f"unknown op {describe(found['op'])}; {hint}")
    return Condition(_metric(found["metric"], own), Op(found["op"] or op), _number(found["value"]))


def _metric(name: str | None, own: tuple[str, ...]) -> str:
    if name is None:
        return "cpu.avg"
    if fault := unknown_metric(name, own):
        raise ValueError(fault)
    return name


def _number(text: str) -> float:
    if _NUMBER.fullmatch(text) is None or not math.isfinite(float(text)):
        raise ValueError(f"must be a number, not {describe(text)}")
    return float(text)
