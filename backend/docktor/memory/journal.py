"""The journal: every decision as a line that is on the disk before anything is done about it."""

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Unpack

from docktor.core.decision import Action, Decision, Phase
from docktor.core.record import from_dict, read_time
from docktor.core.world import ServiceId
from docktor.errors import StorageError
from docktor.memory.disk import replace, storage_error, sync_folder, write_all
from docktor.memory.lines import Entry, Peek, decode, encode, end_of_last_line, peek, scan
from docktor.memory.places import Places
from docktor.memory.recall import Scales, after_scale
from docktor.memory.trim import kept_lines, older_than
from docktor.memory.wanted import Wanted, fits

_SCALES = (Action.SCALE_UP, Action.SCALE_DOWN)


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening found: lines passed over as unreadable, and bytes of a torn last line that were set aside."""

    skipped: int
    torn: int


class Journal:
    """Append-only lines, one writer. A decision has a line before acting and one after; the last one counts.

    Every method blocks on the disk and may be called from any thread.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._fd: int | None = None
        self._open = False
        self._end = 0
        self._torn = 0
        self._failed_write = False
        self._last = 0
        self._issued = 0
        self._intents: dict[int, Decision] = {}
        self._scales: dict[ServiceId, Scales] = {}
        self._newest: dict[ServiceId, Decision] = {}
        self._places: Places | None = None

    def open(self) -> Opened:
        """Read it, make its end clean, and be ready to append. Raises StorageError."""
        with self._lock:
            try:
                self._attach()
                with self._path.open("rb") as file:
                    skipped = self._learn(file)
            except OSError as error:
                self._detach()
                raise storage_error(self._path, error) from error
            self._open = True
            return Opened(skipped, self._torn)

    @property
    def last_id(self) -> int:
        """The highest id there is, 0 in an empty journal."""
        return self._last

    def next_id(self) -> int:
        """An id for a new decision; never the same one twice."""
        with self._lock:
            self._issued = max(self._issued, self._last) + 1
            return self._issued

    @property
    def open_intents(self) -> tuple[Decision, ...]:
        """Decisions that were to be acted on and of whose end nothing is known, oldest first."""
        with self._lock:
            return tuple(self._intents[number] for number in sorted(self._intents))

    @property
    def scales(self) -> Mapping[ServiceId, Scales]:
        """Of each service that was ever scaled."""
        return self._scales

    @property
    def newest(self) -> Mapping[ServiceId, Decision]:
        """The last decision of each service."""
        return self._newest

    def append(self, decision: Decision) -> None:
        """On the disk when this returns. Raises StorageError: then it is not recorded, and may be tried again."""
        line = encode(decision) + b"\n"
        with self._lock:
            try:
                self._write(self._ready(), line)
            except OSError as error:
                raise storage_error(self._path, error) from error
            self._end += len(line)
            self._places = None
            self._note(decision)

    def entries(self) -> Iterator[Entry]:
        """The last line of every decision, by id; what is no decision is passed over. Raises StorageError."""
        try:
            with self._path.open("rb") as file:
                with self._lock:
                    places, self._places = self._places, None
                if places is None:
                    places = _places(file)
                for number, place in places:
                    file.seek(place)
                    yield Entry(number, file.readline().rstrip(b"\n"))
        except OSError as error:
            raise storage_error(self._path, error) from error

    def decisions(self, *, limit: int = 50, **wanted: Unpack[Wanted]) -> Sequence[Decision]:
        """Newest first, read from the whole file: slow, for when the index is away. Raises StorageError."""
        before = wanted.get("before")
        places: dict[int, int] = {}
        try:
            with self._path.open("rb") as file:
                for place, seen in scan(file):
                    if seen and (before is None or seen.id < before) and fits(seen.data, wanted):
                        places[seen.id] = place
                found = []
                for number in sorted(places, reverse=True)[:limit]:
                    file.seek(places[number])
                    with suppress(ValueError):
                        found.append(decode(file.readline()))
        except OSError as error:
            raise storage_error(self._path, error) from error
        return found

    def trim(self, before: datetime) -> frozenset[int]:
        """Forget decisions older than `before`; answers their ids. Raises StorageError, then nothing has changed.

        Stays: what is unreadable, what is not finished, and the last decision (ids go on from it).
        """
        with self._lock:
            try:
                old = older_than(self._path, before, {self._last, *self._intents})
                if old:
                    replace(self._path, kept_lines(self._path, old))  # the next append finds the new file
            except OSError as error:
                raise storage_error(self._path, error) from error
            self._places = None
            self._newest = {service: one for service, one in self._newest.items() if one.id not in old}
            return old

    def close(self) -> None:
        with self._lock:
            self._open = False
            self._detach()

    def _attach(self) -> int:
        """(Re)open the file for appending and mend its end; answers its descriptor."""
        self._detach()
        existed = self._path.exists()
        fd = self._fd = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not existed:
            sync_folder(self._path.parent)
        self._failed_write = False
        self._torn = self._mend(fd)
        return fd

    def _detach(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _ready(self) -> int:
        """The file to append to, its end at the end of a line, whatever happened to it since the last time."""
        if not self._open:
            raise StorageError(f"the journal {self._path} is not open")
        fd = self._fd
        if fd is None or not self._is_named(fd):
            fd = self._attach()  # moved or removed by somebody: go on in a file that can be found
        elif self._failed_write:
            self._cut(fd)
        elif os.fstat(fd).st_size != self._end:
            self._mend(fd)
        return fd

    def _is_named(self, fd: int) -> bool:
        try:
            return os.path.samestat(os.fstat(fd), self._path.stat())
        except FileNotFoundError:
            return False

    def _write(self, fd: int, line: bytes) -> None:
        try:
            write_all(fd, line)
            os.fsync(fd)
        except OSError:
            self._failed_write = True
            with suppress(OSError):  # if it can't be cut now, the next append tries first
                self._cut(fd)
            raise

    def _cut(self, fd: int) -> None:
        os.ftruncate(fd, self._end)
        self._failed_write = False

    def _mend(self, fd: int) -> int:
        """End the file at the end of a line; answers how many torn bytes went to the `.torn` file.

        A last line that lacks only its newline (a person's editor) gets it.
        """
        size = os.fstat(fd).st_size
        whole = end_of_last_line(fd, size)
        tail = os.pread(fd, size - whole, whole)
        self._end = size
        if not tail:
            return 0
        if peek(tail):
            write_all(fd, b"\n")
            self._end += 1
            tail = b""
        else:
            with suppress(OSError):  # half a line that nobody was told of is not worth failing for
                self._keep_torn(tail)
            self._end = whole
            os.ftruncate(fd, whole)
        os.fsync(fd)
        return len(tail)

    def _keep_torn(self, tail: bytes) -> None:
        torn = self._path.with_name(self._path.name + ".torn")
        fd = os.open(torn, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            write_all(fd, tail + b"\n")
        finally:
            os.close(fd)

    def _learn(self, file: BinaryIO) -> int:
        """Fill what is known from the lines; answers how many were unreadable."""
        skipped = 0
        places = Places()
        intents: dict[int, Peek] = {}
        self._scales = {}
        newest: dict[tuple[str, str], Peek] = {}
        for place, seen in scan(file):
            if seen is None:
                skipped += 1
                continue
            places.put(seen.id, place)
            intents.pop(seen.id, None)
            who = seen.project, seen.service
            if who not in newest or seen.id >= newest[who].id:
                newest[who] = seen
            if seen.phase is Phase.INTENDED:
                intents[seen.id] = seen
            elif seen.phase is Phase.DONE and seen.action in _SCALES:
                with suppress(ValueError):
                    self._count_scale(ServiceId(*who), seen.id, seen.action, read_time(seen.timestamp))
        self._last = places.last_id
        self._places = places
        self._intents = {decision.id: decision for decision in _read(intents.values())}
        self._newest = {ServiceId(one.project, one.service): one for one in _read(newest.values())}
        return skipped

    def _note(self, decision: Decision) -> None:
        self._last = max(self._last, decision.id)
        self._intents.pop(decision.id, None)
        service = ServiceId(decision.project, decision.service)
        known = self._newest.get(service)
        if known is None or decision.id >= known.id:
            self._newest[service] = decision
        if decision.phase is Phase.INTENDED:
            self._intents[decision.id] = decision
        elif decision.phase is Phase.DONE and decision.action in _SCALES:
            self._count_scale(service, decision.id, decision.action, decision.timestamp)

    def _count_scale(self, service: ServiceId, number: int, action: Action, at: datetime) -> None:
        self._scales[service] = after_scale(self._scales.get(service), number, action, at)


def _places(file: BinaryIO) -> Places:
    places = Places()
    for place, seen in scan(file):
        if seen:
            places.put(seen.id, place)
    return places


def _read(seen: Iterable[Peek]) -> Iterator[Decision]:
    for one in seen:
        with suppress(ValueError):
            yield from_dict(one.data)
