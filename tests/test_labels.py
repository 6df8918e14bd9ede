"""Labels: their order is the column order everywhere."""

import numpy as np
import pytest

from data.labels import COLUMN, KEYS, LABELS, in_order, to_row


def test_ten_labels_in_the_order_of_the_guideline() -> None:
    assert KEYS == (
        "collection", "purpose", "retention", "third-party", "entrustment",
        "transfer", "rights", "cookies", "security", "contact",
    )  # fmt: skip
    assert [COLUMN[label.key] for label in LABELS] == list(range(10))


def test_in_order_sorts_and_drops_repetitions() -> None:
    assert in_order(["rights", "collection", "rights"]) == ("collection", "rights")


def test_in_order_refuses_a_foreign_label() -> None:
    with pytest.raises(KeyError, match="marketing"):
        in_order(["marketing"])


def test_row_has_a_one_in_each_label_column() -> None:
    assert np.flatnonzero(to_row(["purpose", "contact"])).tolist() == [1, 9]
