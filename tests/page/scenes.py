"""A shop with all there is to see: something held, something asked, something blind, a past, a model."""

from collections.abc import Callable, Mapping
from pathlib import Path

import httpx2
from playwright.sync_api import Page, expect

from docktor.core.world import ServiceId
from tests.models.runner import HostedModel
from tests.models.server import MODEL, ModelServer
from tests.page import past

PROJECT = "shop"
WATCHED = ("checkout", "search", "web", "worker")
HOURS = 3
CONFIG = """\
version: "1"
project: shop
services:
  - name: web
    min_replicas: 1
    max_replicas: 8
    check_interval: 5
    rules:
      scale_up_when: [{{metric: cpu.avg, op: ">", value: 75}}, {{metric: memory.avg, op: ">", value: 85}}]
      scale_down_when: [{{metric: cpu.avg, op: "<", value: 25}}]
  - name: checkout
    mode: {{up: review, down: auto}}
    min_replicas: 2
    max_replicas: 6
    check_interval: 5
    metrics_window: 5
    rules:
      scale_up_when: [{{metric: cpu.avg, op: ">", value: 10}}]
  - name: search
    max_replicas: 6
    target: {{metric: cpu.avg, value: 60}}
  - name: worker
    min_replicas: 1
    max_replicas: 12
    rules:
      scale_up_when: [{{metric: cpu.avg, op: ">", value: 75}}]
      scale_down_when: [{{metric: cpu.avg, op: "<", value: 25}}]
  - name: mailer
    min_replicas: 1
    max_replicas: 4
    target: {{metric: queue.lag, value: 100}}
    queue: {{kind: http-json, url: "http://127.0.0.1:9/queue", path: lag}}
llm: {{model: {model}, base_url: "{url}"}}
"""


def models() -> ModelServer:
    smaller = HostedModel(parameters="361.82 M", size="256.35 MiB", quantisation="IQ2_XXS/Q4_K_M")
    return ModelServer(models={MODEL: HostedModel(loaded=True), "ai/smollm2:latest": smaller})


def config(server: ModelServer) -> str:
    return CONFIG.format(model=MODEL, url=server.url)


def fill(home: Path) -> None:
    past.fill(home, [ServiceId(PROJECT, name) for name in WATCHED], HOURS, foreseen=[ServiceId(PROJECT, "search")])


def furnish(backend: httpx2.Client) -> None:
    """What a person did: one service is held, and there is a token for somebody else."""
    hold = {"minutes": 60, "reason": "the new version goes out"}
    assert backend.post(f"/api/projects/{PROJECT}/services/worker/hold", json=hold).is_success
    assert backend.post("/api/tokens", json={"name": "dashboard", "role": "viewer"}).is_success


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def fleet(page: Page) -> None:
    expect(page.get_by_role("button", name="Actions for web")).to_be_visible()
    expect(page.get_by_role("row", name="checkout").get_by_text("Waiting for you")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Blind", exact=True)).to_have_count(1)
    expect(page.get_by_role("row", name="mailer").get_by_text("Blind", exact=True)).to_be_visible()


def service(page: Page) -> None:
    page.get_by_role("link", name="web", exact=True).click()
    expect(page.get_by_role("heading", name="Decisions")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="→").nth(3)).to_be_visible()


def decision(page: Page) -> None:
    service(page)
    page.get_by_role("link", name="All of its history").click()
    page.get_by_role("row").filter(has=page.get_by_role("cell", name="Done", exact=True)).nth(2).click()
    expect(page.get_by_role("region", name="Why: decision")).to_be_visible()
    page.get_by_role("button", name="Similar past cases").click()
    expect(page.get_by_text("% alike").first).to_be_visible()
    expect(page.locator(".MuiCollapse-entered")).to_be_visible()


def rules(page: Page) -> None:
    page.get_by_role("button", name="Actions for web").click()
    page.get_by_role("menuitem", name="Rules").click()
    page.get_by_role("group", name="Add replicas").get_by_label("Threshold").first.fill("60")
    expect(page.get_by_text("worse: costs more")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)


def approvals(page: Page) -> None:
    tab(page, "Approvals")
    expect(page.get_by_role("article", name="checkout:")).to_be_visible(timeout=60_000)


def history(page: Page) -> None:
    tab(page, "History")
    expect(page.get_by_role("row").nth(5)).to_be_visible()


def model(page: Page) -> None:
    tab(page, "Model")
    expect(page.get_by_role("row", name=MODEL)).to_contain_text("In use")


def health(page: Page) -> None:
    tab(page, "Health")
    expect(page.get_by_role("cell", name="dashboard")).to_be_visible()


SCREENS: Mapping[str, Callable[[Page], None]] = {
    "fleet": fleet,
    "service": service,
    "decision": decision,
    "rules": rules,
    "approvals": approvals,
    "history": history,
    "model": model,
    "health": health,
}
