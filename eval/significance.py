"""How sure a figure is: bootstrap over documents, seeds, and two models compared on the same documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.harness import Answer, found_of, truth_of
from eval.metrics import Counts, count

ROUNDS = 2000
LEVEL = 0.95

Statistic = Callable[[Counts], NDArray[np.float64]]
"""A figure of counts (…, 3, labels), such as metrics.micro_f1, or of one label's counts (…, 3)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the bounds of its confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One model's figure less the other's, with its interval, and the chance of so large a difference by luck."""

    difference: Interval
    p_value: float
    documents: int


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure of several trainings of one model: each, their mean, and their standard deviation (of a sample, n - 1).

    The deviation of a single training is 0.
    """

    values: tuple[float, ...]
    mean: float
    deviation: float


def spread(values: Sequence[float]) -> Spread:
    """Of one value at least."""
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return Spread(tuple(values), float(np.mean(values)), deviation)


def document_counts(answers: Sequence[Answer]) -> Counts:
    """Counts (documents, 3, labels). Documents, not units, are drawn: units of one policy are alike."""
    groups: dict[str, list[Answer]] = {}
    for one in answers:
        groups.setdefault(one.document, []).append(one)
    return np.stack([count(truth_of(group), found_of(group)) for group in groups.values()])


def interval(counts: Counts, statistic: Statistic, rounds: int = ROUNDS, seed: int = 0) -> Interval:
    """The percentile interval of a figure when documents are drawn with replacement (Efron 1979)."""
    return mean_interval([counts], statistic, rounds, seed)


def mean_interval(seeds: Sequence[Counts], statistic: Statistic, rounds: int = ROUNDS, seed: int = 0) -> Interval:
    """That of a figure's mean over several trainings of a model, all scored on the same documents."""
    draws = _draws(len(seeds[0]), rounds, seed)
    drawn = np.mean([statistic(_resample(counts, draws)) for counts in seeds], axis=0)
    return _interval(float(np.mean([statistic(counts.sum(axis=0)) for counts in seeds])), drawn)


def compare(one: Counts, other: Counts, statistic: Statistic, rounds: int = ROUNDS, seed: int = 0) -> Comparison:
    """Two models on the same documents, in the same order: paired bootstrap and paired permutation.

    The permutation test swaps the two models' answers of whole documents (two-sided;
    the observed order counts as one of the rounds, so p is never 0). Raises ValueError
    where the true cases differ, for then the documents are not the same.
    """
    if one.shape != other.shape or not np.array_equal(one[:, 2], other[:, 2]):
        raise ValueError("the two models were scored on different documents; score both on the same files")
    draws = _draws(len(one), rounds, seed)
    drawn = statistic(_resample(one, draws)) - statistic(_resample(other, draws))
    observed = float(statistic(one.sum(axis=0)) - statistic(other.sum(axis=0)))
    return Comparison(_interval(observed, drawn), _permutation(one, other, statistic, observed, rounds, seed), len(one))


def _permutation(one: Counts, other: Counts, statistic: Statistic, observed: float, rounds: int, seed: int) -> float:
    keep = np.random.default_rng(seed).integers(0, 2, size=(rounds, len(one)))
    first = _resample(one, keep) + _resample(other, 1 - keep)
    second = one.sum(axis=0) + other.sum(axis=0) - first
    differences = np.abs(statistic(first) - statistic(second))
    return float((1 + np.sum(differences >= abs(observed) - 1e-12)) / (rounds + 1))


def _draws(documents: int, rounds: int, seed: int) -> NDArray[np.int64]:
    """How often each document is drawn in each round."""
    return np.random.default_rng(seed).multinomial(documents, np.full(documents, 1 / documents), size=rounds)


def _resample(counts: Counts, draws: NDArray[np.int64]) -> Counts:
    return np.asarray((draws @ counts.reshape(len(counts), -1)).reshape(len(draws), *counts.shape[1:]))


def _interval(value: float, drawn: NDArray[np.float64]) -> Interval:
    """Draws where nothing was measured (not a number) are left out; a figure never measured is 0."""
    measured = drawn[~np.isnan(drawn)]
    if np.isnan(value) or not measured.size:
        return Interval(0.0, 0.0, 0.0)
    low, high = np.quantile(measured, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, float(low), float(high))
