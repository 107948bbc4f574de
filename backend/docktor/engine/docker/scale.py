"""Carrying out a scale: copies side by side, graceful removal, nothing half-made left behind."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from docktor.core.parking import set_aside
from docktor.core.world import Parked, ServiceId
from docktor.engine.base import ScaleOutcome
from docktor.engine.docker import refuse
from docktor.engine.docker.batch import Batch
from docktor.engine.docker.client import EngineClient
from docktor.engine.docker.find import Finder, service_state
from docktor.engine.docker.marks import Marks
from docktor.engine.docker.park import Parking, parked_of
from docktor.engine.docker.plan import Plan, half_made, make_plan, removal_order
from docktor.engine.docker.remove import discard, remove_gracefully
from docktor.engine.docker.takedown import TakedownWatch
from docktor.engine.docker.wire import Inspect, id_of, name_of
from docktor.errors import EngineUnavailableError, ScaleRefusedError, ServiceNotFoundError, TemporaryError

_ROUNDS = 3  # a person ran Compose at the same moment: look again, plan again


class Scaler:
    """One operation per service at a time; a second one waits for the first."""

    def __init__(self, client: EngineClient, finder: Finder, marks: Marks) -> None:
        self._client = client
        self._finder = finder
        self._marks = marks
        self._parking = Parking(client, finder, marks)
        self._locks: defaultdict[ServiceId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._watches: set[TakedownWatch] = set()

    async def scale(self, service: ServiceId, asked: int, op_id: str, wake: Parked | None = None) -> ScaleOutcome:
        async with self._locks[service]:
            with self._marks.operation(op_id, service):
                if whose := await self._finder.whose(service):
                    raise ScaleRefusedError("off-limits", whose)
                inspects = await self._finder.service(service, fresh=True)
                inspects = await self._swept(service, inspects)
                parked = set_aside(service_state(service, inspects), wake).parked is not None
                refused = refuse.refusal(service, inspects, asked, parked=parked)
                if refused:
                    raise ScaleRefusedError(refused.code, refused.text)
                return await self._carry_out(service, inspects, asked, op_id, wake if parked else None)

    async def _carry_out(
        self, service: ServiceId, inspects: Sequence[Inspect], asked: int, op_id: str, parked: Parked | None
    ) -> ScaleOutcome:
        if parked:
            return await self._wake(service, inspects, asked, op_id, parked)
        if asked == 0:
            return await self._park(service, inspects, op_id)
        plan = make_plan(inspects, asked)
        if plan.remove:
            return await self._shrink(service, inspects, plan.remove, asked, op_id)
        watch = await self._watch(service, inspects)
        return await self._grow(watch, plan, len(inspects), asked, op_id)

    async def close(self) -> None:
        watches, self._watches = self._watches, set()
        await asyncio.gather(*(watch.stop() for watch in watches))

    async def _swept(self, service: ServiceId, inspects: Sequence[Inspect]) -> Sequence[Inspect]:
        """Without what an interrupted operation of ours left half-made."""
        left = [inspect for inspect in inspects if half_made(inspect)]
        await asyncio.gather(*(discard(self._client, id_of(inspect)) for inspect in left))
        kept = [inspect for inspect in inspects if not half_made(inspect)]
        if not kept:
            raise ServiceNotFoundError(f"no container of service {service} is left to copy from")
        return kept

    async def _park(self, service: ServiceId, inspects: Sequence[Inspect], op_id: str) -> ScaleOutcome:
        """All but one removed, then that one stopped; if that fails, it runs on.

        Cut short by the end of this process, replicas run on, or the last one lies stopped and nobody remembers
        why: as if a person had stopped it.
        """
        *others, last = removal_order(inspects)
        outcome = await self._shrink(service, inspects, others, 0, op_id)
        if outcome.error:
            return outcome
        if outcome.replicas > 1:
            return replace(outcome, error=f"others started replicas of {service} while it was scaled to zero")
        try:
            parked = await self._parking.park(service, id_of(last), op_id)
        except TemporaryError as error:
            return replace(outcome, error=str(error))
        return replace(outcome, replicas=0, parked=parked)

    async def _wake(
        self, service: ServiceId, inspects: Sequence[Inspect], asked: int, op_id: str, parked: Parked
    ) -> ScaleOutcome:
        """Started first: only what runs is copied. Watched from before the start: a takedown may meet it anywhere."""
        if asked == 0:
            return ScaleOutcome(0, 0, 0, parked=parked)
        watch = await self._watch(service, inspects, waking=True)
        error: str | None = "not started"
        try:
            found, error = await self._parking.wake(service, parked.container, op_id)
        except TemporaryError as lost:
            return ScaleOutcome(asked, 0, 0, error=str(lost), parked=parked)
        finally:
            if error:
                await watch.stop()
        if error:
            return ScaleOutcome(asked, 0, 0, error=error, parked=parked_of(found))
        return await self._grow(watch, make_plan([found], asked), 0, asked, op_id)

    async def _grow(self, watch: TakedownWatch, plan: Plan, before: int, asked: int, op_id: str) -> ScaleOutcome:
        service = watch.service
        batch = Batch(self._client, self._finder, self._marks, watch, op_id)
        try:
            taken: set[int] = set()
            for _ in range(_ROUNDS):
                await batch.run(plan)
                if not batch.conflicts or batch.error:
                    break
                taken |= batch.conflicts
                inspects = await self._finder.service(service, fresh=True)
                if len(inspects) >= asked:
                    break
                plan = make_plan(inspects, asked, taken)
            else:
                batch.error = "other containers hold the names of the new replicas"
        finally:
            watch.finish()
        return await self._grown(service, watch, batch, before, asked)

    async def _grown(
        self, service: ServiceId, watch: TakedownWatch, batch: Batch, before: int, asked: int
    ) -> ScaleOutcome:
        try:
            ids = await self._finder.ids(service)
        except TemporaryError as error:
            added = tuple(batch.names.values())
            return ScaleOutcome(asked, before, before + len(added), added, error=batch.error or str(error))
        if watch.gone or not ids or (ids <= batch.names.keys() and not await watch.by_hand()):
            await self._take_back(watch)
            raise ServiceNotFoundError(
                f"{service} was taken down while replicas were added; what had been added is removed again"
            )
        created = tuple(name for id_, name in batch.names.items() if id_ in ids)
        return ScaleOutcome(asked, before, len(ids), created, error=batch.error)

    async def _shrink(
        self, service: ServiceId, inspects: Sequence[Inspect], remove: Sequence[Inspect], asked: int, op_id: str
    ) -> ScaleOutcome:
        await self._stop_watching(service)
        results = await asyncio.gather(
            *(remove_gracefully(self._client, self._marks, inspect, op_id) for inspect in remove),
            return_exceptions=True,
        )
        removed, errors = [], []
        for inspect, result in zip(remove, results, strict=True):
            if result is None:
                removed.append(name_of(inspect))
            elif isinstance(result, TemporaryError):
                errors.append(f"{name_of(inspect)} could not be removed: {result}")
            else:
                raise result
        try:
            replicas = len(await self._finder.ids(service))
        except EngineUnavailableError:
            replicas = len(inspects) - len(removed)
        return ScaleOutcome(asked, len(inspects), replicas, removed=tuple(removed), error="; ".join(errors) or None)

    async def _watch(self, service: ServiceId, inspects: Sequence[Inspect], *, waking: bool = False) -> TakedownWatch:
        self._watches = {watch for watch in self._watches if not watch.over}
        watch = TakedownWatch(self._client, service, inspects, self._take_back, waking=waking)
        self._watches.add(watch)
        await watch.start()
        return watch

    async def _stop_watching(self, service: ServiceId) -> None:
        """Before replicas are removed by us: their going is no takedown."""
        ours = {watch for watch in self._watches if watch.service == service}
        self._watches -= ours
        await asyncio.gather(*(watch.stop() for watch in ours))

    async def _take_back(self, watch: TakedownWatch) -> None:
        """Remove what was added to a service that is gone, unless something not of ours lives there again."""
        added = set().union(*(other.created for other in self._watches if other.service == watch.service))
        left = await self._finder.ids(watch.service)
        if left and left <= added | watch.created:
            await asyncio.gather(*(discard(self._client, id_) for id_ in left))
