"""Making replicas side by side: copies of one source, and replicas that had ended started again."""

import asyncio
from contextlib import suppress

from docktor.engine.docker.client import SLOW, EngineApiError, EngineClient
from docktor.engine.docker.clone import CreateRequest, create_request
from docktor.engine.docker.find import Finder
from docktor.engine.docker.inline import inline_files, put_files
from docktor.engine.docker.marks import Marks
from docktor.engine.docker.plan import Plan
from docktor.engine.docker.remove import discard
from docktor.engine.docker.takedown import TakedownWatch
from docktor.engine.docker.wire import Inspect, id_of, name_of
from docktor.errors import TemporaryError

_SIDE_BY_SIDE = 8
_GONE, _CONFLICT = 404, 409


class Batch:
    """The creations of one operation. After `run`: `names` (id -> name) has what was made and runs,
    `conflicts` the numbers whose names were taken, `error` the first hard failure, which ended the making."""

    def __init__(self, client: EngineClient, finder: Finder, marks: Marks, watch: TakedownWatch, op_id: str) -> None:
        self._client = client
        self._finder = finder
        self._marks = marks
        self._watch = watch
        self._op_id = op_id
        self._gate = asyncio.Semaphore(_SIDE_BY_SIDE)
        self._started: set[str] = set()
        self.names: dict[str, str] = {}
        self.conflicts: set[int] = set()
        self.error: str | None = None

    async def run(self, plan: Plan) -> None:
        self.conflicts.clear()
        again = [inspect for inspect in plan.start if id_of(inspect) not in self._started]
        await asyncio.gather(*map(self._start_again, again))
        if not plan.create or self.error:
            return
        image, files = await asyncio.gather(self._image(plan.source), inline_files(self._client, plan.source))
        version = self._client.api_version
        requests = [
            create_request(plan.source, number=number, op_id=self._op_id, api_version=version, image=image)
            for number in plan.create
        ]
        await asyncio.gather(*(self._make(request, files, id_of(plan.source)) for request in requests))
        self.names = {id_: self.names[id_] for id_ in sorted(self.names, key=self._order)}

    def _order(self, id_: str) -> tuple[int, str]:
        name = self.names[id_]
        return len(name), name

    async def _image(self, source: Inspect) -> str:
        """The tag while it still names the image the replicas run, else that image's id."""
        tag, id_ = str(source["Config"]["Image"]), str(source["Image"])
        try:
            found = await self._client.get(f"images/{tag}/json")
        except EngineApiError:
            return id_
        return tag if found.get("Id") == id_ else id_

    async def _start_again(self, inspect: Inspect) -> None:
        async with self._gate:
            if self._stopped():
                return
            self._marks.starting(id_of(inspect), self._op_id)
            self._started.add(id_of(inspect))
            try:
                await self._client.post(f"containers/{id_of(inspect)}/start", deadline=SLOW)
            except TemporaryError as error:
                self._fail(f"{name_of(inspect)} would not start again: {error}")

    async def _make(self, request: CreateRequest, files: bytes | None, source: str) -> None:
        async with self._gate:
            if self._stopped() or not await self._may_add(source):
                return
            container = await self._create(request)
            if container is None:
                return
            self._watch.created.add(container)
            try:
                await self._finish(container, request, files)
            except TemporaryError as error:
                self._fail(f"{request.name} would not start: {error}")
                with suppress(TemporaryError):  # clean_up removes it once the engine is back
                    await discard(self._client, container)
                return
            self.names[container] = request.name

    async def _may_add(self, source: str) -> bool:
        """Looked at once more right before creating: a service taken down must stay down."""
        try:
            found = await self._finder.inspect(source)
        except TemporaryError as error:
            self._fail(str(error))
            return False
        if found is None or not found["State"].get("Running") or self._watch.leaving:
            self._fail(f"{self._watch.service} was stopped meanwhile")
            return False
        return True

    async def _create(self, request: CreateRequest) -> str | None:
        params = {"name": request.name} | ({"platform": request.platform} if request.platform else {})
        try:
            answer = await self._client.post("containers/create", request.body, params, deadline=SLOW)
        except EngineApiError as error:
            if error.status == _CONFLICT and "already in use" in str(error):
                self.conflicts.add(request.number)
            else:
                self._fail(f"{request.name} could not be created: {error}")
            return None
        except TemporaryError as error:
            self._fail(f"{request.name} could not be created: {error}")
            return None
        return str(answer["Id"])

    async def _finish(self, container: str, request: CreateRequest, files: bytes | None) -> None:
        for connection in request.connect:
            body = {"Container": container, "EndpointConfig": connection.endpoint}
            await self._client.post(f"networks/{connection.network}/connect", body, deadline=SLOW)
        if files is not None:
            await put_files(self._client, container, files)
        self._marks.starting(container, self._op_id)
        await self._client.post(f"containers/{container}/start", deadline=SLOW)

    def _stopped(self) -> bool:
        return self.error is not None

    def _fail(self, error: str) -> None:
        self.error = self.error or error
