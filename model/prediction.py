"""What a classifier says of a clause, and what a classifier is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from data.clause import Clause
from data.labels import KEYS


@dataclass(frozen=True, slots=True)
class Prediction:
    """Ten calibrated probabilities in column order, and the labels whose probability reaches its threshold."""

    scores: tuple[float, ...]
    labels: tuple[str, ...]

    def score_of(self, label: str) -> float:
        """The probability of one label."""
        return self.scores[KEYS.index(label)]


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model made a prediction: a name for people, the hash of all its files, the guideline it was taught."""

    id: str
    sha256: str
    guideline: str


class Classifier(Protocol):
    """Anything that labels clauses."""

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        ...

    def predict(self, documents: Sequence[Sequence[Clause]]) -> list[list[Prediction]]:
        """One prediction a clause. A document's predictions do not depend on the others."""
        ...
