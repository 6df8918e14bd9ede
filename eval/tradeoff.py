"""Accuracy against speed: several bundles on the same policies, as a table and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from data.clause import Clause, ClauseSplitter
from data.gold import LabelledDocument
from eval.harness import answer_clauses, cut, score_answers
from eval.source import open_classifier
from eval.speed import long_document, timed
from model.prediction import Classifier, ModelIdentity

TRIES = 3
"""How often each model reads everything; the median counts."""


@dataclass(frozen=True, slots=True)
class Point:
    """A model's F1 on body and row units as the annotator cut them, and what it costs, Kiwi apart.

    `rate`: clauses a second over all policies together; `long`: seconds for one policy of 5,000 characters.
    """

    model: ModelIdentity
    micro: float
    macro: float
    rate: float
    long: float


def measure(
    names: Sequence[str], documents: Sequence[LabelledDocument], splitter: ClauseSplitter, threads: int | None = None
) -> list[Point]:
    """A point a model. The tries of the models take turns, so that a busy moment of the machine meets them all.

    Raises what `eval.source.open_classifier` raises.
    """
    models = [open_classifier(name, threads=threads) for name in names]
    clauses = cut(documents, splitter, "gold")
    long = [splitter.split(long_document([labelled.document for labelled in documents]))]
    scores = [score_answers(answer_clauses(model, documents, clauses)) for model in models]
    together, alone = _seconds(models, clauses), _seconds(models, long)
    return [
        Point(model.identity, score.micro.f1, score.macro.f1, sum(map(len, clauses)) / seconds, one)
        for model, score, seconds, one in zip(models, scores, together, alone, strict=True)
    ]


def _seconds(models: Sequence[Classifier], clauses: Sequence[Sequence[Clause]]) -> list[float]:
    """The median of each model's seconds for the documents."""
    tries = [[timed(partial(model.predict, clauses))[0] for model in models] for _ in range(TRIES)]
    return [float(seconds) for seconds in np.median(tries, axis=0)]
