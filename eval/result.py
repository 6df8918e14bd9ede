"""Everything measured of one model on one set of labelled documents, ready for JSON, table and report."""

import dataclasses
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from data.gold import LabelledDocument
from data.kind import KINDS
from data.labels import KEYS
from eval.breakdown import Presence, by_meta, by_seen, overall, presence
from eval.calibration import Calibration, calibration
from eval.contender import Contender
from eval.errors import confusion
from eval.harness import CONTENT, Answer, Cut, Span, of_kind, score_answers, scores_of, truth_of
from eval.metrics import Scores, average_precision, label_f1, macro_f1, mean_scores, micro_f1
from eval.segmentation import Segmentation, segmentation
from eval.significance import Comparison, Interval, Spread, compare, document_counts, interval, spread
from model.prediction import ModelIdentity

Named = tuple[str, Sequence[Sequence[Answer]]]
"""A model's name and the answers of each of its trainings."""


@dataclass(frozen=True, slots=True)
class Result:
    """One model's figures. Where nothing else is said they are over body and row units.

    `seeds`: all trainings of the model; `micro_seeds`, `macro_seeds`: their F1. P, R, F1, exact
    match and average precision are means over them; calibration, missing topics and confusion
    are those of the first.
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
    named = [(contender.name, seeds) for contender, seeds in every]
    pairs = tuple(pair(named[0], other) for other in named[1:])
    return Evaluation(made, results, pairs, segmentation(documents, clauses))


def measure(
    contender: Contender,
    seeds: Sequence[Sequence[Answer]],
    documents: Sequence[LabelledDocument],
    train: Sequence[LabelledDocument] = (),
) -> Result:
    """All figures of the answers of a contender's seeds. `train`: to tell seen from unseen units."""
    content = [of_kind(of_seed) for of_seed in seeds]
    counts = [document_counts(of_seed) for of_seed in content]
    every = [score_answers(of_seed) for of_seed in content]
    truth, scores = truth_of(content[0]), [scores_of(of_seed) for of_seed in content]
    identities = tuple(seed.identity for seed in contender.seeds)
    found = presence(content[0])
    return Result(
        name=contender.name,
        model=identities[0],
        units=contender.units,
        seeds=identities,
        micro_seeds=spread([one.micro.f1 for one in every]),
        macro_seeds=spread([one.macro.f1 for one in every]),
        content=mean_scores(every),
        kinds={kind: mean_scores([score_answers(of_seed, (kind,)) for of_seed in seeds]) for kind in KINDS},
        micro=interval(counts, micro_f1),
        macro=interval(counts, macro_f1),
        label_f1={key: interval([one[:, :, at] for one in counts], label_f1) for at, key in enumerate(KEYS)},
        average_precision={
            key: float(np.mean([average_precision(truth[:, at], one[:, at]) for one in scores]))
            for at, key in enumerate(KEYS)
        },
        calibration=calibration(truth, scores[0]),
        label_calibration={key: calibration(truth[:, at], scores[0][:, at]) for at, key in enumerate(KEYS)},
        presence=found,
        presence_overall=overall(found.values()),
        groups=_groups(content, documents, train),
        confusion=confusion(content[0]),
    )


def pair(one: Named, other: Named) -> Pair:
    """The answers of two models' trainings for the same documents, compared."""
    ones, others = ([document_counts(of_kind(of_seed)) for of_seed in seeds] for _, seeds in (one, other))
    return Pair(one[0], other[0], compare(ones, others, micro_f1), compare(ones, others, macro_f1))


def _groups(
    seeds: Sequence[Sequence[Answer]], documents: Sequence[LabelledDocument], train: Sequence[LabelledDocument]
) -> dict[str, dict[str, Scores]]:
    """Scores by document, sector, year and, where training policies are known, by seen or unseen units."""
    groups = {name: _means([by_meta(one, documents, name) for one in seeds]) for name in ("id", "sector", "year")}
    return groups | ({"seen": _means([by_seen(one, documents, train) for one in seeds])} if train else {})


def _means(seeds: Sequence[Mapping[str, Scores]]) -> dict[str, Scores]:
    return {part: mean_scores([of_seed[part] for of_seed in seeds]) for part in seeds[0]}


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
