"""The commands bangchim-eval load and soak: what a running server bears, for how long."""

import json
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from data.document import Document
from data.gold import read_gold
from eval.load import Run, at_rate, closed_loop, of_all_kinds, of_documents, require_ready
from eval.refusal import refusals
from eval.soak import Period, growth, watch

Address = Annotated[str, typer.Argument(help="http://host:port of a bangchim serve; its token in $BANGCHIM_TOKEN.")]
Policies = Annotated[list[Path], typer.Argument(help="Policies to send (JSONL, labels are not looked at).")]
JsonOut = Annotated[Path | None, typer.Option("--json", help="Write all figures as JSON.")]


def load(
    address: Address,
    policies: Policies,
    clients: Annotated[str, typer.Option(help="Numbers of clients, one run each.")] = "1,8,32,64",
    seconds: Annotated[float, typer.Option(min=1, help="Of each run.")] = 120,
    over: Annotated[float | None, typer.Option(help="Also send this many times the documents/s it can do.")] = None,
    json_out: JsonOut = None,
) -> None:
    """Loads a running server: documents/s, seconds until the answer, refusals, and /livez beside it."""
    with refusals():
        require_ready(address)
        bodies, numbers = of_documents(_documents(policies)), _numbers(clients)
        closed_loop(address, bodies, 1, 0.5)  # connections and caches get warm
        runs = [closed_loop(address, bodies, number, seconds) for number in numbers]
        beyond = at_rate(address, bodies, over * max(run.rate for run in runs), seconds) if over else None
        print_load(Console(), runs, beyond)
        if json_out:
            records = [run.to_record() for run in [*runs, *filter(None, [beyond])]]
            json_out.write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")


def soak(
    address: Address,
    policies: Policies,
    pid: Annotated[int, typer.Option(help="Process number of the bangchim serve, on this machine.")],
    minutes: Annotated[float, typer.Option(help="How long.")] = 30,
    clients: Annotated[int, typer.Option(min=1, help="Clients that ask without pause.")] = 8,
    every: Annotated[float, typer.Option(min=1, help="Seconds between two lines of the table.")] = 60,
) -> None:
    """Asks a server for long, by text, file and sentence: do its memory and open files grow after the first sixth?"""
    with refusals():
        require_ready(address)
        bodies, console, over = of_all_kinds(_documents(policies)), Console(), threading.Event()
        console.print("   seconds      MiB     peak    files  processes")
        with ThreadPoolExecutor(1) as pool:
            watching = pool.submit(watch, pid, every, over, lambda period: _line(console, period))
            try:
                run = closed_loop(address, bodies, clients, 60 * minutes)
            finally:
                over.set()
        memory, files = growth(watching.result(), 60 * minutes / 6)
        console.print(f"{run.load}: {run.rate:.1f} requests/s, statuses {run.counts}")
        console.print(f"after {10 * minutes:.0f} s of warm-up: memory {memory:+.1%}, open files {files:+d}")


def print_load(console: Console, runs: list[Run], beyond: Run | None) -> None:
    """A line a run; then how much longer accepted documents took beyond capacity."""
    table = Table(title_justify="left", title="seconds until the answer, of accepted documents")
    for name in ("load", "documents/s", "p50", "p95", "p99", "200", "429", "other", "/livez p99"):
        table.add_column(name, justify="left" if name == "load" else "right")
    for run in [*runs, *filter(None, [beyond])]:
        table.add_row(*_row(run))
    console.print(table)
    calm = [run for run in runs if set(run.counts) == {200}]
    if beyond and calm:
        ratio = beyond.latency(95) / calm[-1].latency(95)
        console.print(f"beyond capacity: p95 is {ratio:.2f} times that of {calm[-1].load}, the last without a refusal")
    for run in filter(None, [*runs, beyond]):
        if run.unexplained or run.late:
            console.print(f"{run.load}: {run.unexplained} refusals without Retry-After, {run.late} documents sent late")


def _row(run: Run) -> list[str]:
    counts = run.counts
    others = ", ".join(
        f"{number} × {status or 'none'}" for status, number in counts.items() if status not in (200, 429)
    )
    return [
        run.load,
        f"{run.rate:.2f}",
        *(_seconds(run.latency(at)) for at in (50, 95, 99)),
        *(str(counts.get(status, 0)) for status in (200, 429)),
        others or "0",
        f"{1000 * run.pulse(99):.0f} ms",
    ]


def _seconds(number: float) -> str:
    return "-" if math.isnan(number) else f"{number:.2f}"


def _line(console: Console, period: Period) -> None:
    memory, peak = period.floor.memory / 2**20, period.peak.memory / 2**20
    console.print(
        f"{period.end:10.0f} {memory:8.1f} {peak:8.1f} {period.floor.files:8d} {period.floor.processes:10d}",
        highlight=False,
    )


def _documents(policies: list[Path]) -> list[Document]:
    return [labelled.document for labelled in read_gold(*policies)]


def _numbers(text: str) -> list[int]:
    numbers = [int(number) for number in text.split(",") if number.strip().isdecimal()]
    if len(numbers) != text.count(",") + 1 or min(numbers) < 1:
        raise ValueError(f"--clients: '{text}' is no list of numbers of clients; write 1,8,32,64")
    return numbers
