"""Keeps one worker alive and fed, and knows whether the server is ready."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal, Protocol

from model.prediction import ModelIdentity
from serve.http.frame import TOGETHER
from serve.http.limits import ServeLimits
from serve.http.metrics import Metrics
from serve.http.process import BatchError, WorkerBrokenError, WorkerLostError
from serve.http.queue import Job, Queue, Result

FAILURES = 3
"""So many failed batches in a row, and the worker is replaced."""

LONGEST_PAUSE = 30.0
"""Seconds between two starts of a worker that never gets ready; the first pause is half a second."""

State = Literal["starting", "ready", "restarting", "draining", "broken"]

log = logging.getLogger("bangchim")


class LivingWorker(Protocol):
    """What is supervised; WorkerProcess but for tests."""

    identity: ModelIdentity

    @property
    def seconds(self) -> Mapping[str, float]:
        """Seconds of the last batch, by stage."""
        ...

    async def label(self, jobs: Sequence[Job]) -> list[Result]:
        """The results of a batch."""
        ...

    async def listen(self) -> None:
        """Runs as long as the worker lives."""
        ...

    async def end(self) -> None:
        """Ends the worker."""
        ...


class Supervisor:
    """Starts the worker, hands it batches, replaces it when it dies, hangs or keeps failing."""

    def __init__(
        self, start: Callable[[], Awaitable[LivingWorker]], queue: Queue, limits: ServeLimits, metrics: Metrics
    ) -> None:
        self._start, self._queue, self._limits, self._metrics = start, queue, limits, metrics
        self._failed_in_a_row = 0
        self._gate = asyncio.Lock()
        self.state: State = "starting"
        self.identity: ModelIdentity | None = None
        self.broken = ""
        """Why the model could not be loaded."""

    def drain(self) -> None:
        """Not ready any more; what was accepted is still finished."""
        self.state = "draining"

    async def run(self) -> None:
        """Runs until it is cancelled, or until the model proves to be broken."""
        pause = 0.5
        while self.state != "broken":
            try:
                await self._one_life()
            except WorkerBrokenError as error:
                self._break(error)
            except WorkerLostError as error:
                log.error("worker lost", extra={"reason": str(error)})
            pause = 0.5 if self.state == "ready" else min(2 * pause, LONGEST_PAUSE)
            waiting = 0.0 if self.state == "ready" else pause
            self._move("restarting")
            await asyncio.sleep(waiting)

    async def _one_life(self) -> None:
        started = time.perf_counter()
        worker = await self._start()
        self.identity = worker.identity
        self._metrics.model(worker.identity)
        self._failed_in_a_row = 0
        self._move("ready")
        log.info(
            "worker ready", extra={"seconds": round(time.perf_counter() - started, 3), "model": worker.identity.id}
        )
        try:
            await _first_to_end(worker.listen(), *(self._lane(worker) for _ in range(TOGETHER)))
        finally:
            await worker.end()

    async def _lane(self, worker: LivingWorker) -> None:
        while True:
            async with self._gate:
                batch = await self._queue.next_batch()
                if batch[0].tries:
                    # It may have killed a worker: nothing else is begun beside it.
                    await self._try(worker, batch)
                    continue
            await self._try(worker, batch)

    async def _try(self, worker: LivingWorker, batch: Sequence[Job]) -> None:
        try:
            await self._label(worker, batch)
        except BatchError as error:
            self._queue.give_back(batch)
            self._count_failure(error)
        except BaseException:
            self._queue.give_back(batch)
            raise

    async def _label(self, worker: LivingWorker, batch: Sequence[Job]) -> None:
        self._metrics.batch(batch)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._limits.batch_within):
                results = await worker.label(batch)
        except TimeoutError:
            raise WorkerLostError(f"no answer within {self._limits.batch_within:g} s; the worker hangs") from None
        self._failed_in_a_row = 0
        self._queue.pace.labelled(sum(job.size for job in batch), started)
        self._metrics.labelled(worker.seconds, results)
        for job, result in zip(batch, results, strict=True):
            if not job.future.done():
                job.future.set_result(result)

    def _count_failure(self, error: BatchError) -> None:
        self._failed_in_a_row += 1
        log.error("batch failed", extra={"reason": str(error)})
        if self._failed_in_a_row >= FAILURES:
            raise WorkerLostError(f"{FAILURES} batches in a row failed") from error

    def _move(self, state: State) -> None:
        if self.state not in ("draining", "broken"):
            self.state = state

    def _break(self, error: WorkerBrokenError) -> None:
        self.state, self.broken = "broken", str(error)


async def _first_to_end(*work: Awaitable[None]) -> None:
    """Runs all of them until one ends, and raises its error; the others are cancelled and waited for."""
    tasks = [asyncio.ensure_future(item) for item in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
