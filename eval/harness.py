"""Runs a classifier over labelled documents and lines its answers up with the gold's units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.clause import Clause, ClauseSplitter
from data.gold import LabelledDocument, Unit
from data.kind import Kind
from data.labels import COLUMN, KEYS
from eval.metrics import Scores, score
from model.prediction import Classifier, Prediction


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
    if gold_units:
        clauses = [
            splitter.read_units(labelled.document, [(unit.start, unit.end, unit.kind) for unit in labelled.units])
            for labelled in documents
        ]
    else:
        clauses = splitter.split_all([labelled.document for labelled in documents])
    predictions = classifier.predict(clauses)
    return [
        found
        for labelled, of_clauses, of_predictions in zip(documents, clauses, predictions, strict=True)
        for found in align(labelled, of_clauses, of_predictions)
    ]


def align(
    labelled: LabelledDocument, clauses: Sequence[Clause], predictions: Sequence[Prediction]
) -> list[Answer]:
    """What the predictions say of each gold unit.

    A unit gets the labels of the clauses that lie at least half within it; where none does,
    those of the clause that covers most of it.
    """
    answers: list[Answer] = []
    first = 0
    for unit in labelled.units:
        while first < len(clauses) and clauses[first].end <= unit.start:
            first += 1
        touching: list[tuple[int, int]] = []
        number = first
        while number < len(clauses) and clauses[number].start < unit.end:
            shared = min(unit.end, clauses[number].end) - max(unit.start, clauses[number].start)
            touching.append((shared, number))
            number += 1
        within = [
            number for shared, number in touching if 2 * shared >= clauses[number].end - clauses[number].start
        ] or [number for _, number in sorted(touching)[-1:]]
        answers.append(_answer(labelled.document.id, unit, [predictions[number] for number in within]))
    return answers


def _answer(document: str, unit: Unit, predictions: Sequence[Prediction]) -> Answer:
    labels = frozenset(label for prediction in predictions for label in prediction.labels)
    scores = [prediction.scores for prediction in predictions] or [(0.0,) * len(KEYS)]
    return Answer(document, unit, labels, tuple(max(column) for column in zip(*scores, strict=True)))


def score_answers(answers: Iterable[Answer], kinds: Sequence[Kind] = ("body", "row")) -> Scores:
    """Figures over the answers whose gold unit is of one of the kinds."""
    chosen = [one for one in answers if one.unit.kind in kinds]
    return score(_table([one.unit.labels for one in chosen]), _table([one.labels for one in chosen]))


def _table(sets: Sequence[Iterable[str]]) -> NDArray[np.bool_]:
    table = np.zeros((len(sets), len(KEYS)), dtype=bool)
    for row, labels in enumerate(sets):
        for label in labels:
            table[row, COLUMN[label]] = True
    return table
