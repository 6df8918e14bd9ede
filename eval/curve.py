"""What more labels would buy: F1 of the TF-IDF baseline, trained on growing numbers of policies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from data.clause import ClauseSplitter
from data.gold import GoldError, LabelledDocument
from eval.harness import answer_clauses, cut, of_kind
from eval.metrics import macro_f1, micro_f1
from eval.significance import Interval, document_counts, interval
from eval.source import train_baseline


@dataclass(frozen=True, slots=True)
class Point:
    """F1 over body and row units after training on so many policies."""

    policies: int
    units: int
    micro: Interval
    macro: Interval


def learning_curve(
    train: Sequence[LabelledDocument],
    dev: Sequence[LabelledDocument],
    sizes: Sequence[int],
    splitter: ClauseSplitter,
    seed: int = 0,
) -> Iterator[Point]:
    """A point a size. Each larger training set holds the smaller ones; `seed` orders the policies.

    Raises GoldError where there are fewer policies than the largest size.
    """
    if max(sizes) > len(train):
        raise GoldError(f"{len(train)} policies to train on, fewer than {max(sizes)}; give more, or smaller --sizes")
    order = np.random.default_rng(seed).permutation(len(train)).tolist()
    clauses = cut(dev, splitter, "ours")
    for size in sorted(sizes):
        chosen = [train[number] for number in order[:size]]
        answers = answer_clauses(train_baseline("tfidf", chosen, splitter), dev, clauses)
        counts = document_counts(of_kind(answers))
        units = sum(len(labelled.units) for labelled in chosen)
        yield Point(size, units, interval(counts, micro_f1), interval(counts, macro_f1))
