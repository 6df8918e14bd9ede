"""What the tests of the server share: a worker that answers by rule, an application on it, a real server."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from data.labels import KEYS
from model.prediction import ModelIdentity
from serve.http.limits import ServeLimits
from serve.http.process import BatchError, WorkerLostError
from serve.http.queue import Job, Result
from serve.http.service import Service

ROOT = Path(__file__).parent.parent


def result_of(text: str) -> Result:
    """What RuleWorker says of a text."""
    scores = tuple(0.9 if column == len(text) % 10 else 0.1 for column in range(10))
    return Result(b'{"text_length":%d}' % len(text), scores, (KEYS[len(text) % 10],), 1, len(text))


@dataclass
class RuleWorker:
    """Answers at once, by the length of each text; 'poison' fails, 'deadly' kills, 'slow' takes a while."""

    identity: ModelIdentity = field(default_factory=lambda: ModelIdentity("rule", "0" * 64, "1"))
    seconds: Mapping[str, float] = field(default_factory=dict)
    batches: list[list[str]] = field(default_factory=list)
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    slowness: float = 0.2

    async def label(self, jobs: Sequence[Job]) -> list[Result]:
        texts = [job.document.text for job in jobs]
        self.batches.append(texts)
        if "slow" in texts:
            await asyncio.sleep(self.slowness)
        if "deadly" in texts:
            self.lost.set()
            await asyncio.sleep(60)
        if "poison" in texts:
            raise BatchError("ValueError")
        return [result_of(text) for text in texts]

    async def listen(self) -> None:
        await self.lost.wait()
        raise WorkerLostError("killed")

    async def end(self) -> None:
        pass


def rule_service(limits: ServeLimits | None = None, workers: list[RuleWorker] | None = None) -> Service:
    """A service on RuleWorkers; each that starts is put into the list."""

    async def start() -> RuleWorker:
        worker = RuleWorker()
        if workers is not None:
            workers.append(worker)
        return worker

    return Service(start, limits or ServeLimits())


class RealServer:
    """`bangchim serve` as a process of its own, on a free port."""

    def __init__(self, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        command = [sys.executable, "-c", "from serve.cli import app; app()", "serve", "--port", "0"]
        self._process = subprocess.Popen(
            [*command, "--model", str(folder), "--threads", "1", *arguments],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.log: list[str] = []
        self.url = ""
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_ready(self, within: float = 180) -> float:
        """Seconds until /readyz says so."""
        start = time.monotonic()
        assert self._listening.wait(within), "\n".join(self.log)
        while time.monotonic() - start < within:
            if httpx.get(f"{self.url}/readyz").status_code == 200:
                return time.monotonic() - start
            time.sleep(0.02)
        raise AssertionError("\n".join(self.log))

    def stop(self, within: float = 40) -> int:
        """Exit status after SIGTERM."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self.wait(within)

    def wait(self, within: float = 40) -> int:
        """Exit status."""
        status = self._process.wait(within)
        self._reader.join(5)
        return status

    def worker(self) -> int:
        """Number of the worker's process."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return int(children[0])

    def _read_log(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            self.log.append(line.rstrip())
            if '"listening"' in line:
                self.url = "http://" + line.partition('"address": "')[2].partition('"')[0]
                self._listening.set()
        self._listening.set()


@contextmanager
def real_server(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[RealServer]:
    """A server that is ready, and ended afterwards."""
    server = RealServer(folder, *arguments, environment=environment)
    try:
        server.wait_ready()
        yield server
    finally:
        server.stop()
