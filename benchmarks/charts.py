"""The history of metrics, asked over the unix socket: what the page's charts and its list of services take.

`python -m benchmarks.charts`
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.pages import ask, client_of, daemon_on

from docktor.core.cost import last_days
from docktor.memory.home import Home
from docktor.memory.store import Store
from docktor.memory.tables import connect
from docktor.runtime.clock import Clock

SERVICES = 50
METRICS = ("cpu.avg", *(f"queue.m{number}" for number in range(9)))
STEP_S = 5
DAY_S = 24 * 3600
COST_DAYS, COST_STEP_S = 30, 10
ROUNDS = 15
ENTRY = """\
  - name: s{number:03d}
    mode: "off"
    min_replicas: 1
    max_replicas: 2
    check_interval: 600
    rules:
      scale_up_when: [{{metric: cpu.avg, op: ">", value: 75}}]
"""


def run() -> list[str]:
    """Markdown lines. Needs no engine: the history is written beforehand, the daemon is the real one."""
    with tempfile.TemporaryDirectory(prefix="dkt-") as folder:
        home, config = Path(folder) / "home", Path(folder) / "docktor.yaml"
        home.mkdir(mode=0o700)
        entries = "".join(ENTRY.format(number=number) for number in range(SERVICES))
        config.write_text(f'version: "1"\nproject: shop\nservices:\n{entries}', encoding="utf-8")
        write_history(home / "docktor.duckdb")
        with daemon_on(home, config):
            found = _ask_all(home / "docktor.sock")
    rows = DAY_S // STEP_S * len(METRICS) * SERVICES
    return [
        f"{len(METRICS)} metrics of {SERVICES} services every {STEP_S} s for a day, {rows / 1e6:.1f} million values; "
        f"each request over the unix socket, {ROUNDS} times: median (longest), ms. Target: the first under 100.",
        "",
        *_table(found),
        "",
        *_costs(),
    ]


def _table(found: Mapping[str, Sequence[float]]) -> list[str]:
    rows = (f"| {name} | {statistics.median(times):.0f} ({max(times):.0f}) |" for name, times in found.items())
    return ["| asked for | ms |", "|---|---:|", *rows]


def _costs() -> list[str]:
    """What replicas cost, asked of the store: over HTTP the answer is as small as a list of services."""
    with tempfile.TemporaryDirectory(prefix="dkt-") as folder:
        now = Clock().now()
        _write_replicas(Home(Path(folder)).duckdb, now)
        first, *later = asyncio.run(_ask_costs(Home(Path(folder)), now))
    rows = COST_DAYS * DAY_S // COST_STEP_S * SERVICES
    return [
        f"Replica-hours of {SERVICES} services by day, of {COST_DAYS} days at {COST_STEP_S} s ({rows / 1e6:.1f} million"
        f" numbers of replicas). The first answer has to add everything up and took {first / 1000:.1f} s; the daemon"
        " does that beforehand. Target: under 1000.",
        "",
        *_table({f"replica-hours of {COST_DAYS} days": later}),
    ]


def _write_replicas(path: Path, now: datetime) -> None:
    db = connect(path)
    for day in range(COST_DAYS, 0, -1):
        db.execute(
            "INSERT INTO metrics SELECT $1::TIMESTAMP + to_seconds(t * $2), 'shop', printf('s%03d', s), 'replicas',"
            " 1 + hash(t // 60, s) % 5 FROM range($3 // $2) times(t), range($4) services(s)",
            [(now - timedelta(days=day)).replace(tzinfo=None), COST_STEP_S, DAY_S, SERVICES],
        )
    db.close()


async def _ask_costs(home: Home, now: datetime) -> list[float]:
    """Milliseconds of each of some questions."""
    store = await Store.open(home, now)
    stretches, took = last_days(now, COST_DAYS, UTC), []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        found = await store.used(stretches, now)
        took.append((time.perf_counter() - began) * 1000)
        assert len(found) == SERVICES
    await store.close()
    return took


def write_history(path: Path, metrics: Sequence[str] = METRICS) -> None:
    """A day's up to now; each value a whole number below 100."""
    until = Clock().now().astimezone(UTC).replace(tzinfo=None)
    db = connect(path)
    db.execute(
        "INSERT INTO metrics SELECT $1::TIMESTAMP - to_seconds($2 - t * $3), 'shop', printf('s%03d', s), m,"
        " hash(t, s, m) % 100 FROM range($2 // $3) times(t), range($4) services(s),"
        " (SELECT unnest($5::VARCHAR[]) AS m)",
        [until, DAY_S, STEP_S, SERVICES, list(metrics)],
    )
    db.close()


def _ask_all(sock: Path) -> Mapping[str, Sequence[float]]:
    service = "/api/projects/shop/services/s007/metrics"
    questions = {
        f"a glance at {SERVICES} services, an hour": ("/api/glance?minutes=60", SERVICES),
        "the same, a day": ("/api/glance?minutes=1440", SERVICES),
        f"an hour of one service's {len(METRICS)} metrics": (f"{service}?minutes=60", None),
        "a day of them": (f"{service}?minutes=1440", None),
        "the same, in 60 points": (f"{service}?minutes=1440&points=60", None),
        "the same, in 2000 points": (f"{service}?minutes=1440&points=2000", None),
    }
    with client_of(sock) as http:
        return {name: [ask(http, path, count) for _ in range(ROUNDS)] for name, (path, count) in questions.items()}


if __name__ == "__main__":
    print("\n".join(run()))
