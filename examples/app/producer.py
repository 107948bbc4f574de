"""Bursts: BURST messages at RATE a second, then nothing for REST_SECONDS, and so on. `python -m app.producer nats`."""

import asyncio
import time

from app.brokers import Queue
from app.loop import pause, run, say, setting

STEP_S = 0.1


async def produce(queue: Queue, stop: asyncio.Event) -> None:
    burst, rate = int(setting("BURST", 600)), setting("RATE", 100)
    while not stop.is_set():
        begun, sent = time.monotonic(), 0
        while sent < burst and not stop.is_set():
            due = min(burst, int((time.monotonic() - begun + STEP_S) * rate))
            await queue.put([f"{begun:.3f}-{number}" for number in range(sent, due)])
            sent = due
            await pause(stop, STEP_S)
        say(f"burst of {sent} messages in {time.monotonic() - begun:.1f} s")
        await pause(stop, setting("REST_SECONDS", 40))


if __name__ == "__main__":
    run(produce)
