"""Runs a classifier over labelled documents and lines its answers up with the gold's units."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from data.clause import Clause, ClauseSplitter
from data.gold import LabelledDocument, Unit
from data.kind import Kind
from data.labels import KEYS, to_row
from eval.metrics import Scores, Table, score
from model.prediction import Classifier, Prediction

Cut = Literal["ours", "gold"]
"""Whose units a classifier reads: those that our splitter finds, or the annotator's."""

CONTENT: tuple[Kind, ...] = ("body", "row")
"""The kinds that the main figures count; headings are shown apart."""


class Span(Protocol):
    """A stretch of text."""

    @property
    def start(self) -> int:
        """The first character's offset."""
        ...

    @property
    def end(self) -> int:
        """The offset behind the last character."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A gold unit and what the classifier said there: label set and highest probability of each label."""

    document: str
    unit: Unit
    labels: frozenset[str]
    scores: tuple[float, ...]


def answer(
    classifier: Classifier, documents: Sequence[LabelledDocument], splitter: ClauseSplitter, gold_units: bool = False
) -> list[Answer]:
    """An answer for each unit of each document, in order.

    The classifier reads the clauses that our splitter finds, or, with `gold_units`, the
    units as the annotator cut them.
    """
    return answer_clauses(classifier, documents, cut(documents, splitter, "gold" if gold_units else "ours"))


def answer_clauses(
    classifier: Classifier, documents: Sequence[LabelledDocument], clauses: Sequence[Sequence[Clause]]
) -> list[Answer]:
    """An answer for each unit of each document, in order, of documents that are cut into clauses already."""
    predictions = classifier.predict(clauses)
    return [
        found
        for labelled, of_clauses, of_predictions in zip(documents, clauses, predictions, strict=True)
        for found in align(labelled, of_clauses, of_predictions)
    ]


def cut(documents: Sequence[LabelledDocument], splitter: ClauseSplitter, units: Cut) -> list[list[Clause]]:
    """The clauses of each document, cut by our splitter or as the annotator cut them."""
    if units == "ours":
        return splitter.split_all([labelled.document for labelled in documents])
    return [
        splitter.read_units(labelled.document, [(unit.start, unit.end, unit.kind) for unit in labelled.units])
        for labelled in documents
    ]


def align(labelled: LabelledDocument, spans: Sequence[Span], predictions: Sequence[Prediction]) -> list[Answer]:
    """What the predictions say of each gold unit; spans in order, without overlap.

    A unit gets the labels of the spans that cover it, and the highest of their probabilities.
    """
    return [
        _answer(labelled.document.id, unit, [predictions[number] for number in covering(unit, spans)])
        for unit in labelled.units
    ]


def covering(unit: Unit, spans: Sequence[Span]) -> list[int]:
    """The numbers of the spans (in order, without overlap) whose predictions stand for the unit.

    Those that lie at least half within it; where none does, the one that covers most of it.
    """
    first = bisect_right(spans, unit.start, key=lambda span: span.end)
    last = bisect_left(spans, unit.end, key=lambda span: span.start)
    shared = {at: min(unit.end, spans[at].end) - max(unit.start, spans[at].start) for at in range(first, last)}
    within = [at for at in shared if 2 * shared[at] >= spans[at].end - spans[at].start]
    return within or sorted(shared, key=lambda at: (shared[at], at))[-1:]


def score_answers(answers: Iterable[Answer], kinds: Sequence[Kind] = CONTENT) -> Scores:
    """Figures over the answers whose gold unit is of one of the kinds."""
    chosen = of_kind(answers, kinds)
    return score(truth_of(chosen), found_of(chosen))


def of_kind(answers: Iterable[Answer], kinds: Sequence[Kind] = CONTENT) -> list[Answer]:
    """The answers whose gold unit is of one of the kinds."""
    return [one for one in answers if one.unit.kind in kinds]


def truth_of(answers: Sequence[Answer]) -> Table:
    """The gold's label sets, (units, 10)."""
    return table([one.unit.labels for one in answers])


def found_of(answers: Sequence[Answer]) -> Table:
    """The classifier's label sets, (units, 10)."""
    return table([one.labels for one in answers])


def scores_of(answers: Sequence[Answer]) -> NDArray[np.float64]:
    """The classifier's probabilities, (units, 10)."""
    return np.array([one.scores for one in answers], dtype=np.float64).reshape(len(answers), len(KEYS))


def table(sets: Sequence[Iterable[str]]) -> Table:
    """Label sets as rows of truth values."""
    return np.array([to_row(labels) > 0 for labels in sets], dtype=bool).reshape(len(sets), len(KEYS))


def _answer(document: str, unit: Unit, predictions: Sequence[Prediction]) -> Answer:
    labels = frozenset(label for prediction in predictions for label in prediction.labels)
    scores = [prediction.scores for prediction in predictions] or [(0.0,) * len(KEYS)]
    return Answer(document, unit, labels, tuple(max(column) for column in zip(*scores, strict=True)))
