"""Work that was accepted and waits: permits, jobs, and batches under a budget of characters."""

import asyncio
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from data.document import Document
from serve.http.failure import ServeError
from serve.http.limits import ServeLimits
from serve.http.pace import Pace

TRIES = 2
"""A job that was in this many batches that failed fails itself."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the worker found in one text: its record as JSON if asked for, and the highest score of each label."""

    record: bytes
    scores: tuple[float, ...]
    labels: tuple[str, ...]
    clauses: int
    tokens: int


@dataclass(eq=False, slots=True)
class Job:
    """One document on its way. `record`: whether its clauses are wanted, or only what they say together."""

    document: Document
    record: bool
    future: asyncio.Future[Result]
    arrived: float = field(default_factory=time.perf_counter)
    tries: int = 0

    @property
    def size(self) -> int:
        """Characters."""
        return len(self.document.text)


class Queue:
    """Jobs in order of arrival. All methods are for the event loop."""

    def __init__(self, limits: ServeLimits) -> None:
        self._limits = limits
        self._waiting: deque[Job] = deque()
        self._arrived = asyncio.Event()
        self.items = 0
        """Items of all accepted requests."""
        self.characters = 0
        """Characters that wait or are being labelled."""
        self.pace = Pace()
        """How fast they are labelled."""

    @contextmanager
    def permits(self, items: int) -> Iterator[None]:
        """Holds one permit an item. Raises ServeError where there are not enough left."""
        if items > self._limits.items:
            raise ServeError(
                "TooLarge", f"{items} items in one request; at most {self._limits.items}: send them in parts"
            )
        if self.items + items > self._limits.items_together:
            raise ServeError("Overloaded", f"{self.items} items are in work and {items} more are too many; try again")
        self.items += items
        try:
            yield
        finally:
            self.items -= items

    async def label(self, documents: Sequence[Document], record: bool) -> list[Result | ServeError]:
        """The result of each document, or its failure. Cancelling this takes back what still waits."""
        size = sum(len(document.text) for document in documents)
        if self.characters and self.pace.seconds_for(self.characters + size) > self._limits.wait_within:
            raise ServeError("Overloaded", f"{self.characters} characters wait and {size} more are too many; try again")
        if not documents:
            return []
        loop = asyncio.get_running_loop()
        jobs = [Job(document, record, loop.create_future()) for document in documents]
        self.characters += size
        self._push(jobs)
        try:
            await asyncio.wait([job.future for job in jobs])
            return [_outcome(job.future) for job in jobs]
        finally:
            self.characters -= size
            for job in jobs:
                job.future.cancel()

    async def next_batch(self) -> list[Job]:
        """The jobs that waited longest, as many as the budget holds, after a moment for others to come."""
        while True:
            await self._arrived.wait()
            if sum(job.size for job in self._waiting) < self._limits.batch_characters:
                await asyncio.sleep(self._limits.batch_wait)
            if batch := self._pop():
                return batch

    def give_back(self, jobs: Sequence[Job]) -> None:
        """Puts the jobs of a failed batch in front again, each to be tried alone; fails those tried too often."""
        again = []
        for job in jobs:
            job.tries += 1
            if job.tries < TRIES:
                again.append(job)
            elif not job.future.done():
                job.future.set_exception(ServeError("Backend", "the model failed on this text, twice; report it"))
        self._waiting.extendleft(reversed(again))
        self._push([])

    def _push(self, jobs: Sequence[Job]) -> None:
        self._waiting.extend(jobs)
        if self._waiting:
            self._arrived.set()

    def _pop(self) -> list[Job]:
        batch: list[Job] = []
        room = self._limits.batch_characters
        while self._waiting:
            job = self._waiting[0]
            if not job.future.done():
                if batch and (job.size > room or job.tries or batch[0].tries):
                    return batch
                batch.append(job)
                room -= job.size
            self._waiting.popleft()
        self._arrived.clear()
        return batch


def _outcome(future: asyncio.Future[Result]) -> Result | ServeError:
    try:
        return future.result()
    except ServeError as failure:
        return failure
