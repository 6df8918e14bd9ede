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
from eval.breakdown import Presence, by_meta, by_seen, presence
from eval.calibration import Calibration, calibration
from eval.errors import confusion
from eval.harness import CONTENT, Answer, Cut, of_kind, score_answers, scores_of, truth_of
from eval.metrics import Scores, average_precision, macro_f1, micro_f1
from eval.segmentation import Segmentation
from eval.significance import Comparison, Interval, compare, document_counts, interval
from model.prediction import ModelIdentity


@dataclass(frozen=True, slots=True)
class Result:
    """One model's figures. Where nothing else is said they are over body and row units."""

    model: ModelIdentity
    units: Cut
    content: Scores
    kinds: dict[str, Scores]
    micro: Interval
    macro: Interval
    average_precision: dict[str, float]
    calibration: Calibration
    label_calibration: dict[str, Calibration]
    presence: dict[str, Presence]
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


def measure(
    model: ModelIdentity,
    units: Cut,
    documents: Sequence[LabelledDocument],
    answers: Sequence[Answer],
    train: Sequence[LabelledDocument] = (),
) -> Result:
    """All figures of a model's answers. `train`: what it learnt from, to tell seen from unseen units."""
    content = of_kind(answers)
    counts = document_counts(content)
    truth, scores = truth_of(content), scores_of(content)
    groups = {name: by_meta(content, documents, name) for name in ("id", "sector", "year")}
    return Result(
        model=model,
        units=units,
        content=score_answers(content),
        kinds={kind: score_answers(answers, (kind,)) for kind in KINDS},
        micro=interval(counts, micro_f1),
        macro=interval(counts, macro_f1),
        average_precision={key: average_precision(truth[:, at], scores[:, at]) for at, key in enumerate(KEYS)},
        calibration=calibration(truth, scores),
        label_calibration={key: calibration(truth[:, at], scores[:, at]) for at, key in enumerate(KEYS)},
        presence=presence(content),
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
