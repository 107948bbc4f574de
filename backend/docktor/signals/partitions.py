"""What a consumer group leaves undone in the partitions of a topic, and which of them hang. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Partition:
    """Offsets: `first` is the oldest message still there, `end` the next to come, `committed` the group's next.

    `committed` is `None` where the group never committed one, or its offset expired.
    """

    id: int
    first: int
    end: int
    committed: int | None

    def position(self, *, from_first: bool) -> int:
        """Where the group goes on. Without an offset of its own it begins at one end of the log."""
        if self.committed is None:
            return self.first if from_first else self.end
        return max(self.committed, self.first)  # what lies below is gone, so nobody will work on it

    def lag(self, *, from_first: bool) -> int:
        """Messages left to do. 0 where more is committed than there is: the topic was made anew."""
        return max(self.end - self.position(from_first=from_first), 0)


@dataclass(frozen=True, slots=True)
class Mark:
    """One partition over time. `since`: when it last moved or got something to do. `moved`: when it was seen to move.

    `idle`: it had nothing to do at the last look.
    """

    committed: int | None
    since: float
    moved: float | None
    idle: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """What looks at a group's partitions leave behind; `at` is the last one's time."""

    at: float = 0.0
    marks: Mapping[int, Mark] = field(default_factory=dict)

    def look(self, partitions: Sequence[Partition], at: float, *, from_first: bool) -> "Watch":
        """The watch after one more look. `at`: seconds, of a clock that never jumps."""
        return Watch(
            at, {one.id: _mark(self.marks.get(one.id), one, at, one.lag(from_first=from_first)) for one in partitions}
        )

    def stuck(self, after: float) -> frozenset[int]:
        """Partitions with work that nobody has done for `after` seconds, while another one of the group moved.

        None if none moved: then the consumers are all away, and what waits for them must not look like no work.
        """
        recent = {id_ for id_, mark in self.marks.items() if mark.moved is not None and self.at - mark.moved < after}
        return frozenset(
            id_
            for id_, mark in self.marks.items()
            if not mark.idle and self.at - mark.since >= after and recent - {id_}
        )


def _mark(before: Mark | None, now: Partition, at: float, lag: int) -> Mark:
    if before is None:
        return Mark(now.committed, at, None, lag == 0)
    if before.committed != now.committed:
        return Mark(now.committed, at, at, lag == 0)
    since = at if before.idle else before.since  # when its work came is not known better
    return Mark(now.committed, since, before.moved, lag == 0)
