"""Logits to probabilities (one temperature) and probabilities to labels (one threshold a label).

Both are fitted on documents that the network was not trained on. Temperature scaling: Guo
et al., ICML 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.labels import KEYS
from model.prediction import Prediction

FloatArray = NDArray[np.floating]

_TEMPERATURES = np.exp(np.linspace(np.log(0.25), np.log(8.0), 141))
_THRESHOLDS = np.linspace(0.05, 0.95, 91)


@dataclass(frozen=True, slots=True)
class Decision:
    """`temperature` divides logits; a label is given from `thresholds[column]` on."""

    temperature: float = 1.0
    thresholds: tuple[float, ...] = (0.5,) * len(KEYS)

    def probabilities(self, logits: FloatArray) -> FloatArray:
        """Probabilities of logits, any shape."""
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits / self.temperature, -60.0, 60.0))))

    def predictions(self, logits: FloatArray) -> list[Prediction]:
        """One prediction a row of logits (clauses, 10)."""
        return [self._prediction(row) for row in self.probabilities(np.asarray(logits, dtype=np.float64)).tolist()]

    def _prediction(self, scores: Sequence[float]) -> Prediction:
        labels = (key for key, score, least in zip(KEYS, scores, self.thresholds, strict=True) if score >= least)
        return Prediction(tuple(scores), tuple(labels))


def fit_decision(logits: FloatArray, truth: FloatArray) -> Decision:
    """The temperature of least cross entropy and, for each label, the threshold of highest F1.

    Both arrays (clauses, 10). Thresholds are drawn halfway to 0.5: few clauses of a rare label
    say little about where the best one lies.
    """
    losses = [_cross_entropy(logits / temperature, truth) for temperature in _TEMPERATURES]
    temperature = float(_TEMPERATURES[int(np.argmin(losses))])
    scores = Decision(temperature).probabilities(logits)
    best = [_best_threshold(scores[:, column], truth[:, column]) for column in range(truth.shape[1])]
    return Decision(round(temperature, 4), tuple(round((0.5 + threshold) / 2, 3) for threshold in best))


def _cross_entropy(logits: FloatArray, truth: FloatArray) -> float:
    return float(np.mean(np.logaddexp(0.0, logits) - truth * logits))


def _best_threshold(scores: FloatArray, truth: FloatArray) -> float:
    """The middle of the thresholds that reach the highest F1; 0.5 where the label does not occur."""
    if not truth.any():
        return 0.5
    given = scores[None, :] >= _THRESHOLDS[:, None]
    hits = (given & (truth > 0)).sum(axis=1)
    f1 = 2 * hits / (given.sum(axis=1) + truth.sum())
    return float(_THRESHOLDS[np.flatnonzero(f1 >= f1.max() - 1e-9)].mean())
