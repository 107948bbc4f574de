"""Works messages one after another, each for WORK_MS. `python -m app.worker nats`.

On SIGTERM it asks for nothing more, finishes what it has taken, acknowledges that, and ends with exit code 0.
The work is waiting, as for a database or another service: workers add up even where cores are few.
"""

import asyncio

from app.brokers import Queue
from app.loop import run, say, setting

TAKE_S = 1.0
"""How long it waits for a message, and hence how late it may notice SIGTERM while there are none."""


async def work(queue: Queue, stop: asyncio.Event) -> None:
    seconds, batch = setting("WORK_MS", 100) / 1000, int(setting("BATCH", 1))
    worked = 0
    say(f"at work: {seconds * 1000:g} ms for each message, {batch} taken at a time")
    try:
        while not stop.is_set():
            for message in await queue.take(batch, TAKE_S):
                await asyncio.sleep(seconds)
                await queue.done(message)
                worked += 1
    finally:
        say(f"worked {worked} messages")


if __name__ == "__main__":
    run(work)
