"""Precision, recall, F1 and average precision of label sets: micro, macro, and of each label."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.labels import KEYS

Table = NDArray[np.bool_]
Counts = NDArray[np.int64]
"""Three rows: cases found rightly, cases found, true cases; a column a label."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision, recall, F1 and the number of true cases (support)."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures over all labels: `micro` counts cases, `macro` averages labels that occur; `exact`: whole set right."""

    micro: Figures
    macro: Figures
    exact: float
    labels: dict[str, Figures]
    units: int


def score(truth: Table, found: Table) -> Scores:
    """Figures of predicted label sets against true ones, both (units, 10).

    A label that is neither true nor found anywhere is left out of the macro average, for
    nothing was measured; one that is found but never true counts with F1 0.
    """
    counts = count(truth, found)
    labels = {key: figures(counts[:, column]) for column, key in enumerate(KEYS)}
    occurring = [labels[key] for column, key in enumerate(KEYS) if counts[1:, column].any()]
    return Scores(
        micro=figures(counts.sum(axis=1)),
        macro=_mean(occurring, int(counts[2].sum())),
        exact=float((truth == found).all(axis=1).mean()) if len(truth) else 0.0,
        labels=labels,
        units=len(truth),
    )


def mean_scores(trainings: Sequence[Scores]) -> Scores:
    """The mean of each figure over several trainings of a model, scored on the same units."""
    return Scores(
        micro=_mean([one.micro for one in trainings], trainings[0].micro.support),
        macro=_mean([one.macro for one in trainings], trainings[0].macro.support),
        exact=float(np.mean([one.exact for one in trainings])),
        labels={
            key: _mean([one.labels[key] for one in trainings], first.support)
            for key, first in trainings[0].labels.items()
        },
        units=trainings[0].units,
    )


def count(truth: Table, found: Table) -> Counts:
    """What all figures are computed from."""
    return np.stack([(truth & found).sum(axis=0), found.sum(axis=0), truth.sum(axis=0)]).astype(np.int64)


def figures(counts: Counts) -> Figures:
    """Figures of one column of counts."""
    hits, given, support = (int(number) for number in counts)
    precision = hits / given if given else 0.0
    recall = hits / support if support else 0.0
    f1 = 2 * hits / (given + support) if given + support else 0.0
    return Figures(precision, recall, f1, support)


def micro_f1(counts: Counts) -> NDArray[np.float64]:
    """Micro-F1 of counts (…, 3, labels)."""
    total = counts.sum(axis=-1)
    return _f1(total[..., 0], total[..., 1], total[..., 2])


def macro_f1(counts: Counts) -> NDArray[np.float64]:
    """Macro-F1 of counts (…, 3, labels), over the labels that occur."""
    each = _f1(counts[..., 0, :], counts[..., 1, :], counts[..., 2, :])
    occurring = counts[..., 1:, :].any(axis=-2)
    return np.asarray((each * occurring).sum(axis=-1) / np.maximum(occurring.sum(axis=-1), 1))


def label_f1(counts: Counts) -> NDArray[np.float64]:
    """F1 of one label's counts (…, 3); not a number where it is neither true nor found, for nothing was measured."""
    given, support = counts[..., 1], counts[..., 2]
    return np.where(given + support > 0, _f1(counts[..., 0], given, support), np.nan)


def average_precision(truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """The area under a label's precision-recall steps, as scikit-learn has it; 0 where the label does not occur."""
    if not truth.any():
        return 0.0
    order = np.argsort(-scores, kind="stable")
    last_of_tie = np.append(np.diff(scores[order]) != 0, True)
    hits = np.cumsum(truth[order])[last_of_tie]
    precision = hits / (np.flatnonzero(last_of_tie) + 1)
    return float(np.sum(np.diff(hits, prepend=0) * precision) / truth.sum())


def _f1(hits: Counts, given: Counts, support: Counts) -> NDArray[np.float64]:
    return np.asarray(2 * hits / np.maximum(given + support, 1))


def _mean(each: Sequence[Figures], support: int) -> Figures:
    if not each:
        return Figures(0.0, 0.0, 0.0, support)
    precision, recall, f1 = np.mean([(one.precision, one.recall, one.f1) for one in each], axis=0).tolist()
    return Figures(precision, recall, f1, support)
