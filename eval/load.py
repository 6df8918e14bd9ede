"""Load on a running `bangchim serve`: clients that ask one document after the other, or documents at a given rate."""

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import Self
from urllib.parse import urlsplit

import numpy as np

from data.document import Document
from eval.http_source import TOKEN

WITHIN = 60.0
"""Seconds for one answer; the server's own deadline is shorter."""

PULSE = 0.1
"""Seconds between two looks at /livez."""

UNDER_WAY = 256
"""Requests that may be unanswered at a given rate; the server refuses before there are as many."""


@dataclass(frozen=True, slots=True)
class Body:
    """A request that is ready to be sent."""

    path: str
    type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """Status of an answer, 0 where none came; seconds it took; seconds to wait that the server asked for."""

    status: int
    seconds: float
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What one load gave: all answers, and the seconds that /livez took meanwhile (60 where it gave none)."""

    load: str
    seconds: float
    replies: tuple[Reply, ...]
    pulses: tuple[float, ...]
    late: int = 0
    """Documents that were sent over a second late, because this machine could not keep the rate."""

    @property
    def counts(self) -> dict[int, int]:
        """How often each status came."""
        return dict(sorted(Counter(reply.status for reply in self.replies).items()))

    @property
    def rate(self) -> float:
        """Documents answered a second."""
        return self.counts.get(200, 0) / self.seconds

    @property
    def unexplained(self) -> int:
        """Refusals by 429 that do not say when to come again."""
        return sum(reply.status == 429 and not reply.retry_after for reply in self.replies)

    def latency(self, percentile: float) -> float:
        """Seconds within which that share (0 to 100) of the answered documents was answered; NaN if none was."""
        return _percentile([reply.seconds for reply in self.replies if reply.status == 200], percentile)

    def pulse(self, percentile: float) -> float:
        """Seconds within which that share of the looks at /livez was answered."""
        return _percentile(self.pulses, percentile)

    def to_record(self) -> dict[str, object]:
        """The figures, for JSON."""
        latencies = {f"p{at}": self.latency(at) for at in (50, 95, 99)}
        return {
            "load": self.load,
            "seconds": self.seconds,
            "documents_per_second": self.rate,
            "seconds_accepted": latencies,
            "statuses": {str(status): number for status, number in self.counts.items()},
            "refused_without_retry_after": self.unexplained,
            "livez_p99": self.pulse(99),
            "late": self.late,
        }


class Client:
    """One connection that is kept alive. Not for several threads."""

    def __init__(self, address: str) -> None:
        """`address`: http://host:port. Raises ValueError for anything else."""
        parts = urlsplit(address)
        if parts.scheme != "http" or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f"{address}: expected http://host:port of a bangchim serve")
        self._connection = HTTPConnection(parts.hostname, parts.port or 80, timeout=WITHIN)
        token = os.environ.get(TOKEN, "").strip()
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, body: Body) -> Reply:
        """The answer to a POST."""
        return self._timed("POST", body.path, body.content, {"Content-Type": body.type})

    def get(self, path: str) -> Reply:
        """The answer to a GET."""
        return self._timed("GET", path, None, {})

    def _timed(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> Reply:
        start = time.perf_counter()
        try:
            self._connection.request(method, path, content, self._headers | headers)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            self._connection.close()
            return Reply(0, time.perf_counter() - start)
        wait = answer.headers.get("retry-after")
        return Reply(answer.status, time.perf_counter() - start, float(wait) if wait else None)


def of_documents(documents: Sequence[Document]) -> list[Body]:
    """A request for the clauses of each document."""
    return [_as_json("/v1/documents", {"text": document.text}) for document in documents]


def of_all_kinds(documents: Sequence[Document]) -> list[Body]:
    """For each document three requests of different size and way through the server: text, a file, its beginning."""
    bodies: list[Body] = []
    for document, as_text in zip(documents, of_documents(documents), strict=True):
        bodies += [as_text, _as_file(document), _as_json("/predict", {"inputs": document.text[:300]})]
    return bodies


def closed_loop(address: str, bodies: Sequence[Body], clients: int, seconds: float) -> Run:
    """So many clients, each of which asks again when it has its answer, or when a refusal told it to."""
    turn, end = count(), time.perf_counter() + seconds

    def work() -> list[Reply]:
        replies = list[Reply]()
        with Client(address) as client:
            while time.perf_counter() < end:
                replies.append(client.ask(bodies[next(turn) % len(bodies)]))
                if replies[-1].status != 200:
                    time.sleep(max(0.0, min(replies[-1].retry_after or 0.1, end - time.perf_counter())))
        return replies

    spent, pulses, replies = _watched(address, lambda: _together(work, clients))
    return Run(f"{clients} clients", spent, tuple(replies), pulses)


def at_rate(address: str, bodies: Sequence[Body], rate: float, seconds: float) -> Run:
    """So many documents a second, whatever becomes of those before; refused ones are not sent again."""
    turn, start, late = count(), time.perf_counter(), []

    def work() -> list[Reply]:
        replies = list[Reply]()
        with Client(address) as client:
            while (number := next(turn)) < rate * seconds:
                wait = start + number / rate - time.perf_counter()
                late.append(wait < -1)
                time.sleep(max(0.0, wait))
                replies.append(client.ask(bodies[number % len(bodies)]))
        return replies

    spent, pulses, replies = _watched(address, lambda: _together(work, UNDER_WAY))
    return Run(f"{rate:.1f} documents/s sent", spent, tuple(replies), pulses, sum(late))


def require_ready(address: str) -> None:
    """Raises ValueError unless the server takes requests."""
    with Client(address) as client:
        status = client.get("/readyz").status
    if status != 200:
        answered = f"/readyz says {status}" if status else "no answer"
        raise ValueError(f"{address}: {answered}; start it by bangchim serve and wait until it is ready")


def _watched(address: str, work: Callable[[], list[Reply]]) -> tuple[float, tuple[float, ...], list[Reply]]:
    start = time.perf_counter()
    with _pulse(address) as pulses:
        replies = work()
    return time.perf_counter() - start, tuple(pulses), replies


@contextmanager
def _pulse(address: str) -> Iterator[list[float]]:
    """Looks at /livez all the while."""
    over, pulses = threading.Event(), list[float]()

    def look() -> None:
        with Client(address) as client:
            while not over.wait(PULSE):
                reply = client.get("/livez")
                pulses.append(reply.seconds if reply.status == 200 else WITHIN)

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield pulses
    finally:
        over.set()
        watching.join()


def _together(work: Callable[[], list[Reply]], threads: int) -> list[Reply]:
    with ThreadPoolExecutor(threads) as pool:
        done = [pool.submit(work) for _ in range(threads)]
        return [reply for one in done for reply in one.result()]


def _as_json(path: str, content: dict[str, str]) -> Body:
    return Body(path, "application/json", json.dumps(content).encode())


def _as_file(document: Document) -> Body:
    edge = "bangchim-load"
    head = f'--{edge}\r\ncontent-disposition: form-data; name="file"; filename="policy.txt"\r\n\r\n'
    content = f"{head}{document.text}\r\n--{edge}--\r\n".encode()
    return Body("/v1/documents", f"multipart/form-data; boundary={edge}", content)


def _percentile(seconds: Sequence[float], percentile: float) -> float:
    return float(np.percentile(seconds, percentile)) if seconds else float("nan")
