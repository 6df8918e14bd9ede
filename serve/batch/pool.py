"""Keeps worker processes busy with shards; does the shard of a worker that died again."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from serve.batch.engine import EngineError
from serve.batch.shard import Shard
from serve.batch.shard_labeller import CAREFUL_FROM, ShardResult, Task, WorkerSettings
from serve.batch.shard_worker import At, Broken, Ready, Word, work

MOST_STILLBORN = 3
"""Workers that may die one after the other while they load, before the job gives up."""

Work = Callable[[WorkerSettings, Connection], None]


class Pool:
    """At most `workers` processes, spawned when there is work; each has one shard at a time."""

    def __init__(self, workers: int, settings: WorkerSettings, work: Work = work) -> None:
        self._most, self._settings, self._work = workers, settings, work
        self._members: list[_Member] = []
        self._waiting: deque[Task] = deque()
        self._stillborn = 0

    @property
    def under_way(self) -> int:
        """Documents of unfinished shards that were labelled already."""
        return sum(member.at for member in self._members if member.task)

    def run(self, shards: Iterator[Shard]) -> Iterator[ShardResult | None]:
        """The results of the shards as they come, None whenever one has moved on. Raises EngineError."""
        while self._hand_out(shards):
            members = {member.connection: member for member in self._members}
            for connection in wait(list(members)):
                yield self._hear(members[connection])  # type: ignore[index]

    def close(self) -> None:
        """Ends the workers, whatever they do."""
        for member in self._members:
            member.end()
        self._members.clear()

    def _hand_out(self, shards: Iterator[Shard]) -> bool:
        """Gives work to all who are free, reads ahead for the next; whether anybody is at work."""
        self._give()
        while len(self._waiting) < self._most and (shard := next(shards, None)):
            self._waiting.append(Task(shard))
            self._give()
        return bool(self._waiting) or any(member.task for member in self._members)

    def _give(self) -> None:
        for member in self._members:
            if self._waiting and member.ready and member.task is None:
                member.give(self._waiting.popleft())
        starting = sum(not member.ready for member in self._members)
        while len(self._members) < self._most and starting < len(self._waiting):
            self._members.append(_Member(self._settings, self._work))
            starting += 1

    def _hear(self, member: "_Member") -> ShardResult | None:
        match member.hear():
            case None:
                self._bury(member)
            case Ready():
                member.ready, self._stillborn = True, 0
            case At(index):
                member.at = index
            case Broken(message):
                raise EngineError(message)
            case ShardResult() as result:
                task, member.task = member.task, None
                self._give()  # Before the result is written, so that the worker does not wait for the disk.
                return replace(result, shard=task.shard) if task else None
        return None

    def _bury(self, member: "_Member") -> None:
        member.end()
        self._members.remove(member)
        if member.task is not None:
            self._waiting.appendleft(_again(member.task, member.at))
        elif not member.ready:
            self._stillborn += 1
        if self._stillborn >= MOST_STILLBORN:
            raise EngineError(
                f"{MOST_STILLBORN} workers died while they loaded the model (the last with exit status "
                f"{member.status}); each needs about 0.8 GB: give memory or fewer --workers"
            )


class _Member:
    """A worker process as its parent sees it."""

    def __init__(self, settings: WorkerSettings, work: Work) -> None:
        spawn = multiprocessing.get_context("spawn")  # Kiwi has threads; a forked copy of it would hang.
        self.connection, far = spawn.Pipe()
        self._process: BaseProcess = spawn.Process(target=work, args=(settings, far), daemon=True)
        self._process.start()
        far.close()  # Ours; so the pipe ends when the process ends.
        self.ready, self.at = False, 0
        self.task: Task | None = None

    @property
    def status(self) -> int | None:
        """Exit status of the process, negative for a signal."""
        return self._process.exitcode

    def give(self, task: Task) -> None:
        """Sends a task; a worker that is gone is noticed when it is heard."""
        self.task, self.at = task, 0
        with suppress(OSError):
            self.connection.send(task)

    def hear(self) -> Word | None:
        """The next word, None if the process is gone."""
        try:
            word: Word = self.connection.recv()
        except (EOFError, OSError):
            return None
        return word

    def end(self) -> None:
        """Ends the process at once: it writes nothing that could be left half-done."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def _again(task: Task, at: int) -> Task:
    """The task of a worker that died at that input: from the fourth death on it is taken to be the input's doing."""
    if at in task.fatal:
        last = task.shard.inputs[at].id
        raise EngineError(
            f"workers die over the shard that ends with {last}; see what kills them (memory?), then --resume"
        )
    fatal = task.fatal if task.deaths < CAREFUL_FROM else task.fatal | {at}
    return replace(task, deaths=task.deaths + 1, fatal=fatal)
