"""Changing what a docktor.yaml says of one service; everything else in it stays, character by character."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from docktor.compose.document import Document, Place, Value, parse, spell
from docktor.config.differ import differences, unblotted, without_nulls
from docktor.config.edit_single import single_values, spelled_in_entry
from docktor.config.rewrite import (
    Change,
    Changed,
    Check,
    Checked,
    Draft,
    Drafting,
    Preview,
    preview,
    rehearse,
    rewrite,
    told,
)
from docktor.config.secrets import shown
from docktor.config.splice import plain_values, set_values
from docktor.core.world import ServiceId
from docktor.errors import ConfigError, Problem

Written = Mapping[str, Value]


def set_service(
    path: Path,
    service: ServiceId,
    entry: Written,
    *,
    project: str | None,
    check: Check,
    others: Sequence[Written] = (),
) -> Changed:
    """Makes `entry` what the docktor.yaml at `path` says of `service`, in a new file if there is none.

    `entry`: a whole item of `services`, as written (`${NAME}`); what it doesn't name goes, and what was shown as `***`
    stays. `project`: that of items which name none. `others`: what a file that names no service yet is to name
    besides, so that it stays managed.
    Places in faults are those in the entry. `check`, and what is raised: as for `rewrite`.
    """

    return rewrite(path, _setting(service, entry, project, others), check)


def preview_service(
    path: Path,
    service: ServiceId,
    entry: Written,
    *,
    project: str | None,
    check: Check,
    others: Sequence[Written] = (),
) -> Preview:
    """What `set_service` would make of the file; nothing is written or raised for faults."""
    return preview(path, _setting(service, entry, project, others), check)


def try_service(
    path: Path,
    service: ServiceId,
    entry: Written,
    *,
    project: str | None,
    check: Callable[[Path], Checked],
    others: Sequence[Written] = (),
) -> Checked:
    """What `check` makes of the file that `set_service` would write; nothing is changed. Raises as that does."""
    return rehearse(path, _setting(service, entry, project, others), check)


def _setting(service: ServiceId, entry: Written, project: str | None, others: Sequence[Written]) -> Drafting:
    def change(text: str | None) -> Draft:
        wanted = _whole(entry, service, project)
        doc = _document(text or "")
        values: dict[Place, Value] = {("services",): [*map(dict, others), wanted]}
        if doc is None:
            return _added(set_values(text or "", {("version",): "1", **values}), wanted, len(others))
        services = _services(doc)
        if services is None:
            return _in_scaling(text or "", doc, service, wanted)
        index = _index(services, service, project)
        if index is not None:
            return _changed(text or "", doc, services[index], wanted, index)
        if not services:
            return _added(set_values(text or "", values), wanted, len(others))
        return _added(set_values(text or "", {("services", len(services)): wanted}), wanted, len(services))

    return change


def remove_service(path: Path, service: ServiceId, *, project: str | None, check: Check) -> Changed:
    """Takes `service` out of the docktor.yaml at `path`. `project`, `check`, what is raised: as for `set_service`."""

    def change(text: str | None) -> Draft:
        doc = _document(text or "")
        services = _services(doc) if doc else []
        if services is None:
            message = "this file has the form for one service; write 'services: []' in place of service and scaling"
            raise ConfigError((Problem("", message),))
        index = _index(services, service, project)
        if index is None:
            message = f"docktor.yaml doesn't name {service}; what labels say is changed in the Compose file"
            raise ConfigError((Problem("", message),))
        left: dict[Place, Value] = {("services", index): None} if len(services) > 1 else {("services",): []}
        return Draft(set_values(text or "", left), (Change(str(service), "an entry", None),))

    return rewrite(path, change, check)


def _whole(entry: Written, service: ServiceId, project: str | None) -> dict[str, Value]:
    """The entry with name and project, as it is to stand there."""
    given = without_nulls(dict(entry))
    rest = given if isinstance(given, dict) else {}
    for key, own in (("name", service.name), ("project", service.project)):
        if rest.pop(key, own) != own:
            raise ConfigError((Problem(key, f"this is {service}; another service has an address of its own"),))
    head: dict[str, Value] = {"name": service.name}
    if service.project != project:
        head["project"] = service.project
    return {**head, **rest}


def _document(text: str) -> Document | None:
    """What the text says, references as they are written; `None` if nothing."""
    if plain_values(text) is None:
        return None
    return parse(text.removeprefix("\ufeff"), lambda written: (written, False), foreign_tags=True)


def _services(doc: Document) -> list[Value] | None:
    """The items, `None` in the form for one service."""
    root = doc.value
    if not isinstance(root, dict):
        raise ConfigError((Problem("", "must be a mapping of settings, like 'service: web'"),))
    if "services" not in root:
        return None
    services = root["services"]
    if services is not None and not isinstance(services, list):
        raise ConfigError((doc.problem(("services",), "must be a list"),))
    return services or []


def _index(services: Sequence[Value], service: ServiceId, project: str | None) -> int | None:
    for index, item in enumerate(services):
        if not isinstance(item, dict) or item.get("name") != service.name:
            continue
        if (item.get("project") or project) == service.project:
            return index
    return None


def _in_scaling(text: str, doc: Document, service: ServiceId, wanted: Written) -> Draft:
    root = doc.value if isinstance(doc.value, dict) else {}
    if "project" in wanted:
        message = f"this file has the form for one service, of another project than {service}; write both in 'services'"
        raise ConfigError((Problem("", message),))
    values = single_values(root, service.name, wanted)
    changes = tuple(
        Change(spelled_in_entry(spell(place)), told(_at(root, place)), told(value)) for place, value in values.items()
    )
    return Draft(set_values(text, values), changes, spelled_in_entry)


def _at(value: Value, place: Place) -> Value:
    for key in place:
        value = value.get(str(key)) if isinstance(value, dict) else None
    return value


def _added(text: str, wanted: Written, index: int) -> Draft:
    unblotted(dict(wanted), None, None)
    return Draft(text, _changes({}, _shown(text, index)), _spelled(index))


def _changed(text: str, doc: Document, old: Value, wanted: Written, index: int) -> Draft:
    at: Place = ("services", index)
    before = old if isinstance(old, dict) else {}
    seen = shown(doc, at, before)
    new = unblotted({**wanted, **{key: before[key] for key in ("project",) if key in before}}, before, seen)
    after = new if isinstance(new, dict) else {}
    result = text
    for key in {**before, **after}:
        try:
            result = _with_key(result, before.get(key), after.get(key), (*at, key))
        except ConfigError as error:
            raise ConfigError(tuple(Problem(key, problem.message) for problem in error.problems)) from None
    return Draft(result, _changes(seen if isinstance(seen, dict) else {}, _shown(result, index)), _spelled(index))


def _with_key(text: str, old: Value, new: Value, place: Place) -> str:
    """Value by value if that can be done, else the key's whole block anew."""
    try:
        return set_values(text, dict(differences(old, new, place)))
    except ConfigError:
        if old is None or new is None:
            raise
    return set_values(set_values(text, {place: None}), {place: new})


def _shown(text: str, index: int) -> Written:
    doc = _document(text)
    services = (_services(doc) if doc else None) or []
    item = shown(doc, ("services", index), services[index]) if doc else None
    return item if isinstance(item, dict) else {}


def _changes(before: Written, after: Written) -> tuple[Change, ...]:
    keys = {**before, **after}
    pairs = {key: (before.get(key), after.get(key)) for key in keys if key not in ("name", "project")}
    return tuple(Change(key, told(old), told(new)) for key, (old, new) in pairs.items() if old != new)


def _spelled(index: int) -> Callable[[str], str]:
    """Takes off what leads to the entry."""
    prefix = re.compile(rf"services\[{index}\](?:\.|$)")
    return lambda path: prefix.sub("", path) if prefix.match(path) else path
