"""The command `bangchim batch`: many policies in, tables of labelled clauses out."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from model.bundle import BUNDLED, BundleError, read_bundle
from model.prediction import ModelIdentity
from serve.batch.duplicate import Deduplicate
from serve.batch.engine import Engine, EngineName, MakeEngine
from serve.batch.inputs import Columns
from serve.batch.job import BatchOptions, Job
from serve.batch.pool import Pool
from serve.batch.progress import Tally
from serve.batch.shard_labeller import WorkerSettings
from serve.batch.store import ERRORS
from serve.batch.table import TableFormat, check_format

SOME_FAILED, JOB_FAILED = 1, 3
"""Exit status where documents failed, and where the job did."""

_FATAL = (BundleError, RuntimeError)
"""What ends a job with a message of its own: JobError, ManifestError, EngineError and StoreError are RuntimeErrors."""


def batch(
    inputs: Annotated[
        list[str],
        typer.Argument(help="Files, folders, globs, ZIP or TAR archives, JSONL, CSV, Parquet; - for a list of names."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="A folder for the tables and the manifest.")],
    format: Annotated[TableFormat, typer.Option(help="How rows are written.")] = TableFormat.jsonl,
    model: Annotated[Path, typer.Option(help="A bundle; by default the one that ships.")] = BUNDLED,
    device: Annotated[str, typer.Option(help="auto, cpu (ONNX Runtime), cuda or torch.")] = "auto",
    workers: Annotated[int | None, typer.Option(help="Processes; by default one a core.", min=1)] = None,
    engine: Annotated[EngineName, typer.Option(help="Processes here, or actors of a Ray cluster.")] = EngineName.local,
    ray_address: Annotated[str | None, typer.Option(help="The cluster; by default Ray starts one here.")] = None,
    shard_size: Annotated[int, typer.Option(help="Documents of a shard, about.", min=1)] = 32,
    resume: Annotated[bool, typer.Option("--resume", help="Do only what is missing or changed.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="As --resume, though model or options differ.")
    ] = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first document that fails.")] = False,
    max_errors: Annotated[int | None, typer.Option(help="Stop when more documents than this failed.", min=0)] = None,
    deduplicate: Annotated[Deduplicate, typer.Option(help="Leave out what repeats another.")] = Deduplicate.off,
    text_column: Annotated[str, typer.Option(help="Column of a table that holds the policy.")] = "text",
    id_column: Annotated[str, typer.Option(help="Column of a table that names it.")] = "id",
) -> None:
    """Labels many policies. Exit status 1 if some document failed, 3 if the job did; --resume goes on."""
    if ray_address and engine is EngineName.local:
        raise typer.BadParameter("it goes with --engine ray", param_hint="--ray-address")
    console = Console(stderr=True)
    options = BatchOptions(
        inputs=tuple(inputs),
        output=output,
        model=model,
        format=format,
        device=device,
        columns=Columns(text_column, id_column),
        shard_size=shard_size,
        resume=resume,
        overwrite=overwrite,
        max_errors=0 if fail_fast else max_errors,
        deduplicate=deduplicate,
    )
    tally = _run(options, partial(_engine, engine, workers, ray_address), console)
    console.print(_summary(tally, output), highlight=False, soft_wrap=True)
    raise typer.Exit(SOME_FAILED if tally.errors else 0)


def _run(options: BatchOptions, make_engine: MakeEngine, console: Console) -> Tally:
    try:
        check_format(options.format)
        with _heeding_termination():
            return Job(options, _identity(options.model), console).run(make_engine)
    except KeyboardInterrupt:
        message = "stopped; run again with --resume to go on"
    except _FATAL as error:
        message = str(error)
    except Exception as error:
        console.print_exception()
        message = f"{type(error).__name__}: {error}; report it; what is done stays, --resume goes on"
    console.print(f"bangchim: {message}", style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(JOB_FAILED)


def _engine(name: EngineName, workers: int | None, ray_address: str | None, settings: WorkerSettings) -> Engine:
    if name is EngineName.local:
        return Pool(workers or _cores(), settings)
    from serve.batch.ray_engine import RayEngine

    return RayEngine(workers or (None if ray_address else _cores()), ray_address, settings)


def _identity(model: Path) -> ModelIdentity:
    bundle = read_bundle(model)
    return ModelIdentity(bundle.id, bundle.sha256, bundle.guideline)


@contextmanager
def _heeding_termination() -> Iterator[None]:
    """SIGTERM stops the job as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _summary(tally: Tally, output: Path) -> str:
    failed = f"{tally.errors} failed ({output / ERRORS})" if tally.errors else "none failed"
    kept = f", {tally.kept} were done already" if tally.kept else ""
    return f"{tally.documents} documents, {tally.clauses} clauses in {output}; {failed}{kept}"
