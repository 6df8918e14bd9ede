"""How far a batch is: a bar with rate, remaining time and errors for people, progress.json for machines."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from serve.batch.whole_file import write_json

EVERY = 1.0
"""Seconds between two versions of progress.json."""


@dataclass(slots=True)
class Tally:
    """What a job has done so far. `kept`: documents whose results were there already."""

    documents: int = 0
    kept: int = 0
    clauses: int = 0
    errors: int = 0
    shards: int = 0


class ProgressReport:
    """Shows a tally while the job goes on. Entered, it draws the bar where a person looks on."""

    def __init__(self, path: Path, total: int | None, console: Console) -> None:
        self._path, self._total = path, total
        self._began, self._written = time.monotonic(), float("-inf")
        self._bar = Progress(
            TextColumn("분류 classifying"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]} · {task.fields[errors]} errors ·"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total, rate="…", errors=0)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def show(self, tally: Tally, under_way: int = 0) -> None:
        """Moves the bar; writes progress.json if the last is old. `under_way`: documents of unfinished shards."""
        done = tally.documents + under_way
        rate = self._rate(tally, under_way)
        self._bar.update(self._task, completed=done, rate=f"{rate:.1f}/s", errors=tally.errors)
        if time.monotonic() - self._written >= EVERY:
            self.write("running", tally, under_way)

    def write(self, state: str, tally: Tally, under_way: int = 0) -> None:
        """Writes progress.json."""
        self._written = time.monotonic()
        write_json(self._path, self._record(state, tally, under_way))

    def _record(self, state: str, tally: Tally, under_way: int) -> Mapping[str, Any]:
        rate = self._rate(tally, under_way)
        left = None if self._total is None else self._total - tally.documents - under_way
        return {
            "state": state,
            "documents": tally.documents + under_way,
            "total": self._total,
            "kept": tally.kept,
            "clauses": tally.clauses,
            "errors": tally.errors,
            "documents_per_second": round(rate, 3),
            "seconds_left": round(left / rate) if left is not None and rate else None,
            "seconds": round(time.monotonic() - self._began, 1),
            "updated": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def _rate(self, tally: Tally, under_way: int) -> float:
        """Documents a second that were labelled, those kept left out."""
        return (tally.documents + under_way - tally.kept) / max(time.monotonic() - self._began, 1e-9)
