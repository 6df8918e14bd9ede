"""Robustness: the same labelled documents under noise, without context, with our own kinds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.clause import ClauseSplitter
from data.gold import LabelledDocument
from data.noise import changed, noises
from eval.harness import Answer, align, answer, score_answers
from eval.metrics import Scores
from model.prediction import Classifier


@dataclass(frozen=True, slots=True)
class Condition:
    """What was done to the documents, and the figures over their body and row units."""

    name: str
    scores: Scores


def robustness(
    classifier: Classifier, documents: Sequence[LabelledDocument], splitter: ClauseSplitter
) -> Iterator[Condition]:
    """The figures as the annotator cut the units, then under each noise, then of each unit by itself."""
    yield Condition("as it is", score_answers(answer(classifier, documents, splitter, gold_units=True)))
    for name, change in noises().items():
        noisy = [changed(document, change) for document in documents]
        yield Condition(name, score_answers(answer(classifier, noisy, splitter, gold_units=True)))
    yield Condition("each clause alone", score_answers(_alone(classifier, documents, splitter)))
    yield Condition("our own cuts and kinds", score_answers(answer(classifier, documents, splitter)))


def _alone(classifier: Classifier, documents: Sequence[LabelledDocument], splitter: ClauseSplitter) -> Iterator[Answer]:
    """Every unit read as a document of its own: no heading, no neighbour."""
    for labelled in documents:
        spans = [(unit.start, unit.end, unit.kind) for unit in labelled.units]
        clauses = splitter.read_units(labelled.document, spans)
        predictions = classifier.predict([[clause] for clause in clauses])
        yield from align(labelled, clauses, [one for (one,) in predictions])
