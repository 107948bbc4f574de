"""From checked fields to policies and settings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docktor.compose.document import Place, Value
from docktor.config.advisor import advisor_policy
from docktor.config.entry import entry_of_policy
from docktor.config.general import general_settings, place_settings, warnings
from docktor.config.load import Reading
from docktor.config.locate import Where
from docktor.config.model import (
    DEFAULT,
    DEFAULT_DOWN,
    DEFAULT_UP,
    FLAG,
    Ceilings,
    Config,
    Entry,
    Flags,
    Retention,
    Setting,
    SourceEntry,
    tidy,
)
from docktor.config.schema import MaxStep, ModePair, Multi, Rule, Scaling, Service, Single, Sizing
from docktor.config.secrets import shown
from docktor.core.policy import Condition, Mode, Modes, Op, Pair, Policy, Prefer, Target
from docktor.core.world import ServiceId
from docktor.errors import Problem

LEARNED = "learned"
_NUMBERS = (
    *("min_replicas", "max_replicas", "scale_up_by", "scale_down_by", "check_interval", "metrics_window"),
    "approval_expires",
)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What both forms come to for one service, with the places its parts were written at."""

    service: ServiceId
    sizing: Sizing
    sizing_at: Place
    modes: Modes
    mode_at: Place
    up: tuple[Condition, ...]
    up_at: Place
    down: tuple[Condition, ...]
    down_at: Place
    target: Target | None = None
    target_at: Place = ("target",)


def default_entry(service: ServiceId, manual: bool = False) -> Entry:
    """The policy of a service of which nothing is said: CPU between 20 and 75 percent, 2 to 10 replicas."""
    wish = _Wish(service, Sizing(), (), Modes.both(Mode.AUTO), (), DEFAULT_UP, (), DEFAULT_DOWN, ())
    return _entry(wish, None, manual)


def config_from_file(
    flags: Flags, reading: Reading, form: Single | Multi, where: Where, told: Sequence[Problem]
) -> Config:
    """The configuration that a docktor.yaml without faults, the flags and the Compose file make."""
    if isinstance(form, Multi):
        entries = tuple(_from_service(reading, form, index, where, flags) for index in _chosen(form, flags.service))
    else:
        entries = (_from_scaling(reading, form, where, flags),)
    return Config(
        source=reading.path,
        project=where.project,
        compose_file=where.path,
        entries=entries,
        general=(*place_settings(where), *general_settings(reading, form)),
        watched=(reading.path, *where.files, reading.dotenv),
        warnings=(*told, *sorted(warnings(reading, form), key=lambda warning: warning.line or 0)),
        retention=Retention(form.retention.decisions_days, form.retention.metrics_days),
        label_ceilings=Ceilings(max_replicas=form.labels.max_replicas, mode=Mode.REVIEW if flags.manual else Mode.AUTO),
        only_service=flags.service,
        only_project=flags.project,
        llm=advisor_policy(reading.doc, form.llm, reading.env) if form.llm else None,
        notifications=form.notifications,
        spoken_policies=tuple(form.policies),
    )


def config_without_file(flags: Flags, service: str | None, where: Where, candidates: Sequence[Path]) -> Config:
    """The configuration when there is no docktor.yaml: that one service by default, and whatever labels enable."""
    entries: tuple[Entry, ...] = ()
    if service is not None:
        entries = (default_entry(ServiceId(where.project or "", service), flags.manual),)
        message = f"there is no docktor.yaml: {service} is managed by the defaults"
    else:
        message = "there is no docktor.yaml: only services labelled docktor.enable=true are managed"
    return Config(
        source=None,
        project=where.project,
        compose_file=where.path,
        entries=entries,
        general=place_settings(where),
        watched=(*candidates, *where.files),
        warnings=(Problem("", message),),
        label_ceilings=Ceilings(mode=Mode.REVIEW if flags.manual else Mode.AUTO),
        only_service=flags.service,
        only_project=flags.project,
    )


def _modes(given: str | ModePair) -> Modes:
    return Modes.both(Mode(given)) if isinstance(given, str) else Modes(Mode(given.up), Mode(given.down))


def _chosen(form: Multi, service: str | None) -> list[int]:
    return [index for index, item in enumerate(form.services) if service in (None, item.name)]


def _from_scaling(reading: Reading, form: Single, where: Where, flags: Flags) -> Entry:
    scaling: Scaling = form.scaling
    wish = _Wish(
        service=ServiceId(where.project or "", flags.service or form.service),
        sizing=scaling,
        sizing_at=("scaling",),
        modes=_modes(form.mode),
        mode_at=("mode",),
        up=(Condition("cpu.avg", Op.GE, scaling.cpu_high),),
        up_at=("scaling", "cpu_high"),
        down=(Condition("cpu.avg", Op.LE, scaling.cpu_low),),
        down_at=("scaling", "cpu_low"),
    )
    entry = _entry(wish, reading, flags.manual)
    return replace(entry, written=entry_of_policy(entry.policy.under(wish.modes), where.project))


def _from_service(reading: Reading, form: Multi, index: int, where: Where, flags: Flags) -> Entry:
    item: Service = form.services[index]
    at: Place = ("services", index)
    target = item.target
    wish = _Wish(
        service=ServiceId(item.project or where.project or "", item.name),
        sizing=item,
        sizing_at=at,
        modes=_modes(item.mode),
        mode_at=(*at, "mode"),
        up=_conditions(item.rules.scale_up_when),
        up_at=(*at, "rules", "scale_up_when"),
        down=_conditions(item.rules.scale_down_when),
        down_at=(*at, "rules", "scale_down_when"),
        target=Target(target.metric, target.value, target.tolerance) if target else None,
        target_at=(*at, "target"),
    )
    raw = reading.raw["services"]
    given = raw[index] if isinstance(raw, list) else None
    whole = shown(reading.doc, at, given)
    written = whole if isinstance(whole, dict) else {}
    kept: dict[str, Value] = {name: written[name] for name in ("queue", "metrics", "forecast") if name in written}
    entry = _entry(wish, reading, flags.manual)
    return replace(entry, sources=tuple(_sources(item)), shown=kept, written=written)


