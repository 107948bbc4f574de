"""A long record: pages of decisions over the unix socket, and what the daemon takes to start with it and to hold it.

`python -m benchmarks.pages [--decisions 100000 1000000]`
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
from benchmarks.footprint import resident_mb
from benchmarks.ours import ROOT

from docktor.core.decision import Action, Decision, Limit, Phase, RuleResult, Source
from docktor.memory.lines import encode
from docktor.runtime.clock import Clock

SERVICES = 100
DAYS = 20
PAGE = 50
ROUNDS = 15
START_S = 600.0
TARGETS_MS: Mapping[int, float] = {100_000: 150, 1_000_000: 400}
QUIET = """\
version: "1"
project: shop
services:
  - name: quiet
    mode: off
    min_replicas: 1
    max_replicas: 2
    rules:
      scale_up_when: [{metric: cpu.avg, op: ">", value: 75}]
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one length of the record. `pages`: milliseconds of each request, by what was asked."""

    decisions: int
    journal_mb: float
    index_mb: float
    first_start_s: float
    start_s: float
    resident_mb: float
    pages: Mapping[str, Sequence[float]]


def run(lengths: Sequence[int] = (100_000, 1_000_000)) -> list[str]:
    """Markdown lines. Needs no engine: the record is written beforehand, the daemon is the real one."""
    found = [_measure(length) for length in lengths]
    heads = [f"{one.decisions:,}".replace(",", " ") for one in found]
    rows = [f"| {name} | " + " | ".join(_times(one.pages[name]) for one in found) + " |" for name in found[0].pages]
    targets = " and ".join(f"{ms:.0f} ms at {count:,}".replace(",", " ") for count, ms in TARGETS_MS.items())
    return [
        f"Decisions of {SERVICES} services in the record; each request over the unix socket, {ROUNDS} times: median "
        f"(longest), ms. Pages are of {PAGE} decisions; target: under {targets}.",
        "",
        f"| decisions in the record | {' | '.join(heads)} |",
        "|---|" + "---:|" * len(found),
        *rows,
        "",
        f"| decisions in the record | {' | '.join(heads)} |",
        "|---|" + "---:|" * len(found),
        _row("the journal, MB", [one.journal_mb for one in found]),
        _row("the index, MB", [one.index_mb for one in found]),
        _row("resident memory after those questions, MB", [one.resident_mb for one in found]),
        _row("start until it answers, s", [one.start_s for one in found], 1),
        _row("the same with no index yet, s", [one.first_start_s for one in found], 1),
    ]


def _row(name: str, values: Sequence[float], digits: int = 0) -> str:
    return f"| {name} | " + " | ".join(f"{value:.{digits}f}" for value in values) + " |"


def _times(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.0f} ({max(times):.0f})"


def _measure(length: int) -> Figures:
    with tempfile.TemporaryDirectory(prefix="dkt-") as folder:
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        config = Path(folder) / "docktor.yaml"
        config.write_text(QUIET, encoding="utf-8")
        journal = home / "decisions.jsonl"
        write_journal(journal, length)
        with daemon_on(home, config) as (_, first_start_s):
            pass
        with daemon_on(home, config) as (pid, start_s):
            pages = _ask_all(home / "docktor.sock", length)
            resident = resident_mb(pid)
        index_mb = (home / "docktor.duckdb").stat().st_size / 1e6
        return Figures(length, journal.stat().st_size / 1e6, index_mb, first_start_s, start_s, resident, pages)


def write_journal(path: Path, length: int) -> None:
    """Scales of the latest days, each in one line, service after service."""
    now = Clock().now()
    step = timedelta(days=DAYS) / length
    template = encode(_decision()).decode("ascii")
    with path.open("w", encoding="ascii") as file:
        for number in range(1, length + 1):
            at = (now - step * (length - number)).astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
            line = template.replace("4711", str(number), 1).replace("2026-01-01T00:00:00Z", at, 1)
            backlog = "was unheard-of" if number == length // 3 else f"is {number * 7919 % 9973}"
            line = line.replace("is 731", backlog, 1)
            file.write(line.replace("s000", f"s{number % SERVICES:03d}", 1) + "\n")


def _decision() -> Decision:
    """As rules make them, with what was seen."""
    metrics = ("cpu.avg", "cpu.max", "memory.avg", "memory.max", "queue.backlog", "queue.rate_in")
    rule = RuleResult("queue.backlog > 100", "queue.backlog", ">", 100.0, 731.0, True, "up")
    return Decision(
        id=4711,
        timestamp=datetime(2026, 1, 1, tzinfo=UTC),
        iteration=3456,
        project="shop",
        service="s000",
        action=Action.SCALE_UP,
        current_replicas=2,
        target_replicas=4,
        reason="queue.backlog is 731, above 100; at most 2 more at once",
        avg_cpu=61.25,
        observations={name: 12.3456789 * (place + 1) for place, name in enumerate(metrics)},
        rules=(rule, replace(rule, rule="queue.backlog < 10", op="<", threshold=10.0, held=False, direction="down")),
        limits=(Limit("scale-up-by", "at most 2 more at once", 8, 4),),
        source=Source.RULES,
        phase=Phase.DONE,
        took_ms=812.3,
    )


@contextmanager
def daemon_on(home: Path, config: Path, *options: str) -> Iterator[tuple[int, float]]:
    """The real one, started with these options besides; its process id, and the seconds until it answered."""
    command = [sys.executable, "-m", "docktor", "daemon", "start", "--foreground", "--engine", "simulated", *options]
    started = time.perf_counter()
    with subprocess.Popen(
        [*command, "--config", str(config)],
        cwd=ROOT,
        env=os.environ | {"DOCKTOR_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as daemon:
        try:
            while not _answers(home / "docktor.sock"):
                if daemon.poll() is not None or time.perf_counter() - started > START_S:
                    raise RuntimeError("the daemon did not come to answer")
                time.sleep(0.05)
            yield daemon.pid, time.perf_counter() - started
        finally:
            daemon.terminate()
            daemon.wait(timeout=60)


def client_of(sock: Path) -> httpx2.Client:
    return httpx2.Client(transport=httpx2.HTTPTransport(uds=str(sock)), base_url="http://docktor", timeout=60)


def _answers(sock: Path) -> bool:
    try:
        with client_of(sock) as http:
            return http.get("/api/health").is_success
    except httpx2.HTTPError:
        return False


def _ask_all(sock: Path, length: int) -> Mapping[str, Sequence[float]]:
    middle = length // 2
    page = f"/api/decisions?limit={PAGE}"
    yesterday = (Clock().now() - timedelta(days=1)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    questions = {
        "first page": (page, PAGE),
        "a page in the middle": (f"{page}&before={middle}", PAGE),
        "last page": (f"{page}&before={PAGE + 1}", PAGE),
        "first page of one service": (f"{page}&project=shop&service=s007", PAGE),
        "the same in the middle": (f"{page}&project=shop&service=s007&before={middle}", PAGE),
        "first page of an action that never was": (f"{page}&action=scale_down", 0),
        "first page of a text that all have": (f"{page}&q=BACKLOG", PAGE),
        "a text that one has": (f"{page}&q=UNHEARD-of", 1),
        "a text that none has": (f"{page}&q=nowhere", 0),
        "a text of one service's, since yesterday": (f"{page}&q=s007&since={yesterday}", None),
        "one decision": (f"/api/decisions/{middle}", None),
    }
    with client_of(sock) as http:
        return {name: [ask(http, path, count) for _ in range(ROUNDS)] for name, (path, count) in questions.items()}


def ask(http: httpx2.Client, path: str, count: int | None) -> float:
    begun = time.perf_counter()
    answer = http.get(path)
    took = (time.perf_counter() - begun) * 1000
    found = json.loads(answer.raise_for_status().text)
    if count is not None and len(found) != count:
        raise RuntimeError(f"{path} has {len(found)} decisions, not {count}")
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, nargs="+", default=[100_000, 1_000_000])
    args = parser.parse_args()
    print("\n".join(run(args.decisions)))


if __name__ == "__main__":
    main()
