"""Numbers by id, kept small: a record of a million decisions must not fill the memory with what is known of each."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator


class Places:
    """A number for each id, in the order of ids: 16 bytes each, where a dict takes ten times that.

    Made for ids that come nearly in order.
    """

    def __init__(self) -> None:
        self._ids = array("q")
        self._numbers = array("q")

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._ids, self._numbers, strict=True)

    @property
    def last_id(self) -> int:
        """The highest id, 0 if there is none."""
        return self._ids[-1] if self._ids else 0

    def put(self, key: int, number: int) -> bool:
        """The last number given for an id counts. Answers whether the id is new."""
        if key > self.last_id or not self._ids:
            self._ids.append(key)
            self._numbers.append(number)
            return True
        at = bisect_left(self._ids, key)
        is_new = self._ids[at] != key
        if is_new:
            self._ids.insert(at, key)
            self._numbers.insert(at, number)
        else:
            self._numbers[at] = number
        return is_new
