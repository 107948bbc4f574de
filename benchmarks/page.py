"""The page in a real browser: what it weighs, how soon it is there, what it redraws and what it keeps.

`python -m benchmarks.page [--minutes 30]`
"""

import argparse
import gzip
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from benchmarks.browser import BUILD, METRICS, Site, site
from benchmarks.charts import SERVICES
from playwright.sync_api import BrowserContext, Page

ROUNDS = 5
SETTLE_MS = 2_000.0
ROW = "tbody th[scope=row]"
LANES = "section[aria-label=Timeline] canvas"
DAY = "/s/shop/s007?range=1440"
MB = 1_000_000
LIMIT_KB = 350
# What changes in the table, by the column that it is in.
COUNT = """() => {
    const seen = {rows: 0, rowsMade: 0, by: {}}
    window.seen = seen
    const touched = new Set()
    window.closeSecond = () => { seen.rows += touched.size; touched.clear() }
    new MutationObserver(records => records.forEach(({target, addedNodes}) => {
        seen.rowsMade += [...addedNodes].filter(node => node.nodeName === 'TR').length
        const cell = (target.closest ? target : target.parentElement)?.closest('td, th')
        const name = cell ? document.querySelectorAll('thead th')[cell.cellIndex]?.textContent : 'elsewhere'
        seen.by[name] = (seen.by[name] ?? 0) + 1
        if (cell && name !== 'Next check') touched.add(cell.parentElement)
    })).observe(
        document.querySelector('table'), {childList: true, subtree: true, characterData: true, attributes: true},
    )
    setInterval(window.closeSecond, 1000)
}"""


def run(minutes: float = 30) -> list[str]:
    """Markdown lines. Needs the page's build and Chromium; the daemon is the real one, on the simulated engine."""
    with site() as one:
        visitor = one.visitor()
        weights = _weights(_first_loads(one))
        times = {
            "the fleet's first row is seen, nothing in the cache": _median(lambda: _paint(one, one.visitor())),
            "the same, with the page in the cache": _median(lambda: _paint(one, visitor)),
            "click to the screen of a service, an hour": _median(lambda: _click(one, visitor, None)),
            "click to a day of it, first visit": _median(lambda: _click(one, visitor, DAY)),
            "the same, again": _median(lambda: _click(one, visitor, DAY, again=True)),
        }
        drawn = _redraws(one, visitor)
        kept = {"the fleet": "/", "a service, a day": DAY}
        growth = _heaps({name: one.open(visitor, path) for name, path in kept.items()}, minutes)
    return [*weights, "", *_paints(times), "", *_redrawn(drawn), "", *_growth(growth, minutes)]


def _weights(first: Sequence[str]) -> list[str]:
    chunks = sorted(str(file.relative_to(BUILD)) for file in BUILD.rglob("*") if file.is_file())
    rows = {"what the fleet loads": first, "all screens together": chunks}
    return [
        f"The build, gzip. Target: under {LIMIT_KB} kB.",
        "",
        "| | files | kB |",
        "|---|---:|---:|",
        *(f"| {name} | {len(files)} | {sum(map(_gzipped, files)) / 1000:.0f} |" for name, files in rows.items()),
    ]


def _gzipped(name: str) -> int:
    return len(gzip.compress((BUILD / name).read_bytes()))


def _first_loads(one: Site) -> list[str]:
    """The files of the build that are asked for until the fleet is there and all is quiet."""
    context, asked = one.visitor(), list[str]()
    context.on("request", lambda request: asked.append(urlsplit(request.url).path.lstrip("/") or "index.html"))
    page = one.open(context)
    page.wait_for_selector(ROW)
    page.wait_for_timeout(SETTLE_MS)
    context.close()
    return sorted({name for name in asked if (BUILD / name).is_file()})


def _median(measure: Callable[[], float]) -> tuple[float, float]:
    """And the longest."""
    times = [measure() for _ in range(ROUNDS)]
    return statistics.median(times), max(times)


def _paint(one: Site, context: BrowserContext) -> float:
    page = context.new_page()
    page.goto(f"{one.url}/", wait_until="commit")
    took = page.evaluate(f"() => whenThere('{ROW}', 0)")
    page.close()
    return float(took)


