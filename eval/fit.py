"""Temperature and thresholds fitted on other documents than those that are scored."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.gold import GoldError, LabelledDocument
from eval.harness import Answer, scores_of, truth_of
from eval.source import Source
from eval.words import Influence
from model.prediction import ModelIdentity
from model.threshold import Decision, fit_decision

SUREST = 1e-6
"""Probabilities are kept this far from 0 and 1, for their logits to be finite."""


class FittedSource:
    """A source whose probabilities are scaled anew and cut at thresholds of their own."""

    def __init__(self, source: Source, documents: Sequence[LabelledDocument]) -> None:
        """Fits on what the source answers for the documents."""
        answers = source.answers(documents)
        self._source = source
        self.decision = fit_decision(_logits(answers), truth_of(answers).astype(np.float64))

    @property
    def identity(self) -> ModelIdentity:
        """The source's, its name marked."""
        identity = self._source.identity
        return ModelIdentity(f"{identity.id} (fitted)", identity.sha256, identity.guideline)

    def answers(self, documents: Sequence[LabelledDocument]) -> list[Answer]:
        """An answer for each unit, in order."""
        return _decided(self.decision, self._source.answers(documents))

    def influences(self, answers: Sequence[Answer], documents: Sequence[LabelledDocument]) -> list[list[Influence]]:
        """The source's, on its own scale of probabilities."""
        return self._source.influences(answers, documents)


def refuse_shared(
    fitted: Sequence[LabelledDocument], others: Sequence[LabelledDocument], option: str, purpose: str
) -> None:
    """Raises GoldError where a text to fit or learn on is one of the others too."""
    texts = {labelled.document.text for labelled in others}
    shared = [labelled.document.id for labelled in fitted if labelled.document.text in texts]
    if shared:
        found = f"{len(shared)} of its documents, '{shared[0]}' first, are {purpose} too"
        raise GoldError(f"{option}: {found}; name a file of other policies")


def _decided(decision: Decision, answers: Sequence[Answer]) -> list[Answer]:
    return [
        Answer(one.document, one.unit, frozenset(prediction.labels), prediction.scores)
        for one, prediction in zip(answers, decision.predictions(_logits(answers)), strict=True)
    ]


def _logits(answers: Sequence[Answer]) -> NDArray[np.float64]:
    scores = np.clip(scores_of(answers), SUREST, 1 - SUREST)
    return np.log(scores / (1 - scores))
