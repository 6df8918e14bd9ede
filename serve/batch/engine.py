"""What labels shards for a job: the protocol that the processes of this machine and a Ray cluster both keep."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Protocol

from serve.batch.shard import Shard
from serve.batch.shard_labeller import ShardResult, WorkerSettings


class EngineName(StrEnum):
    """Where the workers of a batch are."""

    local = "local"
    ray = "ray"


class EngineError(RuntimeError):
    """The workers cannot work: says why and what to do."""


class Engine(Protocol):
    """Labels shards, wherever its workers are."""

    @property
    def under_way(self) -> int:
        """Documents of unfinished shards that were labelled already; 0 where nobody tells."""
        ...

    def run(self, shards: Iterator[Shard]) -> Iterator[ShardResult | None]:
        """The results in any order; None now and then, to show progress. Raises EngineError."""
        ...

    def close(self) -> None:
        """Ends the workers."""
        ...


MakeEngine = Callable[[WorkerSettings], Engine]
