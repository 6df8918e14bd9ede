"""What the linear models see of a clause: words and letters of its own, words around it, and how it looks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data.clause import Clause
from data.kind import KINDS
from data.marker import marker_style
from model.heading import heading_paths
from model.vocabulary import key_of

FIELDS: tuple[str, ...] = ("words", "letters", "heading", "path", "before", "after", "marks")
"""The bags of features of a clause, each weighted and normalised by itself."""

LETTERS = (2, 4)
"""Shortest and longest character n-gram."""

PARTS = 10
"""Parts of a document's length by which a clause's place is told."""

NEIGHBOURS: tuple[int, ...] = tuple(range(-4, 4))
"""Clauses, counted from the one in question, whose first opinions a second look sees."""

Floats = NDArray[np.float64]
Bags = Mapping[str, Sequence[str]]

_DIGIT = re.compile(r"\d")
_SPACE = re.compile(r"\s+")


def bags_of(clauses: Sequence[Clause]) -> list[Bags]:
    """The bags of each clause of one document, by field."""
    words = [_words(clause) for clause in clauses]
    marks = [_look(clause) for clause in clauses]
    return [
        {
            "words": words[number],
            "letters": _letters(clauses[number].text),
            "heading": words[path[-1]] if path else (),
            "path": [word for heading in path[:-1] for word in words[heading]],
            "before": words[number - 1] if number else (),
            "after": words[number + 1] if number + 1 < len(clauses) else (),
            "marks": list(_marks(marks, number, len(path))),
        }
        for number, path in enumerate(heading_paths(clauses))
    ]


def _words(clause: Clause) -> list[str]:
    """Morphemes, and pairs of neighbouring ones; numbers by their shape."""
    keys = [_DIGIT.sub("0", key_of(morpheme)) for morpheme in clause.morphemes]
    return keys + [f"{one} {other}" for one, other in pairwise(keys)]


def _letters(text: str) -> list[str]:
    padded = f" {_SPACE.sub(' ', _DIGIT.sub('0', text))} "
    return [
        padded[start : start + length]
        for length in range(LETTERS[0], LETTERS[1] + 1)
        for start in range(len(padded) - length + 1)
    ]


def _look(clause: Clause) -> tuple[str, str]:
    """Kind and marker style, and whether the clause has cells."""
    cells = "cells" if "\t" in clause.text else "line"
    return clause.kind, f"{marker_style(clause.text)}|{cells}"


def _marks(looks: Sequence[tuple[str, str]], number: int, depth: int) -> Iterator[str]:
    for step in (-2, -1, 0, 1, 2):
        inside = 0 <= number + step < len(looks)
        kind, style = looks[number + step] if inside else ("edge", "edge")
        yield from (f"{step}:kind={kind}", f"{step}:style={style}")
    yield f"part={PARTS * number // len(looks)}"
    yield f"depth={min(depth, 4)}"


def around(clauses: Sequence[Clause], scores: Floats) -> Floats:
    """First opinions (clauses, 10) of one document as each clause's surroundings show them: (clauses, features).

    Those of 4 clauses before to 3 after, and their means on either side; of the headings
    over it, of its section and of the document; place and kinds.
    """
    count = len(clauses)
    paths = heading_paths(clauses)
    blocks = [_shifted(scores, step) for step in NEIGHBOURS]
    blocks.append(np.mean([block for block, step in zip(blocks, NEIGHBOURS, strict=True) if step < 0], axis=0))
    blocks.append(np.mean([block for block, step in zip(blocks, NEIGHBOURS, strict=False) if step > 0], axis=0))
    blocks.append(np.array([scores[path[-1]] if path else np.zeros(scores.shape[1]) for path in paths]))
    blocks.append(np.array([scores[list(path)].max(axis=0) if path else np.zeros(scores.shape[1]) for path in paths]))
    blocks.append(_section_means(clauses, scores))
    blocks.append(np.tile(scores.mean(axis=0), (count, 1)))
    kinds = np.array([[KINDS.index(clause.kind) + 1.0] for clause in clauses])
    place = np.arange(count)[:, None] / count
    return np.hstack([*blocks, *(_shifted(kinds, step) for step in (-1, 0, 1)), place])


def _shifted(rows: Floats, step: int) -> Floats:
    """What stands `step` rows further on; zeros beyond the edges."""
    shifted = np.zeros_like(rows)
    source = np.arange(len(rows)) + step
    inside = (source >= 0) & (source < len(rows))
    shifted[inside] = rows[source[inside]]
    return shifted


def _section_means(clauses: Sequence[Clause], scores: Floats) -> Floats:
    """The mean from a heading up to the next one, for each clause in between."""
    section = np.cumsum([clause.kind == "heading" for clause in clauses])
    means = np.zeros_like(scores)
    for number in np.unique(section):
        means[section == number] = scores[section == number].mean(axis=0)
    return means
