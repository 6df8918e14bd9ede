"""The worker: a process that holds the model and labels the server's batches. Knows no HTTP.

Two batches are in work at a time: while one is with Kiwi, the other is with the encoder.
"""

import json
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

from data.clause import Clause, ClauseSplitter
from data.document import Document, Place
from data.labels import KEYS, in_order
from model.classifier import load_classifier
from model.prediction import Classifier, ModelIdentity, Prediction
from serve.http.frame import LENGTHS, TOGETHER, Message
from serve.label import LabelledPolicy, Labeller
from serve.render import to_record

_WARM_UP = Document("warm-up", "1. 개인정보의 처리 목적\n회사는 회원 관리를 위하여 개인정보를 처리합니다.\n")


class OneAtATime:
    """A classifier that many threads may call, with the seconds that it took."""

    def __init__(self, classifier: Classifier, clock: "Clock") -> None:
        self._classifier, self._clock, self._lock = classifier, clock, threading.Lock()

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._classifier.identity

    def predict(self, documents: Sequence[Sequence[Clause]]) -> list[list[Prediction]]:
        """One prediction a clause. Raises ValueError for scores that are no numbers."""
        with self._lock, self._clock.measure("predict"):
            found = self._classifier.predict(documents)
        if any(math.isnan(score) for of_document in found for item in of_document for score in item.scores):
            raise ValueError("the network gave scores that are no numbers")
        return found


class SplitterInTurn(ClauseSplitter):
    """A splitter that many threads may call, with the seconds that it took."""

    def __init__(self, threads: int | None, clock: "Clock") -> None:
        super().__init__(threads)
        self._clock, self._lock = clock, threading.Lock()

    def split_all(self, documents: Sequence[Document]) -> list[list[Clause]]:
        """The clauses of each document."""
        with self._lock, self._clock.measure("split"):
            return super().split_all(documents)


class Clock(threading.local):
    """Seconds of this thread's last batch, by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def measure(self, stage: str) -> "_Stage":
        """A with-block whose time is kept under the stage."""
        return _Stage(self, stage)


class _Stage:
    def __init__(self, clock: Clock, stage: str) -> None:
        self._clock, self._stage = clock, stage

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._clock.seconds[self._stage] = time.perf_counter() - self._start


class Worker:
    """Batches in, labelled records out."""

    def __init__(self, folder: Path, device: str, threads: int | None) -> None:
        """Loads the model and labels one small document, so that the first request finds all warm."""
        self._clock = Clock()
        classifier = OneAtATime(load_classifier(folder, device, threads), self._clock)
        self._labeller = Labeller(SplitterInTurn(threads, self._clock), classifier)
        self.identity = self._labeller.label([_WARM_UP])[0].model

    def answer(self, request: Message) -> Message:
        """The results of a batch, or the name of the error that it met; never its message, which may quote a text."""
        batch = request.header["batch"]
        try:
            items = request.header["items"]
            policies = self._labeller.label([document_of(item) for item in items])
            records = [record(policy) if item["record"] else b"" for item, policy in zip(items, policies, strict=True)]
        except Exception as error:
            return Message({"batch": batch, "failed": type(error).__name__})
        results = [summary(policy, len(raw)) for policy, raw in zip(policies, records, strict=True)]
        return Message({"batch": batch, "results": results, "seconds": self._clock.seconds}, b"".join(records))


def document_of(item: Mapping[str, Any]) -> Document:
    """The document of a message's item."""
    places = tuple(Place(**place) for place in item["places"])
    return Document(item["id"], item["text"], tuple(item["unread"]), places)


def record(policy: LabelledPolicy) -> bytes:
    """The answer for a document as JSON: its record, what of it was not read, and its topics."""
    found = to_record(policy) | {"unread": list(policy.document.unread), "topics": topics(policy)}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def topics(policy: LabelledPolicy) -> list[dict[str, Any]]:
    """For each label how many clauses have it, and the highest score of all clauses."""
    highest = highest_scores(policy)
    counts = (sum(key in item.prediction.labels for item in policy.clauses) for key in KEYS)
    return [
        {"label": key, "clauses": count, "score": round(score, 4)}
        for key, count, score in zip(KEYS, counts, highest, strict=True)
    ]


def highest_scores(policy: LabelledPolicy) -> list[float]:
    """For each label the highest score of all clauses, 0 where there is no clause."""
    scores = [item.prediction.scores for item in policy.clauses] or [(0.0,) * len(KEYS)]
    return [max(column) for column in zip(*scores, strict=True)]


def summary(policy: LabelledPolicy, size: int) -> dict[str, Any]:
    """What the server itself needs to know of a labelled text, and the size of its record."""
    return {
        "size": size,
        "scores": highest_scores(policy),
        "labels": in_order({label for item in policy.clauses for label in item.prediction.labels}),
        "clauses": len(policy.clauses),
        "tokens": sum(len(item.clause.morphemes) for item in policy.clauses),
    }


def main() -> int:
    """Loads the model named by the arguments and answers batches until standard input ends."""
    # The server decides when this process ends: a signal to the whole group must not.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # What a library prints must not get among the messages.
    try:
        arguments = json.loads(sys.argv[1])
        worker = Worker(Path(arguments["folder"]), arguments["device"], arguments["threads"])
    except Exception as error:
        _send(out, Message({"broken": f"{error}"}))
        return 2
    identity = worker.identity
    _send(out, Message({"id": identity.id, "sha256": identity.sha256, "guideline": identity.guideline}))
    _serve(worker, out)
    return 0


def _serve(worker: Worker, out: IO[bytes]) -> None:
    lock = threading.Lock()

    def answer(request: Message) -> None:
        response = worker.answer(request)
        with lock:
            _send(out, response)

    with ThreadPoolExecutor(TOGETHER) as pool:
        for request in _requests(sys.stdin.buffer):
            pool.submit(answer, request)


def _requests(stream: IO[bytes]) -> Iterator[Message]:
    while head := stream.read(LENGTHS.size):
        header, payload = LENGTHS.unpack(head)
        yield Message(json.loads(stream.read(header)), stream.read(payload))


def _send(out: IO[bytes], message: Message) -> None:
    out.write(message.encode())
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
