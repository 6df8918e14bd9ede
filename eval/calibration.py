"""Do probabilities mean what they say: reliability curve, expected calibration error, Brier score."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.metrics import Table

BINS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases whose probability lies in one tenth: mean probability, share of true ones, number."""

    probability: float
    share: float
    cases: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Expected calibration error (Naeini et al. 2015), Brier score, and the reliability curve; empty bins left out."""

    error: float
    brier: float
    curve: tuple[Bin, ...]


def calibration(truth: Table, scores: Floats) -> Calibration:
    """Of probabilities of any shape; every label of every unit is one case."""
    true, probability = truth.ravel().astype(np.float64), scores.ravel()
    if not true.size:
        return Calibration(0.0, 0.0, ())
    number = np.minimum((probability * BINS).astype(int), BINS - 1)
    curve = tuple(_bin(true[number == one], probability[number == one]) for one in np.unique(number))
    error = sum(one.cases * abs(one.probability - one.share) for one in curve) / true.size
    return Calibration(float(error), float(np.mean((probability - true) ** 2)), curve)


def _bin(true: Floats, probability: Floats) -> Bin:
    return Bin(float(probability.mean()), float(true.mean()), len(true))
