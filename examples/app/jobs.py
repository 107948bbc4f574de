"""A queue as a service of one's own might have it, in memory: `POST /put`, `/take` and `/done`.

`GET /stats` tells its numbers as JSON, `GET /metrics` as Prometheus reads them.
"""

import asyncio
import itertools
from collections import deque

from aiohttp import web

PORT = 8000
LOOK_S = 0.02


class Jobs:
    def __init__(self) -> None:
        self.waiting: deque[tuple[int, str]] = deque()
        self.in_work: dict[int, str] = {}
        self.finished = 0
        self._ids = itertools.count(1)

    async def put(self, request: web.Request) -> web.Response:
        self.waiting.extend((next(self._ids), str(body)) for body in await request.json())
        return web.Response()

    async def take(self, request: web.Request) -> web.Response:
        asked = await request.json()
        for _ in range(int(float(asked["seconds"]) / LOOK_S)):
            if self.waiting:
                break
            await asyncio.sleep(LOOK_S)
        taken = [self.waiting.popleft() for _ in range(min(len(self.waiting), int(asked["most"])))]
        self.in_work.update(taken)
        return web.json_response([{"id": id_, "body": body} for id_, body in taken])

    async def done(self, request: web.Request) -> web.Response:
        if self.in_work.pop(await request.json(), None) is not None:
            self.finished += 1
        return web.Response()

    async def stats(self, _: web.Request) -> web.Response:
        waiting, in_work = len(self.waiting), len(self.in_work)
        counts = {"waiting": waiting, "in_work": in_work, "unfinished": waiting + in_work, "finished": self.finished}
        return web.json_response({"jobs": counts})

    async def metrics(self, _: web.Request) -> web.Response:
        return web.Response(
            text=f"# TYPE jobs_waiting gauge\njobs_waiting {len(self.waiting)}\n"
            f"# TYPE jobs_in_work gauge\njobs_in_work {len(self.in_work)}\n"
            f"# TYPE jobs_finished_total counter\njobs_finished_total {self.finished}\n"
        )


def main() -> None:
    jobs, app = Jobs(), web.Application(client_max_size=8 << 20)
    app.add_routes([web.post("/put", jobs.put), web.post("/take", jobs.take), web.post("/done", jobs.done)])
    app.add_routes([web.get("/stats", jobs.stats), web.get("/metrics", jobs.metrics)])
    web.run_app(app, port=PORT, print=None, access_log=None, shutdown_timeout=1)


if __name__ == "__main__":
    main()
