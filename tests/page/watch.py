"""What goes wrong in a page without anybody seeing it: errors, failed requests, requests to somewhere else."""

from collections.abc import Container

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

NOT_LOADED = "Failed to load resource"  # an answer that is no success, or none: those are looked at themselves
# By the page, which no longer wants it; and by Chromium when containers come and go on this machine.
NOT_ITS_FAULT = ("net::ERR_ABORTED", "net::ERR_NETWORK_CHANGED")
BAD = 400


class Watch:
    """Follows a page from its beginning. `refused`: statuses that are expected; `away`: so is no answer at all."""

    def __init__(self, page: Page, origin: str) -> None:
        self.refused: Container[int] = {401}
        self.away = False
        self.asked = 0
        self._origin = origin
        self._found: list[str] = []
        self._bad: list[Response] = []
        page.on("console", self._on_console)
        page.on("pageerror", self._on_error)
        page.on("request", self._on_request)
        page.on("requestfailed", self._on_failure)
        page.on("response", self._on_response)

    def check(self) -> None:
        found = [*self._found, *map(told, self._bad)]
        if found:
            pytest.fail("in the page:\n" + "\n".join(found), pytrace=False)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and NOT_LOADED not in message.text:
            self._found.append(f"console: {message.text} ({message.location})")

    def _on_error(self, error: Error) -> None:
        self._found.append(f"error: {error.message}\n{error.stack}")

    def _on_request(self, request: Request) -> None:
        self.asked += 1
        if not request.url.startswith((f"{self._origin}/", "data:", f"blob:{self._origin}/")):
            self._found.append(f"asked another origin: {request.url}")

    def _on_failure(self, request: Request) -> None:
        if not self.away and request.failure not in NOT_ITS_FAULT:
            self._found.append(f"no answer: {request.method} {request.url}: {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= BAD and response.status not in self.refused:
            self._bad.append(response)


def told(response: Response) -> str:
    return f"{response.status}: {response.request.method} {response.url}: {response.text()}"
