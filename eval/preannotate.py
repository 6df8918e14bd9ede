"""Proposals of a classifier for people to correct, those first of which it is least sure."""

from collections.abc import Sequence

import numpy as np

from data.clause import Clause, ClauseSplitter
from data.gold import LabelledDocument, Unit
from data.interchange import Proposal
from eval.harness import cut
from model.prediction import Classifier, Prediction


def propose(
    classifier: Classifier, splitter: ClauseSplitter, documents: Sequence[LabelledDocument]
) -> list[tuple[LabelledDocument, Proposal]]:
    """Each document with a proposal, the most uncertain first."""
    clauses = cut(documents, splitter, "ours")
    proposals = map(_proposal, [classifier.identity.id] * len(documents), clauses, classifier.predict(clauses))
    return sorted(zip(documents, proposals, strict=True), key=lambda one: one[1].sureness)


def sureness(predictions: Sequence[Prediction]) -> float:
    """How far each clause's most doubtful label lies from 0.5, on average: 0 for a guess, 1 for certainty."""
    distances = [min(abs(2 * score - 1) for score in prediction.scores) for prediction in predictions]
    return float(np.mean(distances)) if distances else 1.0


def _proposal(model: str, clauses: Sequence[Clause], predictions: Sequence[Prediction]) -> Proposal:
    units = [
        Unit(clause.start, clause.end, clause.kind, prediction.labels)
        for clause, prediction in zip(clauses, predictions, strict=True)
    ]
    return Proposal(model, round(sureness(predictions), 4), tuple(units))
