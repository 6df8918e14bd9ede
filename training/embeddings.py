"""Morpheme vectors of Kiwi's own language model, as a start for an embedding table.

Kiwi's CoNg model holds a 256-dimensional vector for each of its 70,000 morphemes but tells
cosines only. Cosines of every morpheme with a few hundred landmarks give the vectors back
up to a rotation (Nyström: Williams and Seeger, NIPS 2000).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from kiwipiepy import Kiwi
from numpy.typing import NDArray

from model.vocabulary import Vocabulary

DIMENSIONS = 256
"""Length of Kiwi's vectors: the cosine matrix has no more eigenvalues above zero."""


def kiwi_vectors(vocabulary: Vocabulary, landmarks: int = 768) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Unit vectors (entries, 256) for the entries that Kiwi knows, and which those are (entries,).

    Entries that Kiwi does not know stay zero.
    """
    kiwi = Kiwi()
    names = {_name(morpheme.form, morpheme.tag): number for number, morpheme in _everything(kiwi)}
    rows = [(row, names[entry]) for row, entry in enumerate(vocabulary.entries) if entry in names]
    chosen = [number for _, number in rows[:: max(1, len(rows) // landmarks)]]
    cosines = np.stack([_cosines(kiwi, number) for number in chosen])
    weights, axes = np.linalg.eigh(cosines[:, chosen])
    top = slice(-DIMENSIONS, None)
    basis = axes[:, top] / np.sqrt(np.maximum(weights[top], 1e-6))
    vectors = cosines.T @ basis
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    table = np.zeros((len(vocabulary), DIMENSIONS), dtype=np.float32)
    for row, number in rows:
        table[row] = vectors[number]
    known = np.zeros(len(vocabulary), dtype=bool)
    known[[row for row, _ in rows]] = True
    return table, known


def _name(form: str, tag: str) -> str:
    return f"{form.lower()}/{tag.partition('-')[0]}"


def _everything(kiwi: Kiwi) -> Sequence[tuple[int, Any]]:
    return [(found.id, found) for found in kiwi.most_similar_morphemes(("회사", "NNG"), top_n=10**6)]


def _cosines(kiwi: Kiwi, number: int) -> NDArray[np.float32]:
    """Cosines of one morpheme with all, indexed by Kiwi's ids."""
    found = kiwi.most_similar_morphemes(number, top_n=10**6)
    cosines = np.zeros(1 + max(morpheme.id for morpheme in found), dtype=np.float32)
    cosines[[morpheme.id for morpheme in found]] = [morpheme.score for morpheme in found]
    cosines[number] = 1.0  # Kiwi gives a morpheme no score with itself
    return cosines
