"""Models being fetched: in the background, looked at whenever somebody likes."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace

from docktor.advisor.endpoint import Endpoint
from docktor.advisor.runner import Runner
from docktor.errors import DocktorError, PermanentError
from docktor.runtime.views import PullView

KEPT = 20
AT_ONCE = 2


class Pulls:
    """One fetch of each model at a time; the latest ones stay to be looked at."""

    def __init__(self, on_end: Callable[[], None]) -> None:
        self._on_end = on_end
        self._views: dict[str, PullView] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def views(self) -> tuple[PullView, ...]:
        return tuple(self._views.values())

    @property
    def going_on(self) -> Collection[str]:
        return self._tasks.keys()

    def start(self, endpoint: Endpoint, model: str) -> PullView:
        """The fetch of that model, begun now or before. Raises PermanentError when there are too many already."""
        if model in self._tasks:
            return self._views[model]
        if len(self._tasks) >= AT_ONCE:
            raise PermanentError(f"{' and '.join(self._tasks)} are being fetched; wait for one of them")
        self._views.pop(model, None)
        for old in [name for name in self._views if name not in self._tasks][: max(len(self._views) - KEPT + 1, 0)]:
            del self._views[old]
        self._views[model] = PullView(model, "pulling", 0, 0, "")
        self._tasks[model] = asyncio.create_task(self._pull(endpoint, model), name=f"pull {model}")
        return self._views[model]

    async def _pull(self, endpoint: Endpoint, model: str) -> None:
        runner = Runner(endpoint)
        try:
            async for step in runner.pull(model):
                now = self._views[model]
                self._views[model] = replace(now, done=step.done, total=step.total, message=step.message)
            self._views[model] = replace(self._views[model], state="done")
        except DocktorError as error:
            self._views[model] = replace(self._views[model], state="failed", error=str(error))
        except asyncio.CancelledError:
            self._views[model] = replace(self._views[model], state="failed", error="the daemon ended")
            raise
        finally:
            del self._tasks[model]
            await runner.close()
        self._on_end()

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
