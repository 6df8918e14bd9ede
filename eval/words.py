"""The words that carried a decision: how far a label's probability falls when one of them is left out.

Any classifier can be asked so (Li et al. 2016, "Understanding neural networks through
representation erasure"); of a linear one the answer is the word's weight, as a
probability. A clause is asked about among its neighbours alone, for a whole document a
word would take minutes. So its probabilities, and at times its labels, are not quite those
that it has in the document (of 267 wrong units of our dev file, 18 in 100 wrong labels change).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from data.clause import Clause
from data.labels import KEYS
from model.heading import heading_paths
from model.prediction import Classifier, Prediction

BEFORE, AFTER = 3, 2
"""The neighbours that a clause is asked about with, beside the headings over it."""

Place = tuple[Sequence[Clause], int]
"""Clauses of one document, and the number of the one in question."""


@dataclass(frozen=True, slots=True)
class Influence:
    """The words of a clause with their places in the document, and for each what it adds to the ten probabilities.

    `effects` (words, 10): the probability with all words less the one without this word. `whole`: what
    is said with all words.
    """

    words: tuple[tuple[int, str], ...]
    effects: NDArray[np.float64]
    whole: Prediction


def influences(classifier: Classifier, places: Sequence[Place]) -> list[Influence]:
    """Of every word of each clause in question."""
    spans = [_words(clauses[number]) for clauses, number in places]
    excerpts = [_excerpt(*place) for place in places]
    asked = [variant for excerpt, words in zip(excerpts, spans, strict=True) for variant in _variants(excerpt, words)]
    answers = iter(classifier.predict(asked))
    found: list[Influence] = []
    for (clauses, number), (_, at), words in zip(places, excerpts, spans, strict=True):
        whole = next(answers)[at]
        without = np.array([next(answers)[at].scores for _ in words]).reshape(len(words), len(KEYS))
        named = tuple((start, _text(clauses[number], start, end)) for start, end in words)
        found.append(Influence(named, np.array(whole.scores) - without, whole))
    return found


def _excerpt(clauses: Sequence[Clause], number: int) -> Place:
    """The clause with the headings over it and its nearest neighbours, and its number among these."""
    near = range(max(0, number - BEFORE), min(len(clauses), number + AFTER + 1))
    chosen = sorted({*heading_paths(clauses)[number], *near})
    return [clauses[one] for one in chosen], chosen.index(number)


def _variants(excerpt: Place, words: Sequence[tuple[int, int]]) -> Iterator[list[Clause]]:
    """The excerpt as it is, then without each word of its clause in question."""
    clauses, at = excerpt
    yield list(clauses)
    for start, end in words:
        yield [*clauses[:at], _without(clauses[at], start, end), *clauses[at + 1 :]]


def _words(clause: Clause) -> list[tuple[int, int]]:
    """Where the words (eojeol) of a clause stand in the document."""
    starts = [next(of_word).start for _, of_word in groupby(clause.morphemes, key=lambda one: one.word)]
    bounds = zip(starts, [*starts[1:], clause.end], strict=True)
    return [(start, start + len(_text(clause, start, end))) for start, end in bounds if start < end]


def _without(clause: Clause, start: int, end: int) -> Clause:
    """The clause with blanks in the word's place, so that all offsets stay."""
    before, after = clause.text[: start - clause.start], clause.text[end - clause.start :]
    rest = tuple(one for one in clause.morphemes if not start <= one.start < end)
    return replace(clause, text=before + " " * (end - start) + after, morphemes=rest)


def _text(clause: Clause, start: int, end: int) -> str:
    return clause.text[start - clause.start : end - clause.start].rstrip()