def _sources(item: Service) -> Iterator[SourceEntry]:
    if item.queue:
        yield SourceEntry(item.queue.kind, item.queue.model_extra or {}, item.queue.timeout)
    for one in item.metrics:
        yield SourceEntry(one.kind, one.model_extra or {}, one.timeout, one.name, one.number)


def _conditions(rules: Sequence[Rule]) -> tuple[Condition, ...]:
    return tuple(Condition(rule.metric, Op(rule.op), rule.value) for rule in rules)


def _entry(wish: _Wish, reading: Reading | None, manual: bool) -> Entry:
    sizing, step = wish.sizing, wish.sizing.max_step
    modes = wish.modes.at_most(Mode.REVIEW) if manual else wish.modes
    policy = Policy(
        service=wish.service,
        min_replicas=sizing.min_replicas,
        max_replicas=sizing.max_replicas,
        scale_up_by=sizing.scale_up_by,
        scale_down_by=sizing.scale_down_by,
        check_interval=sizing.check_interval,
        metrics_window=sizing.metrics_window,
        cooldown=Pair(sizing.cooldown.up, sizing.cooldown.down),
        stabilization=Pair(sizing.stabilization.up, sizing.stabilization.down),
        up_when=wish.up,
        down_when=wish.down,
        target=wish.target,
        max_step_up=step.up,
        max_step_down=step.down,
        approval_expires=sizing.approval_expires,
    ).under(modes)
    if isinstance(sizing, Service):
        policy = replace(
            policy,
            cooldown_zero=sizing.cooldown.zero,
            activation=sizing.activation,
            fallback_replicas=sizing.fallback_replicas,
            learns_patience=_learns_patience(sizing),
            prefer=Prefer(sizing.prefer),
            forecast=sizing.forecast.enabled,
            horizon=sizing.forecast.horizon if isinstance(sizing.forecast.horizon, float) else None,
            price=sizing.price,
        )
    return Entry(policy, tuple(_policy_settings(wish, policy, reading)))


def _learns_patience(service: Service) -> bool:
    """Where there is nothing but a target, and nobody says how long to wait."""
    rules = service.rules.scale_up_when + service.rules.scale_down_when
    return service.target is not None and not rules and "down" not in service.stabilization.model_fields_set


def _policy_settings(wish: _Wish, policy: Policy, reading: Reading | None) -> Iterator[Setting]:
    def source(*place: str | int) -> str:
        return reading.source(place) if reading else DEFAULT

    by_flag = policy.modes != wish.modes
    yield Setting("mode", str(policy.modes), FLAG if by_flag else source(*wish.mode_at))
    for name in _NUMBERS:
        yield Setting(name, tidy(getattr(wish.sizing, name)), source(*wish.sizing_at, name))
    for group in ("cooldown", "stabilization", "max_step"):
        pair: Pair | MaxStep = getattr(wish.sizing, group)
        for side, value in (("up", pair.up), ("down", pair.down)):
            learned = policy.learns_patience and (group, side) == ("stabilization", "down")
            yield Setting(f"{group}.{side}", LEARNED if learned else tidy(value), source(*wish.sizing_at, group, side))
    if isinstance(wish.sizing, Service):
        for name in ("activation", "fallback_replicas", "prefer", "price"):
            yield Setting(name, tidy(getattr(wish.sizing, name)), source(*wish.sizing_at, name))
        for name, value in wish.sizing.forecast:
            yield Setting(f"forecast.{name}", tidy(value), source(*wish.sizing_at, "forecast", name))
        if policy.min_replicas == 0:
            yield Setting("cooldown.zero", tidy(policy.cooldown_zero), source(*wish.sizing_at, "cooldown", "zero"))
    yield from rule_settings(policy, source(*wish.up_at), source(*wish.down_at), source(*wish.target_at))


def entry_of(policy: Policy, source: str = DEFAULT) -> Entry:
    """A policy that was not written down, with every value of it said to come from `source`."""
    pairs: dict[str, Pair | MaxStep] = {
        "cooldown": policy.cooldown,
        "stabilization": policy.stabilization,
        "max_step": MaxStep(up=policy.max_step_up, down=policy.max_step_down),
    }
    settings = [Setting("mode", policy.mode.value, source)]
    settings += [Setting(name, tidy(getattr(policy, name)), source) for name in _NUMBERS]
    for group, pair in pairs.items():
        settings += [Setting(f"{group}.up", tidy(pair.up), source), Setting(f"{group}.down", tidy(pair.down), source)]
    return Entry(policy, (*settings, *rule_settings(policy, source, source, source)))


def rule_settings(policy: Policy, up: str, down: str, target: str) -> Iterator[Setting]:
    """The rules and the target as they are shown, each with its source."""
    yield Setting("rules.scale_up_when", [str(condition) for condition in policy.up_when], up)
    yield Setting("rules.scale_down_when", [str(condition) for condition in policy.down_when], down)
    goal = policy.target
    aim = {"metric": goal.metric, "value": tidy(goal.value), "tolerance": goal.tolerance} if goal else None
    yield Setting("target", aim, target if goal else DEFAULT)
