"""Kiwi's vectors: cosines of what was recovered are those that Kiwi tells."""

import numpy as np
import pytest
from kiwipiepy import Kiwi

from model.vocabulary import SPECIAL, Vocabulary
from training.embeddings import kiwi_vectors

WORDS = ("쿠키/NNG", "회사/NNG", "이용자/NNG", "파기/NNG", "구글/NNP", "사랑/NNG")


@pytest.mark.slow
def test_cosines_are_kiwis() -> None:
    kiwi = Kiwi()
    near = [
        morpheme
        for word in ("회사", "쿠키", "바다")
        for morpheme in kiwi.most_similar_morphemes((word, "NNG"), top_n=120)
    ]
    names = dict.fromkeys(f"{morpheme.form}/{morpheme.tag.partition('-')[0]}" for morpheme in near)
    vocabulary = Vocabulary([*SPECIAL, *WORDS, *(name for name in names if name not in WORDS), "없는말/NNG"])
    table, known = kiwi_vectors(vocabulary, landmarks=320)
    assert not known[: len(SPECIAL)].any()
    assert not known[-1]
    rows = {word: table[vocabulary.id(word)] for word in WORDS}
    for one in WORDS:
        for other in WORDS:
            if one < other:
                told = kiwi.morpheme_similarity(*(tuple(word.split("/")) for word in (one, other)))
                assert float(np.dot(rows[one], rows[other])) == pytest.approx(told, abs=0.08)
