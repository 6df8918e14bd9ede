"""A server under load for long: memory and open files of its processes, read from /proc (Linux)."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Sample:
    """A server and all its children at one moment: bytes of memory, open file descriptors, processes."""

    memory: int
    files: int
    processes: int


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time, up to `end` seconds after the start. The floor is what is held whatever comes and goes."""

    end: float
    floor: Sample
    peak: Sample


def sample(pid: int) -> Sample:
    """The processes of that number and below, now. Raises ValueError where there is none."""
    found = [_one(process) for process in _tree(pid)]
    alive = [pair for pair in found if pair]
    if not alive or found[0] is None:
        raise ValueError(f"no process {pid}; name the number of the bangchim serve that runs on this machine")
    return Sample(sum(memory for memory, _ in alive), sum(files for _, files in alive), len(alive))


def watch(pid: int, every: float, over: threading.Event, tell: Callable[[Period], None]) -> list[Period]:
    """A period every so many seconds until it is over, told as it ends; one look a second at least."""
    start, periods = time.monotonic(), list[Period]()
    while not over.is_set():
        seen = [sample(pid)]
        end = start + every * (len(periods) + 1)
        while (left := end - time.monotonic()) > 0 and not over.wait(min(left, 1.0)):
            seen.append(sample(pid))
        periods.append(Period(time.monotonic() - start, _each(min, seen), _each(max, seen)))
        tell(periods[-1])
    return periods


def growth(periods: list[Period], warm_up: float) -> tuple[float, int]:
    """By which share memory grew and how many more files are open, from the first period after the warm-up to the last.

    Of both the floor counts. Raises ValueError where fewer than two periods are left.
    """
    after = [period for period in periods if period.end > warm_up]
    if len(after) < 2:
        raise ValueError(f"{len(after)} periods after {warm_up:g} s of warm-up; run for longer")
    first, last = after[0].floor, after[-1].floor
    return last.memory / first.memory - 1, last.files - first.files


def _each(choose: Callable[[Iterator[int]], int], seen: list[Sample]) -> Sample:
    return Sample(
        choose(one.memory for one in seen), choose(one.files for one in seen), choose(one.processes for one in seen)
    )


def _tree(pid: int) -> list[int]:
    found, new = [pid], [pid]
    while new:
        new = [child for parent in new for child in _children(parent)]
        found += new
    return found


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        tasks = list((PROC / str(pid) / "task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return []


def _one(pid: int) -> tuple[int, int] | None:
    """Resident bytes and open files; nothing where the process has ended meanwhile."""
    with suppress(OSError):
        resident = int((PROC / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return resident, len(list((PROC / str(pid) / "fd").iterdir()))
    return None
