"""How a service behaves under load, as arithmetic: nothing here knows of containers, clocks or files.

The simulated engine and trace simulation share it. Load and capacity are units per second, times are seconds
since the model's own start.
"""

from collections.abc import Callable
from dataclasses import dataclass

LoadCurve = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Work:
    """What each ready replica has done so far: seconds of full use, units served, seconds spent saturated."""

    busy_s: float = 0.0
    served: float = 0.0
    saturated_s: float = 0.0

    def __add__(self, other: "Work") -> "Work":
        return Work(self.busy_s + other.busy_s, self.served + other.served, self.saturated_s + other.saturated_s)

    def __sub__(self, other: "Work") -> "Work":
        return Work(self.busy_s - other.busy_s, self.served - other.served, self.saturated_s - other.saturated_s)


NO_WORK = Work()


@dataclass(frozen=True, slots=True)
class Progress:
    """A service's model at time `at`. `each`: the work of one replica that was ready from the start."""

    at: float = 0.0
    backlog: float = 0.0
    each: Work = NO_WORK


@dataclass(frozen=True, slots=True)
class ServiceModel:
    """One replica serves `capacity` units a second at 100 % CPU and is ready `startup` seconds after its start.

    Load is shared evenly by the ready replicas; a removed replica stops at once. What a plain service can't serve
    is lost; a queue worker (`queue`) leaves it as backlog and works it off at full speed.
    """

    capacity: float = 100.0
    startup: float = 30.0
    queue: bool = False

    def ready_at(self, started: float) -> float:
        """When a replica started then begins to take its share."""
        return started + self.startup

    def cpu(self, load: float, ready: int, backlog: float = 0.0) -> float:
        """CPU of each ready replica in percent of what it may use; 0 when none is ready."""
        if ready <= 0:
            return 0.0
        if self.queue and backlog > 0:
            return 100.0
        return min(100.0, 100.0 * load / (ready * self.capacity))


def advance(
    model: ServiceModel, load: LoadCurve, ready: int, progress: Progress, until: float, *, grid: float = 1.0
) -> Progress:
    """The model at `until`, with `ready` replicas all the while; unchanged when `until` is not later.

    The load is held for each `grid` seconds, so the result does not depend on how often one asks.
    """
    at, backlog, each = progress.at, progress.backlog, progress.each
    busy, served, saturated = each.busy_s, each.served, each.saturated_s
    while at < until:
        cell = int(at // grid)
        end = min(until, (cell + 1) * grid)
        if end <= at:  # `at` is a rounding error below the end of its cell
            cell += 1
            end = min(until, (cell + 1) * grid)
        arrivals = max(0.0, load(cell * grid))
        full, rest, backlog = _piece(model, arrivals, ready, backlog, end - at)
        busy += full + rest
        served += (full + rest) * model.capacity
        saturated += full
        at = end
    return Progress(at, backlog, Work(busy, served, saturated)) if at > progress.at else progress


def serve(model: ServiceModel, load: float, ready: int, backlog: float, seconds: float) -> float:
    """The backlog after so many seconds of that load with that many ready replicas."""
    return _piece(model, load, ready, backlog, seconds)[2]


def _piece(model: ServiceModel, load: float, ready: int, backlog: float, seconds: float) -> tuple[float, float, float]:
    """Under constant load: seconds at full use, seconds of full use in the part with room to spare, backlog after."""
    if ready <= 0:
        return 0.0, 0.0, backlog + load * seconds if model.queue else 0.0
    total = ready * model.capacity
    if not model.queue:
        return (seconds, 0.0, 0.0) if load > total else (0.0, seconds * load / total, 0.0)
    excess = load - total
    if excess > 0 or backlog + excess * seconds > 0:
        return seconds, 0.0, backlog + excess * seconds
    emptied = min(seconds, backlog / -excess) if excess < 0 else 0.0
    return emptied, (seconds - emptied) * load / total, 0.0
