"""A batch job with a stand-in for Kiwi and model, to be killed often: INPUT OUTPUT WORKERS [ray [ADDRESS]]."""

import hashlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from rich.console import Console  # noqa: E402

from data.labels import GUIDELINE_VERSION  # noqa: E402
from model.prediction import ModelIdentity  # noqa: E402
from serve.batch.job import BatchOptions, Job  # noqa: E402
from serve.batch.pool import Pool  # noqa: E402
from serve.batch.progress import Tally  # noqa: E402
from serve.batch.rows import CLAUSES, DOCUMENTS, Failure, failure_row  # noqa: E402
from serve.batch.shard import Shard  # noqa: E402
from serve.batch.shard_labeller import ShardError, ShardResult, Task, WorkerSettings  # noqa: E402
from serve.batch.shard_worker import attend  # noqa: E402
from serve.batch.table import TableFormat, to_bytes  # noqa: E402

IDENTITY = ModelIdentity("stand-in", "0" * 64, GUIDELINE_VERSION)
SECONDS = 0.002
"""For each document, so that there is something to break off."""

DEADLY = b"deadly"
"""A document that kills who reads it."""


class StandIn:
    """Writes each document's row as an error; reads nothing."""

    def label(self, task: Task, at: Callable[[int], None]) -> ShardResult:
        inputs = task.shard.inputs
        for number, item in enumerate(inputs):
            at(number)
            time.sleep(SECONDS)
            if item.raw == DEADLY and number not in task.fatal:
                os.kill(os.getpid(), signal.SIGKILL)
        rows = [failure_row(item, Failure("broken", str(len(item.raw))), IDENTITY) for item in inputs]
        tables = {CLAUSES: b"", DOCUMENTS: to_bytes(DOCUMENTS, rows, TableFormat.jsonl)}
        errors = tuple(ShardError(inputs[number].id, "crash", "it kills") for number in sorted(task.fatal))
        return ShardResult(replace(task.shard, inputs=()), tables, len(inputs), errors)


def work(settings: WorkerSettings, connection: Connection) -> None:
    attend(connection, StandIn)


def work_stillborn(settings: WorkerSettings, connection: Connection) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class StandInJob(Job):
    """A job that needs no bundle."""

    def __init__(self, options: BatchOptions) -> None:
        super().__init__(options, IDENTITY, Console(quiet=True))

    def run_with(self, workers: int) -> Tally:
        return self.run(lambda settings: Pool(workers, settings, work))


def hashes(output: Path) -> dict[str, str]:
    """Each file but the times in progress.json."""
    return {
        str(path.relative_to(output)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(output.rglob("*"))
        if path.is_file() and path.name != "progress.json"
    }


def check_final_names(output: Path, unbroken: dict[str, str]) -> None:
    """A table or record that stands under its final name is the whole one."""
    for name, found in hashes(output).items():
        if name.startswith(("clauses/part", "documents/part", "shards/part")):
            assert unbroken[name] == found, name


class InPlace:
    """An engine that labels here, without processes."""

    under_way = 0

    def __init__(self) -> None:
        self.before_shard: Callable[[], object] = lambda: None

    def run(self, shards: Iterator[Shard]) -> Iterator[ShardResult]:
        for shard in shards:
            self.before_shard()
            yield replace(StandIn().label(Task(shard), lambda index: None), shard=shard)

    def close(self) -> None:
        pass


def options(folder: Path, output: Path, **changes: object) -> BatchOptions:
    defaults = BatchOptions((str(folder),), output, Path("no model"), shard_size=4, resume=True)
    return replace(defaults, **changes)  # type: ignore[arg-type]


def run_on_ray(folder: Path, output: Path, workers: int, address: str | None) -> Tally:
    from batch_stand_in import work  # By the name under which an actor finds it.

    from serve.batch.ray_engine import RayEngine

    return StandInJob(options(folder, output)).run(lambda settings: RayEngine(workers, address, settings, work))


if __name__ == "__main__":
    folder, output, workers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    if sys.argv[4:5] == ["ray"]:
        run_on_ray(folder, output, workers, sys.argv[5] if sys.argv[5:] else None)
    else:
        StandInJob(options(folder, output)).run_with(workers)
