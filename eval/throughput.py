"""How fast `bangchim batch` is here: its rate, memory and use of the cores; Kiwi alone and the peer beside it."""

import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from data.clause import ClauseSplitter
from data.document import Document
from eval.speed import measure_peer, timed

EVERY = 0.25
"""Seconds between two looks at the memory."""

PEER_SAMPLE = 10
"""Documents that the peer is timed on; its time for the rest is reckoned by characters."""

_splitter: ClauseSplitter


@dataclass(frozen=True, slots=True)
class Throughput:
    """One run of the command, start-up and end included: seconds of the clock, of all its processes, peak bytes.

    `memory` is the sum of the peaks of the processes that lived at one time, so no less than what they held together.
    `floor` is the seconds of Kiwi alone, `peer` those of Kiwi and then the peer; None where it was not asked for.
    """

    documents: int
    characters: int
    cores: int
    seconds: float
    processor: float
    memory: int
    floor: float
    peer: float | None

    @property
    def busy(self) -> float:
        """The share of the cores that was used, of 1."""
        return self.processor / (self.seconds * self.cores)


def measure_batch(documents: Sequence[Document], options: Sequence[str], peer: bool = False) -> Throughput:
    """Runs `bangchim batch` with these options over the documents as text files, then the floor, then the peer.

    Raises RuntimeError where the command fails, and where there is no /proc to read the memory from.
    """
    cores = len(os.sched_getaffinity(0)) if Path("/proc/self/task").exists() else 0
    if not cores:
        raise RuntimeError("the memory of a job is read from /proc, which only Linux has; leave out --policies")
    with TemporaryDirectory(prefix="bangchim-") as scratch:
        folder = Path(scratch, "in")
        folder.mkdir()
        for document in documents:
            (folder / f"{document.id}.txt").write_text(document.text, encoding="utf-8", newline="\n")
        seconds, processor, memory = _run([str(folder), "-o", f"{scratch}/out", *options])
    floor = timed(lambda: _split_all(documents, cores))[0]
    return Throughput(
        documents=len(documents),
        characters=_size(documents),
        cores=cores,
        seconds=seconds,
        processor=processor,
        memory=memory,
        floor=floor,
        peer=floor + _peer(documents, cores) if peer else None,
    )


def _run(arguments: Sequence[str]) -> tuple[float, float, int]:
    """Seconds, processor seconds and the peak of memory of the command. It stands beside the interpreter."""
    command = [str(Path(sys.executable).with_name("bangchim")), "batch", *arguments]
    used, start, peak = _processor_seconds(), time.perf_counter(), 0
    with TemporaryFile("w+") as told, subprocess.Popen(command, stderr=told) as job:
        while job.poll() is None:
            peak = max(peak, sum(_peak_of(process) for process in _tree(job.pid)))
            time.sleep(EVERY)
        seconds = time.perf_counter() - start
        told.seek(0)
        said = told.read().strip()
    if job.returncode:
        raise RuntimeError(f"bangchim batch ended with status {job.returncode}: {said}")
    return seconds, _processor_seconds() - used, peak


def _processor_seconds() -> float:
    """Of all processes that this one started and that have ended, and of those that they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tree(process: int) -> list[int]:
    """The process and all below it; none where it has gone."""
    try:
        lists = [path.read_text(encoding="ascii") for path in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:
        return []
    return [process, *(one for listed in lists for child in listed.split() for one in _tree(int(child)))]


def _peak_of(process: int) -> int:
    """The most bytes that the process has held; 0 where it has gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def _split_all(documents: Sequence[Document], cores: int) -> int:
    """Kiwi alone in a process a core: the clauses found."""
    with multiprocessing.get_context("spawn").Pool(cores, _load_splitter) as pool:
        return sum(pool.imap_unordered(_count_clauses, documents, chunksize=4))


def _load_splitter() -> None:
    global _splitter
    _splitter = ClauseSplitter(threads=1)


def _count_clauses(document: Document) -> int:
    return len(_splitter.split(document))


def _peer(documents: Sequence[Document], cores: int) -> float:
    sample = documents[:PEER_SAMPLE]
    return measure_peer(ClauseSplitter(), sample, cores) * _size(documents) / _size(sample)


def _size(documents: Sequence[Document]) -> int:
    return sum(len(document.text) for document in documents)
