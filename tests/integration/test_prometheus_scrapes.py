"""A real Prometheus scrapes a real daemon over TCP, with the settings that docs/metrics.md tells people to use."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docktor.compose.document import parse
from tests.brokers.fixtures import there
from tests.brokers.process import get
from tests.brokers.prometheus import Prometheus
from tests.serving import serving
from tests.unit.test_metrics_page import expressions

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"
EXAMPLE = re.compile(r"```yaml\n(scrape_configs:\n.*?)```", re.DOTALL)
PATIENCE_S = 60.0


def documented(address: str, token_file: Path) -> Mapping[str, object]:
    """The entry of the page, with this daemon's address and token file."""
    found = EXAMPLE.search(PAGE.read_text(encoding="utf-8"))
    assert found
    text = found[1].replace("127.0.0.1:8099", address).replace("/home/me/.local/state/docktor/token", str(token_file))
    document = parse(text, lambda value: (value, False)).value
    assert isinstance(document, dict)
    scrapes = document["scrape_configs"]
    assert isinstance(scrapes, list)
    entry = scrapes[0]
    assert isinstance(entry, dict)
    assert address in str(entry) and str(token_file) in str(entry)
    return {str(key): value for key, value in entry.items()}


def ask(server: Prometheus, query: str) -> list[dict[str, Any]]:
    answer = get(f"{server.url}/api/v1/query?query={query}")
    found: list[dict[str, Any]] = answer.json()["data"]["result"] if answer is not None else []
    return found


def understood(server: Prometheus, expression: str) -> None:
    """As Grafana would ask it, with everything chosen."""
    asked = re.sub(r"\$(project|service)", ".*", expression).replace("$__rate_interval", "1m")
    answer = get(f"{server.url}/api/v1/query?query={quote(asked)}")
    assert answer is not None and answer.is_success, (asked, answer and answer.text)


async def until(server: Prometheus, query: str) -> list[dict[str, Any]]:
    for _ in range(int(PATIENCE_S / 0.2)):
        if found := await asyncio.to_thread(ask, server, query):
            return found
        await asyncio.sleep(0.2)
    targets = get(f"{server.url}/api/v1/targets")
    raise AssertionError(f"never seen: {query}; {targets and targets.text}")


async def test_prometheus_has_the_numbers(tmp_path: Path) -> None:
    there(Prometheus)
    async with serving(tmp_path, tcp=("127.0.0.1", 0)) as served:
        await served.http.post("/api/projects/demo/services/web/scale", json={"replicas": 4})
        assert served.server.address is not None
        entry = documented(served.server.address.removeprefix("http://"), served.sock.with_name("token"))
        server = Prometheus(entry)
        try:
            await asyncio.to_thread(server.start)
            (up,) = await until(server, 'up{job="docktor"}==1')
            assert up["metric"]["job"] == "docktor"
            (scaled,) = await until(server, 'docktor_decisions_total{source="person",phase="done"}')
            assert (scaled["metric"]["service"], scaled["value"][1]) == ("web", "1")
            metadata = get(f"{server.url}/api/v1/metadata?metric=docktor_scale_duration_seconds")
            assert metadata is not None
            (told,) = metadata.json()["data"]["docktor_scale_duration_seconds"]
            assert told["type"] == "summary"
            for expression in expressions():
                if expression and not expression.startswith("label_values"):
                    await asyncio.to_thread(understood, server, expression)
        finally:
            await asyncio.to_thread(server.close)
