"""A batch job: inputs cut into shards, labelled by an engine, written once, and taken up again where it broke off."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from model.prediction import ModelIdentity
from serve.batch.duplicate import Deduplicate, Duplicates
from serve.batch.engine import Engine, MakeEngine
from serve.batch.inputs import STANDARD_INPUT, Columns, Source, find_sources
from serve.batch.manifest import Configuration, ManifestError, check_same, read_manifest
from serve.batch.progress import ProgressReport, Tally
from serve.batch.shard import Shard, cut, read_input
from serve.batch.shard_labeller import ShardResult, WorkerSettings
from serve.batch.store import DUPLICATES, ERRORS, FINGERPRINTS, MANIFEST, PROGRESS, Store
from serve.batch.table import TableFormat
from serve.batch.whole_file import StoreError, write_json, write_lines


class JobError(RuntimeError):
    """The job stopped: says why and what to do."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What a job is to do."""

    inputs: tuple[str, ...]
    output: Path
    model: Path
    format: TableFormat = TableFormat.jsonl
    device: str = "auto"
    columns: Columns = Columns()  # noqa: RUF009 - frozen
    shard_size: int = 32
    resume: bool = False
    overwrite: bool = False
    max_errors: int | None = None
    deduplicate: Deduplicate = Deduplicate.off


class Job:
    """One run over all inputs."""

    def __init__(self, options: BatchOptions, identity: ModelIdentity, console: Console) -> None:
        """`identity`: of the model in `options.model`."""
        self._options, self._identity, self._console = options, identity, console
        self._configuration = Configuration(
            self._identity,
            options.format.value,
            options.shard_size,
            options.columns.text,
            options.columns.id,
            options.deduplicate.value,
        )
        self._tally = Tally()
        self._stems: dict[int, str] = {}

    def run(self, make_engine: MakeEngine) -> Tally:
        """Does what is missing. Raises JobError, ManifestError, StoreError, EngineError; what is done stays done."""
        settings = WorkerSettings(self._options.model, self._identity, self._options.format, self._options.device)
        with closing(Store(self._options.output, self._options.format)) as store:
            self._claim(store)
            if self._options.deduplicate is Deduplicate.off:
                with closing(make_engine(settings)) as engine:
                    return self._run(store, engine, None)
            try:
                return self._run_without_duplicates(store, settings, make_engine)
            except sqlite3.Error as error:
                path = store.folder / FINGERPRINTS
                raise JobError(f"{path}: {error}; free some space and run again with --resume") from error

    def _run_without_duplicates(self, store: Store, settings: WorkerSettings, make_engine: MakeEngine) -> Tally:
        with closing(Duplicates(store.folder / FINGERPRINTS, self._options.deduplicate)) as duplicates:
            self._find(duplicates, make_engine(replace(settings, work="fingerprint")))
            with closing(make_engine(settings)) as engine:
                return self._run(store, engine, duplicates)

    def _find(self, duplicates: Duplicates, engine: Engine) -> None:
        """The pass before the labelling: reads every document and takes its fingerprint."""
        if STANDARD_INPUT in self._options.inputs:
            raise JobError("names on standard input come once, --deduplicate reads twice: give files or folders")
        with closing(engine):
            duplicates.take(engine.run(cut(map(read_input, self._sources()), self._options.shard_size, "")))

    def _claim(self, store: Store) -> None:
        """Takes the folder if it is empty, or this job's, or whatever it is by --overwrite."""
        manifest = self._read_manifest(store.folder / MANIFEST)
        if manifest:
            if not self._options.overwrite:
                check_same(store.folder, manifest, self._manifest("running"))
            if not (self._options.resume or self._options.overwrite):
                raise ManifestError(f"{store.folder}: holds this job already; --resume does what is missing or changed")
        write_json(store.folder / MANIFEST, self._manifest("running"))
        store.take_stock()

    def _read_manifest(self, path: Path) -> dict[str, Any] | None:
        try:
            return read_manifest(path)
        except ManifestError:
            if self._options.overwrite:
                return None
            raise

    def _run(self, store: Store, engine: Engine, duplicates: Duplicates | None) -> Tally:
        state = "failed"
        with ProgressReport(store.folder / PROGRESS, self._count(), self._console) as report:
            try:
                report.show(self._tally)
                for result in engine.run(self._missing(store, report, duplicates)):
                    if result:
                        self._write(store, result)
                    report.show(self._tally, engine.under_way)
                self._finish(store, duplicates)
                state = "done"
            finally:
                with suppress(StoreError):  # A full disk has told its error already.
                    report.write(state, self._tally)
        return self._tally

    def _count(self) -> int | None:
        """How many documents there are, unknown where names come from standard input."""
        if STANDARD_INPUT in self._options.inputs:
            return None
        return sum(1 for _ in self._sources())

    def _sources(self) -> Iterator[Source]:
        return find_sources(self._options.inputs, self._options.columns)

    def _missing(self, store: Store, report: ProgressReport, duplicates: Duplicates | None) -> Iterator[Shard]:
        """The shards that are to be done; those that are done are noted."""
        found = map(read_input, self._sources())
        inputs = duplicates.mark(found) if duplicates else found
        for shard in cut(inputs, self._options.shard_size, self._configuration.digest):
            record = store.record_of(shard)
            if record is None:
                yield shard
                continue
            self._tally.kept += len(shard.inputs)
            self._note(shard, record)
            report.show(self._tally)

    def _write(self, store: Store, result: ShardResult) -> None:
        self._note(result.shard, store.write_shard(result.shard, result))

    def _note(self, shard: Shard, record: dict[str, Any]) -> None:
        self._stems[shard.number] = shard.stem
        self._tally.shards += 1
        self._tally.documents += len(shard.inputs)
        self._tally.clauses += record["clauses"]
        self._tally.errors += len(record["errors"])
        most = self._options.max_errors
        if most is not None and self._tally.errors > most:
            last = record["errors"][-1]
            failed = f"{self._tally.errors} documents failed, {most} may"
            cure = "mend them or raise --max-errors, then --resume"
            raise JobError(f"{failed}; the last is {last['document']}: {last['message']}: {cure}")

    def _finish(self, store: Store, duplicates: Duplicates | None) -> None:
        if not self._tally.documents:
            raise JobError(f"no document in {', '.join(self._options.inputs)}; name files, folders or archives")
        stems = [self._stems[number] for number in sorted(self._stems)]
        write_lines(store.folder / ERRORS, (asdict(error) for stem in stems for error in store.errors_of(stem)))
        write_lines(store.folder / DUPLICATES, map(asdict, duplicates.report() if duplicates else ()))
        store.drop_others(set(stems))
        write_json(store.folder / MANIFEST, self._manifest("done"))

    def _manifest(self, state: str) -> dict[str, Any]:
        return {
            "state": state,
            "inputs": list(self._options.inputs),
            "configuration": self._configuration.to_record(),
            "totals": {**asdict(self._tally), "kept": None} if state == "done" else None,
        }