def _click(one: Site, context: BrowserContext, path: str | None, *, again: bool = False) -> float:
    """From a click on a link in the fleet until the lanes are drawn. `path`: not where the service's own link goes."""
    page = one.open(context)
    page.wait_for_selector(ROW)
    for _ in range(2 if again else 1):
        page.wait_for_timeout(SETTLE_MS)
        took = page.evaluate(CLICK, [path, LANES])
        page.wait_for_timeout(SETTLE_MS)
        page.evaluate("location.hash = '/'")
        page.wait_for_selector(ROW)
    page.close()
    return float(took)


CLICK = """([path, lanes]) => {
    let link = document.querySelector('a[href="#/s/shop/s007"]')
    if (path) {
        link = document.body.appendChild(document.createElement('a'))
        link.href = `#${path}`
    }
    const from = performance.now()
    link.click()
    return whenThere(lanes, from)
}"""


def _paints(times: Mapping[str, tuple[float, float]]) -> list[str]:
    return [
        f"{SERVICES} services, {len(METRICS)} metrics each, of which four are drawn; over TCP on this machine, signed "
        f"in, {ROUNDS} times: median (longest), ms. Until it is drawn and a click would be heeded. Target: the fleet "
        "under 1000, a service's screen under 500.",
        "",
        "| | ms |",
        "|---|---:|",
        *(f"| {name} | {middle:.0f} ({longest:.0f}) |" for name, (middle, longest) in times.items()),
    ]


def _redraws(one: Site, context: BrowserContext) -> dict[str, Any]:
    page, asked = one.open(context), list[str]()
    page.wait_for_selector(ROW)
    page.wait_for_timeout(SETTLE_MS)
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(COUNT)
    page.wait_for_timeout(60_000)
    seen: dict[str, Any] = page.evaluate("() => (window.closeSecond(), window.seen)")
    page.close()
    return seen | {"asked": len(asked)}


def _redrawn(seen: Mapping[str, Any]) -> list[str]:
    columns = sorted(seen["by"].items(), key=lambda pair: -pair[1])
    return [
        f"A minute of the fleet, {SERVICES} services that are all under a load that moves.",
        "",
        "| | |",
        "|---|---:|",
        *(f"| changes of the document: {name or 'actions'} | {count} |" for name, count in columns),
        f"| rows with a change but for the countdown, in 60 s of {SERVICES} rows | {seen['rows']} |",
        f"| rows made anew | {seen['rowsMade']} |",
        f"| requests | {seen['asked']} |",
    ]


@dataclass(frozen=True, slots=True)
class Heap:
    """After a collection of garbage."""

    minute: float
    used_mb: float
    nodes: int


def _heaps(pages: Mapping[str, Page], minutes: float) -> dict[str, list[Heap]]:
    """Two samples a minute of pages that stay open side by side."""
    found: dict[str, list[Heap]] = {name: [] for name in pages}
    clients = {name: page.context.new_cdp_session(page) for name, page in pages.items()}
    for page in pages.values():
        page.wait_for_timeout(SETTLE_MS)
    begun = time.monotonic()
    for number in range(round(minutes * 2) + 1):
        next(iter(pages.values())).wait_for_timeout(max(0.0, begun + number * 30 - time.monotonic()) * 1000)
        for name, client in clients.items():
            client.send("HeapProfiler.collectGarbage")
            used = client.send("Runtime.getHeapUsage")["usedSize"]
            nodes = client.send("Memory.getDOMCounters")["nodes"]
            found[name].append(Heap((time.monotonic() - begun) / 60, used / MB, nodes))
    return found


def _growth(found: Mapping[str, Sequence[Heap]], minutes: float) -> list[str]:
    return [
        f"Left open for {minutes:g} minutes side by side; each sample, every 30 s, after a collection of garbage.",
        "",
        "| | heap, first minute, MB | last minute, MB | trend, MB an hour | DOM nodes, first | last |",
        "|---|---:|---:|---:|---:|---:|",
        *(_grown(name, heaps) for name, heaps in found.items()),
    ]


def _grown(name: str, heaps: Sequence[Heap]) -> str:
    first, last = (statistics.mean(heap.used_mb for heap in part) for part in (heaps[:2], heaps[-2:]))
    # Without the first minutes, in which caches fill.
    later = heaps[len(heaps) // 6 :]
    slope, _ = statistics.linear_regression([one.minute / 60 for one in later], [one.used_mb for one in later])
    return f"| {name} | {first:.1f} | {last:.1f} | {slope:+.1f} | {heaps[0].nodes} | {heaps[-1].nodes} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    print("\n".join(run(parser.parse_args().minutes)))


if __name__ == "__main__":
    main()
