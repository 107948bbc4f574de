"""A fleet with a past, and its page in a real browser: what benchmarks of the page are measured on."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.charts import SERVICES, write_history
from benchmarks.ours import ROOT
from benchmarks.pages import daemon_on, write_journal
from playwright.sync_api import Browser, BrowserContext, Page, StorageState
from tests.brokers.process import free_ports
from tests.browser.chromium import running

BUILD = ROOT / "ui" / "build"
DECISIONS = 40_000
METRICS = (
    *("cpu.avg", "cpu.max", "memory.avg", "memory.max", "memory.bytes"),
    *("network.rx.avg", "network.tx.avg", "replicas", "desired", "replicas.ready"),
)
# Four metrics are judged, hence four lanes on its screen, besides those of replicas and of decisions.
ENTRY = """\
  - name: s{number:03d}
    min_replicas: 1
    max_replicas: 8
    rules:
      scale_up_when: [{{metric: cpu.avg, op: ">", value: 75}}, {{metric: memory.max, op: ">", value: 90}}]
      scale_down_when: [{{metric: cpu.max, op: "<", value: 30}}, {{metric: memory.avg, op: "<", value: 50}}]
"""
LOGIN = """async token => {
    const headers = {"Content-Type": "application/json"}
    const answer = await fetch("/api/session", {method: "POST", headers, body: JSON.stringify({token})})
    if (answer.ok) localStorage.setItem("docktor.key", (await answer.json()).key)
    return answer.status
}"""
# Notes when something is there for the first time after `from`, drawn, and the page is free to heed a click.
WATCH = """
window.whenThere = (selector, from) => new Promise(done => {
    const found = () => document.querySelector(selector) !== null
    const drawn = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)))
    if (found()) return drawn()
    const watch = new MutationObserver(() => found() && (watch.disconnect(), drawn()))
    watch.observe(document, {childList: true, subtree: true})
})
"""


@dataclass(frozen=True)
class Site:
    """The daemon's page. `browser`: a real one. `signed_in`: what a browser keeps of a login."""

    url: str
    browser: Browser
    signed_in: StorageState

    def visitor(self) -> BrowserContext:
        """Somebody who is signed in and whose browser has nothing of the page yet."""
        context = self.browser.new_context(viewport={"width": 1400, "height": 900}, storage_state=self.signed_in)
        context.add_init_script(WATCH)
        return context

    def open(self, context: BrowserContext, path: str = "/") -> Page:
        page = context.new_page()
        page.goto(f"{self.url}/#{path}")
        return page


@contextmanager
def site() -> Iterator[Site]:
    """50 simulated services under a load that moves, each with a day of numbers every 5 s, and a long record."""
    if not (BUILD / "index.html").is_file():
        raise RuntimeError("the page is not built: make page")
    with tempfile.TemporaryDirectory(prefix="dkt-") as folder:
        home, config = Path(folder) / "home", Path(folder) / "docktor.yaml"
        home.mkdir(mode=0o700)
        entries = "".join(ENTRY.format(number=number) for number in range(SERVICES))
        config.write_text(f'version: "1"\nproject: shop\nservices:\n{entries}', encoding="utf-8")
        write_journal(home / "decisions.jsonl", DECISIONS)
        write_history(home / "docktor.duckdb", METRICS)
        [port] = free_ports(1)
        with daemon_on(home, config, "--listen", f"127.0.0.1:{port}"), running() as browser:
            url = f"http://127.0.0.1:{port}"
            yield Site(url, browser, _signed_in(browser, url, (home / "token").read_text(encoding="ascii").strip()))


def _signed_in(browser: Browser, url: str, token: str) -> StorageState:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/api/health")
    if page.evaluate(LOGIN, token) != 200:
        raise RuntimeError("the owner's token was refused")
    state = context.storage_state()
    context.close()
    return state
