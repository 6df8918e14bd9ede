"""Windows: every clause is read exactly once, at its own closing token, with its context before it."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.clause import Clause, Morpheme
from model.vocabulary import SPECIAL, Vocabulary
from model.window import EncodedClause, WindowConfig, Windower, padded

VOCABULARY = Vocabulary([*SPECIAL, "가/NNG"])
CONFIG = WindowConfig(length=40, left=12, right=8, longest_clause=12)
WINDOWER = Windower(VOCABULARY, CONFIG)

clauses = st.lists(
    st.builds(
        lambda length, kind, style: EncodedClause((*range(100, 100 + length), VOCABULARY.end), kind, style),
        st.integers(0, 11),
        st.integers(0, 2),
        st.sampled_from(["", "article", "number"]),
    ),
    max_size=30,
)


@given(clauses)
def test_each_clause_is_read_once_at_its_own_end(encoded: list[EncodedClause]) -> None:
    read = []
    for window in WINDOWER.windows(encoded):
        assert len(window.ids) == len(window.kinds) <= CONFIG.length
        assert window.ids[0] == VOCABULARY.start
        for start, end, number in zip(window.starts, window.ends, window.clauses, strict=True):
            clause = encoded[number].ids
            assert window.ids[start : end + 1] == clause
        read.extend(window.clauses)
    assert read == list(range(len(encoded)))


def test_long_clause_keeps_both_ends() -> None:
    morphemes = tuple(Morpheme("가", "NNG", start, start) for start in range(100))
    encoded = WINDOWER.encode(Clause(0, 100, "가" * 100, "body", morphemes))
    assert len(encoded.ids) <= CONFIG.longest_clause
    assert encoded.ids[-1] == VOCABULARY.end


def test_headings_stand_over_a_later_window() -> None:
    article = EncodedClause((7, 3), 0, "article")
    body = EncodedClause((8,) * 9 + (3,), 1, "")
    windows = WINDOWER.windows([article, *[body] * 8])
    assert len(windows) > 2
    assert all(window.ids[1:3] == (7, 3) for window in windows)


def test_a_heading_closes_those_of_its_style() -> None:
    one, two = EncodedClause((7, 3), 0, "article"), EncodedClause((9, 3), 0, "article")
    body = EncodedClause((8,) * 9 + (3,), 1, "")
    windows = WINDOWER.windows([one, *[body] * 4, two, *[body] * 8])
    assert windows[-1].ids[1:3] == (9, 3)


def test_batch_pads_on_the_right() -> None:
    encoded = [EncodedClause((8,) * size + (3,), 1, "") for size in (11, 11, 11, 2)]
    windows = WINDOWER.windows(encoded)
    batch = WINDOWER.batch(windows)
    assert batch.input_ids.shape == batch.attention_mask.shape == batch.token_type_ids.shape
    for row, window in enumerate(windows):
        size = len(window.ids)
        assert tuple(batch.input_ids[row, :size]) == window.ids
        assert np.all(batch.input_ids[row, size:] == VOCABULARY.pad)
        assert batch.attention_mask[row].sum() == size
        assert tuple(batch.ends[row, : len(window.ends)]) == window.ends


def test_right_context_follows_the_last_clause() -> None:
    encoded = [EncodedClause((10 + number, 3), 1, "") for number in range(30)]
    first, second = WINDOWER.windows(encoded)[:2]
    assert first.ids[first.ends[-1] + 1 : first.ends[-1] + 3] == encoded[second.clauses[0]].ids
    assert all(one.clauses[-1] + 1 == other.clauses[0] for one, other in pairwise(WINDOWER.windows(encoded)))


def test_padded_fills_on_the_right_and_keeps_the_kind_of_number() -> None:
    whole = padded([[1], [2, 3, 4], []], 9, np.int64)
    assert whole.dtype == np.int64 and whole.tolist() == [[1, 9, 9], [2, 3, 4], [9, 9, 9]]
    ratios = padded([[0.5], [0.25, 0.75]], -1.0, np.float32)
    assert ratios.dtype == np.float32 and ratios.tolist() == [[0.5, -1.0], [0.25, 0.75]]
