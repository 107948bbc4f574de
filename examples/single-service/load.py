#!/usr/bin/env python3
"""Sends requests at a constant rate to a service on this machine, and says every few seconds how it fares.

The rate does not wait for answers, as people don't: a service too slow for it is seen to fall behind. Ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

OURS = ("127.0.0.1", "localhost", "::1")
MOST_PER_SECOND, MOST_SECONDS = 500, 3600
WAITING_LIMIT = 200
ANSWER_SECONDS = 15
REPORT_SECONDS = 5


class Load:
    """`steps`: (requests per second, seconds) one after another, until `seconds` are over."""

    def __init__(self, url: str, steps: list[tuple[float, float]], seconds: float, leash: bool) -> None:
        parts = urlsplit(url)
        self.host, self.port, self.path = parts.hostname or "", parts.port or 80, parts.path or "/"
        self.steps, self.seconds = steps, seconds
        self.parent = os.getppid() if leash else None
        self.waiting: set[asyncio.Task[None]] = set()
        self.failures: Counter[str] = Counter()
        self.took: list[float] = []
        self.names: set[str] = set()
        self.rate = 0.0

    async def run(self) -> None:
        end = time.monotonic() + self.seconds
        reporter = asyncio.create_task(self.report())
        try:
            while time.monotonic() < end and self.parent in (None, os.getppid()):
                for rate, lasts in self.steps:
                    self.rate = rate
                    await self.step(min(lasts, end - time.monotonic()))
        finally:
            reporter.cancel()
            for task in self.waiting:
                task.cancel()
            await asyncio.gather(reporter, *self.waiting, return_exceptions=True)
        self.say()

    async def step(self, seconds: float) -> None:
        start, sent = time.monotonic(), 0
        while (now := time.monotonic()) - start < seconds and self.parent in (None, os.getppid()):
            for _ in range(int((now - start) * self.rate) - sent):
                self.send()
                sent += 1
            await asyncio.sleep(min(0.02, max(0.0, seconds - (now - start))))

    def send(self) -> None:
        if len(self.waiting) >= WAITING_LIMIT:
            self.failures["too many unanswered"] += 1
            return
        task = asyncio.create_task(self.ask())
        self.waiting.add(task)
        task.add_done_callback(self.waiting.discard)

    async def ask(self) -> None:
        start = time.monotonic()
        try:
            body = await asyncio.wait_for(self.get(), ANSWER_SECONDS)
        except (OSError, ValueError, asyncio.TimeoutError) as error:  # noqa: UP041 - two classes before Python 3.11
            self.failures[str(error) or f"no answer in {ANSWER_SECONDS} s"] += 1
            return
        self.took.append(time.monotonic() - start)
        self.names.add(body.split(" ")[0])

    async def get(self) -> str:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(f"GET {self.path} HTTP/1.0\r\nHost: {self.host}\r\n\r\n".encode())
            answer = (await reader.read(65536)).decode(errors="replace")
            while more := await reader.read(65536):
                answer += more.decode(errors="replace")
        finally:
            writer.close()
        head, _, body = answer.partition("\r\n\r\n")
        if head.split(" ")[1:2] != ["200"]:
            raise ValueError(head.partition("\r\n")[0] or "closed without an answer")
        return body

    async def report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            self.say()

    def say(self) -> None:
        took = sorted(self.took)
        middle = f"{took[len(took) // 2] * 1000:.0f} ms" if took else "-"
        failed = "".join(f", {count} failed ({why})" for why, count in self.failures.most_common(2))
        answered = f"{len(took)} answered by {len(self.names)} replicas, median {middle}"
        sys.stdout.write(f"load: {self.rate:.0f}/s, {answered}{failed}\n")
        sys.stdout.flush()
        self.failures.clear()
        self.took.clear()
        self.names.clear()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8080/")
    parser.add_argument("--rate", default="45", help="requests per second; 10,20,30 are steps (default %(default)s)")
    parser.add_argument("--step", type=float, default=30, help="seconds of each step (default %(default)s)")
    parser.add_argument("--off", type=float, default=0, help="seconds of rest after the last step, then anew")
    parser.add_argument("--seconds", type=float, default=90, help="when to end (default %(default)s)")
    parser.add_argument("--leash", action="store_true", help="end when the process that started this is gone")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    rates = [float(rate) for rate in given.rate.split(",")]
    if urlsplit(given.url).hostname not in OURS or urlsplit(given.url).scheme != "http":
        sys.exit("load: only http://127.0.0.1 is loaded from here")
    if not all(0 < rate <= MOST_PER_SECOND for rate in rates) or not 0 < given.seconds <= MOST_SECONDS:
        sys.exit(f"load: at most {MOST_PER_SECOND} requests per second, for at most {MOST_SECONDS} seconds")
    steps = [(rate, max(given.step, 1.0)) for rate in rates]
    if given.off > 0:
        steps.append((0.0, given.off))
    try:
        asyncio.run(Load(given.url, steps, given.seconds, given.leash).run())
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
