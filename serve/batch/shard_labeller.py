"""The work on one shard: inputs in, the bytes of both tables out, whatever is wrong with a document."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from data.document import Document, DocumentError, read_document
from model.prediction import ModelIdentity
from serve.batch.rows import CLAUSES, DOCUMENTS, Failure, Row, clause_rows, document_row, duplicate_row, failure_row
from serve.batch.shard import Input, Shard
from serve.batch.table import TableFormat, to_bytes
from serve.label import LabelledPolicy, Labeller, load_labeller

TOGETHER = 8
"""Documents labelled at a time: enough to fill the encoder's batches, few enough for memory and the bar."""

CAREFUL_FROM = 3
"""Deaths of workers over a shard from which on its documents are labelled one by one, to find the one that kills."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker loads and writes."""

    model: Path
    identity: ModelIdentity
    format: TableFormat
    device: str = "auto"
    work: Literal["label", "fingerprint"] = "label"


@dataclass(frozen=True, slots=True)
class Task:
    """A shard and what is known of earlier tries: how many workers died over it, and at which inputs."""

    shard: Shard
    deaths: int = 0
    fatal: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ShardError:
    """A line of errors.jsonl."""

    document: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class ShardResult:
    """What a shard gave: the bytes of each table, its clauses, its errors."""

    shard: Shard
    tables: dict[str, bytes]
    clauses: int
    errors: tuple[ShardError, ...]


Outcome = LabelledPolicy | Failure | None


class ShardLabeller:
    """Labels shards, the documents of each in groups that depend on nothing but the shard."""

    def __init__(self, settings: WorkerSettings) -> None:
        """Loads Kiwi and the model (about 3 s), one thread each: the processes share the cores.

        Raises BundleError and RuntimeError as load_labeller does.
        """
        self._settings = settings
        self._labeller: Labeller = load_labeller(settings.model, settings.device, threads=1)

    def label(self, task: Task, at: Callable[[int], None] = lambda index: None) -> ShardResult:
        """The tables of a shard. `at` hears the number of the first input of each group."""
        inputs = task.shard.inputs
        # Who dies again and again dies of one document: each alone shows which.
        together = TOGETHER if task.deaths < CAREFUL_FROM else 1
        outcomes: list[Outcome] = []
        for start in range(0, len(inputs), together):
            at(start)
            group = inputs[start : start + together]
            outcomes += self._outcomes(group, [start + number in task.fatal for number in range(len(group))])
        return self._result(task.shard, outcomes)

    def _outcomes(self, group: tuple[Input, ...], fatal: list[bool]) -> list[Outcome]:
        read = [read_policy(item, is_fatal) for item, is_fatal in zip(group, fatal, strict=True)]
        labelled = iter(self._label([document for document in read if isinstance(document, Document)]))
        return [next(labelled) if isinstance(item, Document) else item for item in read]

    def _label(self, documents: list[Document]) -> list[LabelledPolicy | Failure]:
        """Each document's labels; where one cannot be labelled, the reason, and the others nonetheless."""
        if not documents:
            return []
        try:
            return [*self._labeller.label(documents)]
        except Exception as error:  # Whatever it is, it is the document's error, not the job's.
            if len(documents) == 1:
                return [Failure("internal", f"{type(error).__name__}: {error}; report it with the document")]
        return [self._label([document])[0] for document in documents]

    def _check_model(self, found: ModelIdentity) -> None:
        """Raises RuntimeError where the bundle was exchanged after the job began."""
        expected = self._settings.identity
        if found != expected:
            raise RuntimeError(
                f"{self._settings.model}: is now {found.id} {found.sha256[:12]}, the job began with "
                f"{expected.id} {expected.sha256[:12]}; bring that back or begin again with --overwrite"
            )

    def _result(self, shard: Shard, outcomes: list[Outcome]) -> ShardResult:
        tables: dict[str, list[Row]] = {CLAUSES: [], DOCUMENTS: []}
        for item, outcome in zip(shard.inputs, outcomes, strict=True):
            if isinstance(outcome, LabelledPolicy):
                self._check_model(outcome.model)
                tables[CLAUSES] += clause_rows(item, outcome)
            tables[DOCUMENTS].append(_document_row(item, outcome, self._settings.identity))
        return ShardResult(
            shard=Shard(shard.number, shard.key, ()),
            tables={name: to_bytes(name, rows, self._settings.format) for name, rows in tables.items()},
            clauses=len(tables[CLAUSES]),
            errors=_errors(tables[DOCUMENTS]),
        )


def read_policy(item: Input, fatal: bool) -> Document | Failure | None:
    """The document; the reason why there is none; None for a duplicate."""
    if item.duplicate_of:
        return None
    if item.reason:
        return Failure(item.reason, item.message)
    if fatal:
        return Failure("crash", "a worker died over it more than once; report it with the document")
    try:
        return read_document(item.raw, id=item.id)
    except DocumentError as error:
        return Failure(error.reason, error.found)
    except Exception as error:  # Whatever it is, it is the document's error, not the job's.
        return Failure("internal", f"{type(error).__name__}: {error}; report it with the document")


def _document_row(item: Input, outcome: Outcome, model: ModelIdentity) -> Row:
    match outcome:
        case None:
            return duplicate_row(item, model)
        case Failure():
            return failure_row(item, outcome, model)
        case _:
            return document_row(item, outcome, model)


def _errors(rows: list[Row]) -> tuple[ShardError, ...]:
    return tuple(ShardError(row["document"], row["error"], row["message"]) for row in rows if row["error"])
