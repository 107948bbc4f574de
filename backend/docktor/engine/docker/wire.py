"""Reading the engine's JSON: the few fields that more than one file needs, each read in one place."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from docktor.compose import labels as names
from docktor.core.world import Health, RunState, ServiceId

# What the engine sends is JSON of many shapes and versions; it is typed where it becomes one of our values.
Json = dict[str, Any]
Inspect = Mapping[str, Any]

SHORT_ID = 12
LIVE = (RunState.RUNNING, RunState.RESTARTING)


def labels_of(inspect: Inspect) -> Mapping[str, str]:
    return (inspect.get("Config") or {}).get("Labels") or {}


def name_of(inspect: Inspect) -> str:
    return str(inspect["Name"]).lstrip("/")


def id_of(inspect: Inspect) -> str:
    return str(inspect["Id"])


def number_of(inspect: Inspect) -> int:
    """Compose's container number; 0 when the label is missing or no number."""
    return number_in(labels_of(inspect))


def number_in(labels: Mapping[str, str]) -> int:
    """As `number_of`, of the labels alone."""
    text = labels.get(names.NUMBER, "")
    return int(text) if text.isascii() and text.isdigit() else 0


def service_of(labels: Mapping[str, str]) -> ServiceId | None:
    """The service a container belongs to by its labels; `None` unless it is a normal container of Compose."""
    return None if of_extension(labels) else composed(labels)


def composed(labels: Mapping[str, str]) -> ServiceId | None:
    """As `service_of`, but for extensions of Docker Desktop too."""
    project, service = labels.get(names.PROJECT), labels.get(names.SERVICE)
    if not project or not service or labels.get(names.ONEOFF, "False") != "False":
        return None
    return ServiceId(project, service)


def of_extension(labels: Mapping[str, str]) -> bool:
    """Whether a container belongs to an extension of Docker Desktop."""
    project = labels.get(names.PROJECT, "")
    return names.DESKTOP_EXTENSION in labels or project.endswith(names.DESKTOP_EXTENSION_PROJECT)


def state_of(inspect: Inspect) -> RunState:
    """A state this version does not know counts as dead: present, but no capacity."""
    try:
        return RunState(inspect["State"]["Status"])
    except ValueError:
        return RunState.DEAD


def health_of(inspect: Inspect) -> Health:
    try:
        return Health((inspect["State"].get("Health") or {}).get("Status") or "none")
    except ValueError:
        return Health.NONE


def network_mode(inspect: Inspect) -> str:
    return str((inspect.get("HostConfig") or {}).get("NetworkMode") or "default")


def has_own_network(inspect: Inspect) -> bool:
    """False with `network_mode` host, none, `service:` or `container:`."""
    mode = network_mode(inspect)
    return mode not in ("host", "none") and not mode.startswith("container:")


def time_of(text: object) -> datetime | None:
    """The engine's timestamps; its zero time (year 1), like anything unreadable, is `None`."""
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.year > 1 and at.tzinfo else None
