"""Training windows: all clauses of each epoch are there with their own truth, whatever the augmentation."""

from dataclasses import replace

import numpy as np
import pytest

from data.clause import ClauseSplitter
from data.gold import LabelledDocument
from data.labels import to_row
from model.vocabulary import MASK, Vocabulary
from model.window import WindowConfig
from training.augment import careless
from training.config import AugmentConfig
from training.windows import WindowMaker, read_examples

WINDOW = WindowConfig(length=96, left=24, right=12, longest_clause=40)
NONE = AugmentConfig(**dict.fromkeys(AugmentConfig.__dataclass_fields__, 0.0))
LAYOUT_KEPT = replace(
    AugmentConfig(), alone=0.0, short=0.0, thinned=0.0, wrapped=0.0, cells=0.0, contents=0.0, furniture=0.0
)


def maker(vocabulary: Vocabulary, augment: AugmentConfig, seed: int = 1) -> WindowMaker:
    return WindowMaker(vocabulary, vocabulary.id(MASK), WINDOW, augment, seed)


@pytest.mark.parametrize("augment", [NONE, LAYOUT_KEPT], ids=["plain", "augmented"])
def test_an_epoch_has_each_clause_once(
    vocabulary: Vocabulary, policies: list[LabelledDocument], splitter: ClauseSplitter, augment: AugmentConfig
) -> None:
    examples = read_examples(policies, splitter)
    rows = maker(vocabulary, augment).epochs(examples, 2, batch_tokens=400)
    truth = np.concatenate([np.reshape(one, (-1, 10)) for row in rows for one in row["truth"]])
    expected = np.stack([to_row(unit.labels) for policy in policies for unit in policy.units])
    assert truth.sum(axis=0).tolist() == (2 * expected.sum(axis=0)).tolist()
    assert len(truth) == 2 * len(expected)


def test_batches_keep_to_their_tokens(
    vocabulary: Vocabulary, policies: list[LabelledDocument], splitter: ClauseSplitter
) -> None:
    rows = maker(vocabulary, AugmentConfig()).epochs(read_examples(policies, splitter), 1, batch_tokens=400)
    for row in rows:
        assert len(row["input_ids"]) * max(map(len, row["input_ids"])) <= 400
        for ids, ends in zip(row["input_ids"], row["ends"], strict=True):
            assert all(ids[end] == vocabulary.end for end in ends)


def test_clauses_alone_come_on_top(
    vocabulary: Vocabulary, policies: list[LabelledDocument], splitter: ClauseSplitter
) -> None:
    examples = read_examples(policies[:1], splitter)
    rows = maker(vocabulary, replace(NONE, alone=1.0)).epochs(examples, 1, batch_tokens=400)
    assert sum(len(ends) for row in rows for ends in row["ends"]) == 2 * len(policies[0].units)


def test_seed_decides(vocabulary: Vocabulary, policies: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    examples = read_examples(policies[:1], splitter)
    one, same, other = (
        maker(vocabulary, AugmentConfig(), seed).epochs(examples, 1, 400).to_dict() for seed in (1, 1, 2)
    )
    assert one == same != other


def test_short_pieces_come_on_top(
    vocabulary: Vocabulary, policies: list[LabelledDocument], splitter: ClauseSplitter
) -> None:
    examples = read_examples(policies[:1], splitter)
    rows = maker(vocabulary, replace(NONE, short=0.1)).epochs(examples, 1, batch_tokens=400)
    assert sum(len(ends) for row in rows for ends in row["ends"]) > len(policies[0].units)


def test_careless_copies_stand_for_their_originals(
    vocabulary: Vocabulary, policies: list[LabelledDocument], splitter: ClauseSplitter
) -> None:
    examples, noisy = read_examples(policies, splitter), read_examples(careless(policies, 1), splitter)
    for noise, source in ((1.0, noisy), (0.0, examples)):
        mixed = maker(vocabulary, replace(NONE, noise=noise)).epochs(examples, 1, 400, noisy)
        assert mixed.to_dict() == maker(vocabulary, NONE).epochs(source, 1, 400).to_dict()
