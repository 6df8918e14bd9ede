"""Everything measured of one model on one set of labelled documents, ready for JSON, table and report."""

import dataclasses
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from data.gold import LabelledDocument
from data.kind import KINDS
from data.labels import KEYS
from eval.breakdown import Presence, by_meta, by_seen, overall, presence
from eval.calibration import Calibration, calibration
from eval.contender import Contender
from eval.errors import confusion
from eval.harness import CONTENT, Answer, Cut, Span, of_kind, score_answers, scores_of, truth_of
from eval.metrics import Scores, average_precision, label_f1, macro_f1, micro_f1
from eval.segmentation import Segmentation, segmentation
from eval.significance import Comparison, Interval, Spread, compare, document_counts, interval, spread
from model.prediction import ModelIdentity


@dataclass(frozen=True, slots=True)
class Result:
    """One model's figures, of its first seed. Where nothing else is said they are over body and row units.

    `seeds`: all trainings of the model; `micro_seeds`, `macro_seeds`: their F1.
    """

    name: str
    model: ModelIdentity
    units: Cut
    seeds: tuple[ModelIdentity, ...]
    micro_seeds: Spread
    macro_seeds: Spread
    content: Scores
    kinds: dict[str, Scores]
    micro: Interval
    macro: Interval
    label_f1: dict[str, Interval]
    average_precision: dict[str, float]
    calibration: Calibration
    label_calibration: dict[str, Calibration]
    presence: dict[str, Presence]
    presence_overall: Presence
    groups: dict[str, dict[str, Scores]]
    confusion: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two models on the same documents."""

    one: str
    other: str
    micro: Comparison
    macro: Comparison


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All models on the same documents, how our splitter cuts these, and how the figures were made."""

    made: dict[str, Any]
    results: tuple[Result, ...]
    pairs: tuple[Pair, ...]
    segmentation: Segmentation

    def to_record(self) -> dict[str, Any]:
        """As a JSON object."""
        record = dataclasses.asdict(self)
        record["segmentation"] |= {name: getattr(self.segmentation, name) for name in ("precision", "recall", "f1")}
        return record


def evaluate(
    made: dict[str, Any],
    contenders: Sequence[Contender],
    answers: Sequence[Sequence[Sequence[Answer]]],
    documents: Sequence[LabelledDocument],
    train: Sequence[LabelledDocument],
    clauses: Sequence[Sequence[Span]],
) -> Evaluation:
    """All figures of the answers of each contender's seeds; each other contender is compared with the first.

    `clauses`: as our splitter cuts each document.
    """
    every = list(zip(contenders, answers, strict=True))
    results = tuple(measure(contender, seeds, documents, train) for contender, seeds in every)
    named = [(contender.name, seeds[0]) for contender, seeds in every]
    pairs = tuple(pair(named[0], other) for other in named[1:])
    return Evaluation(made, results, pairs, segmentation(documents, clauses))


def measure(
    contender: Contender,
    seeds: Sequence[Sequence[Answer]],
    documents: Sequence[LabelledDocument],
    train: Sequence[LabelledDocument] = (),
) -> Result:
    """All figures of the answers of a contender's seeds. `train`: to tell seen from unseen units."""
    answers = seeds[0]
    content = of_kind(answers)
    counts = document_counts(content)
    truth, scores = truth_of(content), scores_of(content)
    every = [score_answers(of_seed) for of_seed in seeds]
    groups = {name: by_meta(content, documents, name) for name in ("id", "sector", "year")}
    identities = tuple(seed.identity for seed in contender.seeds)
    found = presence(content)
    return Result(
        name=contender.name,
        model=identities[0],
        units=contender.units,
        seeds=identities,
        micro_seeds=spread([one.micro.f1 for one in every]),
        macro_seeds=spread([one.macro.f1 for one in every]),
        content=every[0],
        kinds={kind: score_answers(answers, (kind,)) for kind in KINDS},
        micro=interval(counts, micro_f1),
        macro=interval(counts, macro_f1),
        label_f1={key: interval(counts[:, :, at], label_f1) for at, key in enumerate(KEYS)},
        average_precision={key: average_precision(truth[:, at], scores[:, at]) for at, key in enumerate(KEYS)},
        calibration=calibration(truth, scores),
        label_calibration={key: calibration(truth[:, at], scores[:, at]) for at, key in enumerate(KEYS)},
        presence=found,
        presence_overall=overall(found.values()),
        groups=groups | ({"seen": by_seen(content, documents, train)} if train else {}),
        confusion=confusion(content),
    )


def pair(one: tuple[str, Sequence[Answer]], other: tuple[str, Sequence[Answer]]) -> Pair:
    """Two models' answers for the same documents, compared."""
    first, second = (document_counts(of_kind(answers)) for _, answers in (one, other))
    return Pair(one[0], other[0], compare(first, second, micro_f1), compare(first, second, macro_f1))


def provenance(command: str, files: Sequence[Path], documents: Sequence[LabelledDocument]) -> dict[str, Any]:
    """Command, data with hashes, date and versions: what another needs to get the same figures."""
    return {
        "command": command,
        "data": {str(path): sha256(path.read_bytes()).hexdigest() for path in files},
        "documents": len(documents),
        "units": sum(unit.kind in CONTENT for labelled in documents for unit in labelled.units),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in _PACKAGES},
    }


_PACKAGES = ("bangchim", "numpy", "kiwipiepy", "onnxruntime", "scikit-learn")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
