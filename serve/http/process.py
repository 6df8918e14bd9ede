"""The worker's process as the server sees it: start it, send it batches, end it."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from model.prediction import ModelIdentity
from serve.http.frame import LENGTHS, Message
from serve.http.queue import Job, Result

_ROOT = Path(__file__).resolve().parents[2]


class WorkerLostError(Exception):
    """The worker ended, or was ended, before it answered."""


class WorkerBrokenError(Exception):
    """The worker could not load its model; trying again would not help."""


class BatchError(Exception):
    """The worker met an error in a batch and lives on."""


@dataclass(frozen=True, slots=True)
class WorkerCommand:
    """What a worker is told when it starts."""

    folder: str
    device: str = "auto"
    threads: int | None = None


class WorkerProcess:
    """A running worker."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._answers: dict[int, asyncio.Future[Message]] = {}
        self._sent = 0
        self.identity: ModelIdentity
        self.seconds: Mapping[str, float] = {}
        """Seconds of the last batch, by stage."""

    @classmethod
    async def start(cls, command: WorkerCommand) -> "WorkerProcess":
        """A worker that is warm. Raises WorkerBrokenError or WorkerLostError."""
        told = json.dumps({"folder": command.folder, "device": command.device, "threads": command.threads})
        path = os.pathsep.join([str(_ROOT), *filter(None, sys.path)])
        arguments = (sys.executable, "-P", "-m", "serve.http.worker", told)
        try:
            environment = {**os.environ, "PYTHONPATH": path}
            process = await asyncio.create_subprocess_exec(*arguments, stdin=PIPE, stdout=PIPE, env=environment)
        except OSError as error:
            raise WorkerLostError(f"the worker could not be started: {error.strerror}") from error
        worker = cls(process)
        try:
            worker.identity = _identity(await worker._read())
        except BaseException:
            await worker.end()
            raise
        return worker

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    async def label(self, jobs: Sequence[Job]) -> list[Result]:
        """The results of a batch. Raises BatchError or WorkerLostError; needs `listen` to be running."""
        self._sent += 1
        number = self._sent
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            await self._write(Message({"batch": number, "items": [_item(job) for job in jobs]}))
            return self._results(await answer)
        finally:
            del self._answers[number]

    async def listen(self) -> None:
        """Hands each answer to the batch that waits for it. Raises WorkerLostError when the worker ends."""
        while True:
            message = await self._read()
            answer = self._answers.get(message.header["batch"])
            if answer and not answer.done():
                answer.set_result(message)

    async def end(self) -> None:
        """Ends the process at once; it keeps nothing that could be lost."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    def _results(self, message: Message) -> list[Result]:
        if "failed" in message.header:
            raise BatchError(message.header["failed"])
        self.seconds = message.header["seconds"]
        results, start = [], 0
        for found in message.header["results"]:
            raw = message.payload[start : start + found["size"]]
            start += found["size"]
            results.append(
                Result(raw, tuple(found["scores"]), tuple(found["labels"]), found["clauses"], found["tokens"])
            )
        return results

    async def _read(self) -> Message:
        assert self._process.stdout
        try:
            header, payload = LENGTHS.unpack(await self._process.stdout.readexactly(LENGTHS.size))
            raw = await self._process.stdout.readexactly(header)
            return Message(json.loads(raw), await self._process.stdout.readexactly(payload))
        except asyncio.IncompleteReadError as error:
            raise WorkerLostError(f"the worker ended, exit status {await self._process.wait()}") from error

    async def _write(self, message: Message) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(message.encode())
            await self._process.stdin.drain()
        except OSError as error:
            raise WorkerLostError("the worker does not listen any more") from error


def _item(job: Job) -> dict[str, Any]:
    return asdict(job.document) | {"record": job.record}


def _identity(message: Message) -> ModelIdentity:
    if "broken" in message.header:
        raise WorkerBrokenError(message.header["broken"])
    return ModelIdentity(message.header["id"], message.header["sha256"], message.header["guideline"])
