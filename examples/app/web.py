"""A page of the stream's numbers, and of who worked how much. PAGE_MS of CPU time for each request."""

import socket
import time
from collections.abc import AsyncIterator

import nats
from aiohttp import web
from nats.js import JetStreamContext

from app.brokers import nats as jobs
from app.loop import setting

PORT = 8000
JETSTREAM: web.AppKey[JetStreamContext] = web.AppKey("jetstream")


async def connection(app: web.Application) -> AsyncIterator[None]:
    client = await nats.connect(jobs.URL, max_reconnect_attempts=-1)
    app[JETSTREAM] = client.jetstream()
    yield
    await client.close()


async def page(request: web.Request) -> web.Response:
    burn(setting("PAGE_MS", 10) / 1000)
    jetstream = request.app[JETSTREAM]
    await jobs.make(jetstream)
    consumer = await jetstream.consumer_info(jobs.STREAM, jobs.CONSUMER)
    done = await jetstream.stream_info(jobs.DONE, f"{jobs.DONE_SUBJECT}.>")
    by_worker = sorted((done.state.subjects or {}).items())
    lines = [f"waiting {consumer.num_pending}", f"in work {consumer.num_ack_pending}", f"done {done.state.messages}"]
    lines += [f"  {name.partition('.')[2]} {count}" for name, count in by_worker]
    lines += [f"page by {socket.gethostname()}", ""]
    return web.Response(text="\n".join(lines))


def burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def main() -> None:
    app = web.Application()
    app.cleanup_ctx.append(connection)
    app.add_routes([web.get("/", page)])
    web.run_app(app, port=PORT, print=None, access_log=None, shutdown_timeout=1)


if __name__ == "__main__":
    main()
