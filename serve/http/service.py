"""What every route needs: read documents, label them, under the limits. Knows no HTTP."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace

from data.document import DEFAULT_LIMITS, Document, DocumentError, read_document
from model.prediction import ModelIdentity
from serve.http.failure import ServeError, failure_of
from serve.http.limits import ServeLimits
from serve.http.metrics import Metrics
from serve.http.queue import Queue, Result
from serve.http.supervisor import LivingWorker, Supervisor


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it was sent: its name, and its text in a field or the bytes of its file."""

    id: str
    raw: bytes | str = field(repr=False)


class Service:
    """A queue, a supervised worker, and readers of files."""

    def __init__(self, start: Callable[[], Awaitable[LivingWorker]], limits: ServeLimits) -> None:
        self.limits, self.metrics = limits, Metrics()
        self.queue = Queue(limits)
        self.supervisor = Supervisor(start, self.queue, limits, self.metrics)
        self.metrics.watch(self.queue, lambda: self.ready)
        self._readers = ThreadPoolExecutor(limits.readers, thread_name_prefix="reader")
        self._reading = replace(DEFAULT_LIMITS, size=limits.upload, characters=limits.characters)

    @property
    def ready(self) -> bool:
        """Whether requests are taken."""
        return self.supervisor.state == "ready"

    @property
    def identity(self) -> ModelIdentity:
        """Which model answers. Raises ServeError while that is not known."""
        if self.supervisor.identity is None:
            raise ServeError("Unhealthy", "the model is being loaded; try again in a few seconds")
        return self.supervisor.identity

    def require_ready(self) -> None:
        """Raises ServeError unless requests are taken."""
        if not self.ready:
            raise ServeError("Unhealthy", f"the server is {self.supervisor.state}; try again in a few seconds")

    def require_model(self, name: str | None) -> None:
        """Raises ServeError for a model that is not ours."""
        if name not in (None, "", self.identity.id):
            raise ServeError(
                "NotFound", f"no model '{name[:64]}' here; leave the name out or send '{self.identity.id}'"
            )

    async def run(self) -> None:
        """Keeps the worker alive until it is cancelled."""
        try:
            await self.supervisor.run()
        finally:
            self._readers.shutdown(wait=False, cancel_futures=True)

    async def label_texts(self, texts: Sequence[str]) -> list[Result]:
        """The result of each text, all or nothing. Raises ServeError."""
        self.require_ready()
        for number, text in enumerate(texts):
            self._check(number, text)
        with self.queue.permits(len(texts)):
            found = await self.queue.label([Document("", text) for text in texts], record=False)
        return [_successful(item) for item in found]

    async def label_sources(self, sources: Sequence[Source]) -> list[Result | ServeError]:
        """The result of each source, or why it has none. Raises ServeError where the request as a whole is refused."""
        self.require_ready()
        with self.queue.permits(len(sources)):
            read = await asyncio.gather(*(self._read(source) for source in sources))
            documents = [item for item in read if isinstance(item, Document)]
            results = iter(await self.queue.label(documents, record=True))
        return [next(results) if isinstance(item, Document) else item for item in read]

    def _check(self, number: int, text: str) -> None:
        if not text.strip():
            raise ServeError("Empty", f"text {number} is empty; send some text in each")
        if len(text) > self.limits.characters:
            most = self.limits.characters
            raise ServeError("TooLarge", f"text {number} has {len(text)} characters; at most {most}, or send truncate")

    async def _read(self, source: Source) -> Document | ServeError:
        start = time.perf_counter()
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._readers, read_document, source.raw, source.id, self._reading)
        except DocumentError as error:
            return failure_of(error)
        finally:
            self.metrics.stage("read", time.perf_counter() - start)


def _successful(found: Result | ServeError) -> Result:
    if isinstance(found, ServeError):
        raise found
    return found


async def stop(task: asyncio.Task[None]) -> None:
    """Cancels the task and waits for its end."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
