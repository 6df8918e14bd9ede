"""The spawned process of a batch: takes shards from a pipe and sends back what they gave."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Protocol

from model.bundle import BundleError
from serve.batch.fingerprint import Fingerprinter
from serve.batch.shard_labeller import ShardLabeller, ShardResult, Task, WorkerSettings


@dataclass(frozen=True, slots=True)
class Ready:
    """A worker's first word."""


@dataclass(frozen=True, slots=True)
class At:
    """A worker begins with this input of its shard."""

    index: int


@dataclass(frozen=True, slots=True)
class Broken:
    """A worker cannot work at all."""

    message: str


Word = Ready | At | Broken | ShardResult


class Labels(Protocol):
    """What a worker does with a task."""

    def label(self, task: Task, at: Callable[[int], None]) -> ShardResult:
        """The tables of a shard; `at` hears the number of the first input of each group."""
        ...


def work(settings: WorkerSettings, connection: Connection) -> None:
    """The process: loads the model and labels the shards that come, or takes fingerprints."""
    attend(connection, Fingerprinter if settings.work == "fingerprint" else lambda: ShardLabeller(settings))


def attend(connection: Connection, load: Callable[[], Labels]) -> None:
    """Does the tasks that come until the parent ends this process or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent hears it and ends us.
    parent = os.getppid()

    def at(index: int) -> None:
        if os.getppid() != parent:
            os._exit(1)
        connection.send(At(index))

    try:
        labeller = load()
        connection.send(Ready())
        while True:
            connection.send(labeller.label(connection.recv(), at))
    except (BundleError, RuntimeError) as error:
        connection.send(Broken(str(error)))
    except (EOFError, OSError):
        return  # The parent is gone.
