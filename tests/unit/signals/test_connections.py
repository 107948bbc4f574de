"""Shared connections: opened once, closed when broken or no longer needed, never left behind."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from docktor.errors import SignalUnavailableError
from docktor.signals.connections import Connections, Lease


@dataclass
class Line:
    closed: bool = False


@dataclass
class Exchange:
    """Where lines are opened and closed. `gate` holds both up while it is cleared."""

    lines: list[Line] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def open(self) -> Line:
        await self.gate.wait()
        self.lines.append(Line())
        return self.lines[-1]

    async def close(self, line: Line) -> None:
        await self.gate.wait()
        line.closed = True

    @property
    def opened(self) -> int:
        return sum(not line.closed for line in self.lines)

    def leases(self, count: int) -> list[Lease[Line]]:
        connections = Connections()
        return [connections.lease("key", self.open, self.close) for _ in range(count)]


async def use(lease: Lease[Line], then: Callable[[], None] = lambda: None) -> Line:
    async with lease.use() as line:
        then()
        return line


def broken(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


async def test_one_line_for_all_until_the_last_lets_go() -> None:
    exchange = Exchange()
    first, second, third = exchange.leases(3)
    lines = await asyncio.gather(use(first), use(second), use(third))
    assert list(lines) == exchange.lines * 3
    await first.release()
    await first.release()  # twice is once
    await second.release()
    assert await use(third) is exchange.lines[0]
    await third.release()
    assert not exchange.opened


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (OSError("gone"), True),
        (asyncio.CancelledError(), True),
        (SignalUnavailableError("gone"), True),
        (SignalUnavailableError("no such queue", "wrong"), False),
        (SignalUnavailableError("no", "refused"), False),
        (SignalUnavailableError("-1", "lying"), False),
    ],
)
async def test_what_fails_ends_the_line_unless_the_other_side_did_answer(error: BaseException, ends: bool) -> None:
    exchange = Exchange()
    lease, other = exchange.leases(2)
    with pytest.raises(type(error)):
        await use(lease, broken(error))
    assert exchange.opened == (0 if ends else 1)
    await use(other)
    assert len(exchange.lines) == (2 if ends else 1)
    await lease.release()
    await other.release()
    assert not exchange.opened


async def test_a_late_failure_does_not_end_the_line_that_came_after() -> None:
    exchange = Exchange()
    late, other = exchange.leases(2)
    with pytest.raises(OSError):
        async with late.use():
            with pytest.raises(OSError):
                await use(other, broken(OSError()))
            await use(other)
            raise OSError
    assert exchange.opened == 1
    await late.release()
    await other.release()


async def test_cut_off_while_closing_it_is_closed_all_the_same() -> None:
    exchange = Exchange()
    [lease] = exchange.leases(1)
    await use(lease)
    exchange.gate.clear()
    using = asyncio.create_task(use(lease, broken(OSError())))
    for _ in range(3):
        await asyncio.sleep(0.01)
        using.cancel()
    exchange.gate.set()
    await asyncio.wait({using})
    await asyncio.sleep(0.01)
    assert not exchange.opened
    await lease.release()


async def test_let_go_of_while_opening_it_leaves_no_line() -> None:
    exchange = Exchange()
    [lease] = exchange.leases(1)
    exchange.gate.clear()
    using = asyncio.create_task(use(lease))
    await asyncio.sleep(0.01)
    await lease.release()
    exchange.gate.set()
    with pytest.raises(SignalUnavailableError):
        await using
    assert len(exchange.lines) == 1
    assert not exchange.opened


async def test_after_the_last_has_let_go_the_key_is_free() -> None:
    exchange, connections = Exchange(), Connections()
    first = connections.lease("key", exchange.open, exchange.close)
    await use(first)
    await first.release()
    second = connections.lease("key", exchange.open, exchange.close)
    assert await use(second) is exchange.lines[1]
    await second.release()
