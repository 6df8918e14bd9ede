"""What is counted and timed, for Prometheus."""

import time
from collections.abc import Callable, Mapping, Sequence

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from model.prediction import ModelIdentity
from serve.http.queue import Job, Queue, Result

CONTENT_TYPE = CONTENT_TYPE_LATEST

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000)


class Metrics:
    """The server's counters, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = self._counter("requests", "Requests answered", "route", "code")
        self._request_seconds = self._histogram("request_seconds", "From request to answer", _SECONDS, "route")
        self._stage_seconds = self._histogram("stage_seconds", "Time in a stage", _SECONDS, "stage")
        self._batch_items = self._histogram("batch_items", "Documents or texts of a batch", (1, 2, 4, 8, 16, 32, 64))
        self._batch_characters = self._histogram("batch_characters", "Characters of a batch", _SIZES)
        self._item_characters = self._histogram("item_characters", "Characters of a document or text", _SIZES)
        self._clauses = self._counter("clauses", "Clauses labelled")
        self._tokens = self._counter("tokens", "Morphemes read")
        self._model = Gauge(
            "bangchim_model", "The model that answers", ("id", "sha256", "guideline"), registry=self._registry
        )

    def watch(self, queue: Queue, ready: Callable[[], bool]) -> None:
        """Reads these whenever somebody asks."""
        self._gauge("queue_items", "Documents or texts of accepted requests").set_function(lambda: queue.items)
        waiting = self._gauge("queue_characters", "Characters that wait or are being labelled")
        waiting.set_function(lambda: queue.characters)
        seconds = self._gauge("queue_seconds", "Seconds that they will take, at the pace of late")
        seconds.set_function(lambda: queue.pace.seconds_for(queue.characters))
        self._gauge("ready", "1 if the server takes requests").set_function(lambda: float(ready()))

    def request(self, route: str, code: int, seconds: float) -> None:
        """A request that was answered or refused."""
        self._requests.labels(route, code).inc()
        self._request_seconds.labels(route).observe(seconds)

    def stage(self, name: str, seconds: float) -> None:
        """Time that something spent in a stage: read, queue, split or predict."""
        self._stage_seconds.labels(name).observe(seconds)

    def batch(self, jobs: Sequence[Job]) -> None:
        """A batch that goes to the worker."""
        self._batch_items.observe(len(jobs))
        self._batch_characters.observe(sum(job.size for job in jobs))
        now = time.perf_counter()
        for job in jobs:
            self._item_characters.observe(job.size)
            self.stage("queue", now - job.arrived)

    def labelled(self, seconds: Mapping[str, float], results: Sequence[Result]) -> None:
        """A batch that came back."""
        for name, spent in seconds.items():
            self.stage(name, spent)
        self._clauses.inc(sum(result.clauses for result in results))
        self._tokens.inc(sum(result.tokens for result in results))

    def model(self, identity: ModelIdentity) -> None:
        """The model that answers from now on."""
        self._model.clear()
        self._model.labels(identity.id, identity.sha256, identity.guideline).set(1)

    def text(self) -> bytes:
        """All of it in Prometheus' format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, help: str, *labels: str) -> Counter:
        return Counter(f"bangchim_{name}", help, labels, registry=self._registry)

    def _gauge(self, name: str, help: str) -> Gauge:
        return Gauge(f"bangchim_{name}", help, registry=self._registry)

    def _histogram(self, name: str, help: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(f"bangchim_{name}", help, labels, buckets=buckets, registry=self._registry)
