"""Precision, recall and F1 of label sets: micro, macro, and of each label."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.labels import KEYS

Table = NDArray[np.bool_]


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
    hits = (truth & found).sum(axis=0)
    given, support = found.sum(axis=0), truth.sum(axis=0)
    labels = {
        key: _figures(int(hits[column]), int(given[column]), int(support[column])) for column, key in enumerate(KEYS)
    }
    occurring = [figures for key, figures in labels.items() if figures.support or given[KEYS.index(key)]]
    return Scores(
        micro=_figures(int(hits.sum()), int(given.sum()), int(support.sum())),
        macro=_mean(occurring, int(support.sum())),
        exact=float((truth == found).all(axis=1).mean()) if len(truth) else 0.0,
        labels=labels,
        units=len(truth),
    )


def _figures(hits: int, given: int, support: int) -> Figures:
    precision = hits / given if given else 0.0
    recall = hits / support if support else 0.0
    f1 = 2 * hits / (given + support) if given + support else 0.0
    return Figures(precision, recall, f1, support)


def _mean(figures: Sequence[Figures], support: int) -> Figures:
    if not figures:
        return Figures(0.0, 0.0, 0.0, support)
    columns = zip(*((one.precision, one.recall, one.f1) for one in figures), strict=True)
    return Figures(*(float(np.mean(column)) for column in columns), support)
