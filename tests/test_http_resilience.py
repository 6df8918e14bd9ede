"""The server under load while it is told to stop, or its worker is killed; minutes, so all of it is slow."""

import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from data.gold import LabelledDocument
from model.bundle import BUNDLED, Bundle
from tests.serving import RealServer, real_server

pytestmark = pytest.mark.slow

STOPS, KILLS = 50, 20
READY_AGAIN = 5.0
"""Seconds in which a killed worker must be replaced."""


@dataclass
class Asker:
    """Clients that ask without pause, each request under a number of its own, and what became of it."""

    url: str
    texts: list[str]
    answers: dict[str, tuple[int, httpx.Response | None]] = field(default_factory=dict)
    """By request id: the number of the text, and the answer, nothing where none came."""
    over: threading.Event = field(default_factory=threading.Event)
    _turn: Iterator[int] = field(default_factory=count)

    def work(self) -> None:
        with httpx.Client(base_url=self.url, timeout=60) as client:
            while not self.over.is_set():
                number = next(self._turn)
                text = number % len(self.texts)
                try:
                    sent = {"headers": {"x-request-id": f"r-{number}"}, "json": {"text": self.texts[text]}}
                    answer = client.post("/v1/documents", **sent)  # type: ignore[arg-type]
                except httpx.TransportError:
                    self.answers[f"r-{number}"] = text, None
                    return  # The server is gone.
                self.answers[f"r-{number}"] = text, answer
                if answer.status_code != 200:
                    self.over.wait(0.05)

    @contextmanager
    def asking(self, clients: int) -> Iterator[None]:
        """So many clients while this lasts."""
        threads = [threading.Thread(target=self.work) for _ in range(clients)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join(90)
                assert not thread.is_alive(), "a client that waits for ever"


def statuses(log: list[str]) -> dict[str, int]:
    """By request id: the status that the server says it answered, for all that it began."""
    lines = [json.loads(line) for line in log if '"event": "request"' in line]
    return {line["request_id"]: line["status"] for line in lines if line["route"] == "/v1/documents"}


def stop_under_load(folder: Path, texts: list[str], seed: int) -> int:
    """Stops a server while six clients ask. How many were answered after the signal; asserts that none was lost."""
    with real_server(folder) as server:
        asker = Asker(server.url, texts)
        with asker.asking(6):
            time.sleep(random.Random(seed).uniform(0.1, 1.0))
            before = len(asker.answers)
            status = server.stop(within=35)
        assert status == 0
    told = statuses(server.log)
    for id, (_, answer) in asker.answers.items():
        if answer is None:
            assert id not in told, f"{id} was taken and got no answer"
        else:
            assert answer.status_code == told[id] and answer.status_code in (200, 503)
    assert set(told.values()) <= {200, 503} and set(told) <= set(asker.answers)
    after = list(asker.answers.values())[before:]
    return sum(answer is not None and answer.status_code == 200 for _, answer in after)


def kill_under_load(server: RealServer, expected: list[Any], texts: list[str], seed: int) -> float:
    """Kills the worker while four clients ask. Seconds until ready; asserts that every answer is right."""
    asker = Asker(server.url, texts)
    with asker.asking(4):
        time.sleep(random.Random(seed).uniform(0.1, 1.0))
        killed, start = server.worker(), time.monotonic()
        os.kill(killed, signal.SIGKILL)
        while httpx.get(f"{server.url}/readyz").status_code == 200 and time.monotonic() - start < 1:
            time.sleep(0.005)
        server.wait_ready()
        took = time.monotonic() - start
        assert server.worker() != killed
        time.sleep(0.5)
    for text, answer in asker.answers.values():
        assert answer is not None and answer.status_code in (200, 503)
        if answer.status_code == 200:
            assert_same(answer.json()["documents"][0], expected[text])
    return took


def assert_same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """The same clauses and labels; scores but for the last digit, which depends on the shape of a batch."""
    assert [(unit["start"], unit["end"], unit["labels"]) for unit in found["units"]] == [
        (unit["start"], unit["end"], unit["labels"]) for unit in expected["units"]
    ]
    for one, other in zip(found["units"], expected["units"], strict=True):
        assert one["scores"] == pytest.approx(other["scores"], abs=2e-4)


@pytest.fixture(scope="module")
def texts(policies: list[LabelledDocument]) -> list[str]:
    return [policy.document.text for policy in policies]


def test_no_accepted_request_is_lost_by_fifty_stops(tiny_bundle: Bundle, texts: list[str]) -> None:
    finished = [stop_under_load(tiny_bundle.folder, texts, seed) for seed in range(STOPS)]
    assert sum(finished) > STOPS, "too little load to tell anything"


def test_a_worker_killed_twenty_times_is_soon_replaced(texts: list[str]) -> None:
    with real_server(BUNDLED, "--set", "deadline=60") as server:
        ask = [httpx.post(f"{server.url}/v1/documents", json={"text": text}, timeout=60).json() for text in texts]
        expected = [answer["documents"][0] for answer in ask]
        took = [kill_under_load(server, expected, texts, seed) for seed in range(KILLS)]
        print(f"ready again after {max(took):.2f} s at most, {sum(took) / KILLS:.2f} s on average")
        assert max(took) < READY_AGAIN
