"""What is known of a service beyond configuration and must outlive a restart: a person's holds and modes, and the
replica that waits at zero."""

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from docktor.core.decision import Hold
from docktor.core.policy import Mode, Modes
from docktor.core.record import read_time, write_time
from docktor.core.roles import PERSON
from docktor.core.world import Parked, ServiceId
from docktor.memory.disk import replace, storage_error

T = TypeVar("T")


class Overrides:
    """Blocking; any thread. A hold that has ended stays until it is taken away."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._holds: dict[ServiceId, Hold] = {}
        self._modes: dict[ServiceId, Modes] = {}
        self._parked: dict[ServiceId, Parked] = {}

    def open(self) -> str | None:
        """Read them. What can't be understood is left out and told; the file is then kept beside, as `.bad`.

        Raises StorageError when there is a file that can't be read.
        """
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise storage_error(self._path, error) from error
        wrong = self._understand(content)
        if not wrong:
            return None
        aside = self._path.with_name(self._path.name + ".bad")
        with suppress(OSError):
            replace(aside, [content])
        return (
            f"{self._path}: {'; '.join(wrong)}. What could be understood is in force, the file is kept as {aside.name}"
        )

    @property
    def holds(self) -> Mapping[ServiceId, Hold]:
        return MappingProxyType(self._holds)

    @property
    def modes(self) -> Mapping[ServiceId, Modes]:
        return MappingProxyType(self._modes)

    @property
    def parked(self) -> Mapping[ServiceId, Parked]:
        return MappingProxyType(self._parked)

    def set_hold(self, service: ServiceId, hold: Hold | None) -> None:
        """On the disk when this returns; `None` takes it away. Raises StorageError, then nothing has changed."""
        with self._lock:
            self._save(_with(self._holds, service, hold), self._modes, self._parked)

    def set_mode(self, service: ServiceId, modes: Modes | None) -> None:
        """As `set_hold`."""
        with self._lock:
            self._save(self._holds, _with(self._modes, service, modes), self._parked)

    def set_parked(self, service: ServiceId, parked: Parked | None) -> None:
        """As `set_hold`."""
        with self._lock:
            self._save(self._holds, self._modes, _with(self._parked, service, parked))

    def _save(
        self, holds: dict[ServiceId, Hold], modes: dict[ServiceId, Modes], parked: dict[ServiceId, Parked]
    ) -> None:
        content = {
            "version": 1,
            "holds": {
                str(service): {"until": write_time(hold.until), "reason": hold.reason, "by": hold.by}
                for service, hold in sorted(holds.items())
            },
            "modes": {str(service): one.plain for service, one in sorted(modes.items())},
            "parked": {
                str(service): {"container": one.container, "finished_at": write_time(one.finished_at)}
                for service, one in sorted(parked.items())
            },
        }
        try:
            replace(self._path, [json.dumps(content, indent=2).encode(), b"\n"])
        except OSError as error:
            raise storage_error(self._path, error) from error
        self._holds, self._modes, self._parked = holds, modes, parked

    def _understand(self, content: bytes) -> list[str]:
        try:
            data = json.loads(content.decode("utf-8"))
        except (ValueError, RecursionError):
            return ["it is not JSON"]
        if not isinstance(data, dict):
            return ["it is not an object"]
        wrong: list[str] = []
        self._holds = _each(data, "holds", _hold, wrong)
        self._modes = _each(data, "modes", _read_modes, wrong)
        self._parked = _each(data, "parked", _parked, wrong)
        return wrong


def _with(known: Mapping[ServiceId, T], service: ServiceId, value: T | None) -> dict[ServiceId, T]:
    """`known` with that value for the service, or without the service."""
    rest = {key: other for key, other in known.items() if key != service}
    return rest if value is None else {**rest, service: value}


def _each(data: Mapping[str, object], key: str, read: Callable[[object], T], wrong: list[str]) -> dict[ServiceId, T]:
    part = data.get(key, {})
    if not isinstance(part, dict):
        wrong.append(f"{key} is not an object")
        return {}
    found: dict[ServiceId, T] = {}
    for name, value in part.items():
        project, slash, service = name.partition("/")
        try:
            if not (project and slash and service):
                raise ValueError("not a project/service name")
            found[ServiceId(project, service)] = read(value)
        except ValueError as error:
            wrong.append(f"{key}.{name}: {error}")
    return found


def _hold(value: object) -> Hold:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    until, reason, by = value.get("until"), value.get("reason", ""), value.get("by", PERSON)
    if not (isinstance(until, str) and isinstance(reason, str) and isinstance(by, str)):
        raise ValueError("until, reason and by must be texts")
    return Hold(read_time(until), reason, by)


def _read_modes(value: object) -> Modes:
    if isinstance(value, dict) and value.keys() == {"up", "down"}:
        return Modes(_mode(value["up"]), _mode(value["down"]))
    return Modes.both(_mode(value))


def _mode(value: object) -> Mode:
    if not isinstance(value, str):
        raise ValueError("neither a mode nor one for up and one for down")
    return Mode(value)


def _parked(value: object) -> Parked:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    container, finished_at = value.get("container"), value.get("finished_at")
    if not (isinstance(container, str) and isinstance(finished_at, str)):
        raise ValueError("container and finished_at must be texts")
    return Parked(container, read_time(finished_at))
