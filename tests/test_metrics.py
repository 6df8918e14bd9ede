"""Metrics equal scikit-learn's."""

import numpy as np
import pytest
from sklearn import metrics as reference

from data.labels import KEYS
from eval.metrics import average_precision, count, macro_f1, micro_f1, score


def random_tables(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, found labels and probabilities of 200 units; one label is rare, one never occurs."""
    generator = np.random.default_rng(seed)
    share = np.array([0.5, 0.3, 0.2, 0.1, 0.1, 0.02, 0.4, 0.2, 0.3, 0.0])
    truth = generator.random((200, len(KEYS))) < share
    scores = np.round(np.clip(0.4 * truth + 0.6 * generator.random(truth.shape), 0, 1), 2)
    found = (scores >= 0.5) & (share > 0)
    return truth, found, scores


@pytest.mark.parametrize("seed", range(5))
def test_scores_equal_scikit_learn(seed: int) -> None:
    truth, found, _ = random_tables(seed)
    ours = score(truth, found)
    for average, figures in (("micro", ours.micro), ("macro", ours.macro)):
        occurring = (truth | found).any(axis=0)
        expected = reference.precision_recall_fscore_support(
            truth[:, occurring], found[:, occurring], average=average, zero_division=0
        )
        assert (figures.precision, figures.recall, figures.f1) == pytest.approx(expected[:3])
    each = reference.f1_score(truth, found, average=None, zero_division=0)
    assert [figures.f1 for figures in ours.labels.values()] == pytest.approx(each)
    assert [figures.support for figures in ours.labels.values()] == truth.sum(axis=0).tolist()
    assert ours.exact == pytest.approx(reference.accuracy_score(truth, found))


@pytest.mark.parametrize("seed", range(5))
def test_average_precision_equals_scikit_learn(seed: int) -> None:
    truth, _, scores = random_tables(seed)
    for column in range(len(KEYS) - 1):
        expected = reference.average_precision_score(truth[:, column], scores[:, column])
        assert average_precision(truth[:, column], scores[:, column]) == pytest.approx(expected)


def test_average_precision_of_a_label_that_never_occurs_is_zero() -> None:
    assert average_precision(np.zeros(3, dtype=bool), np.array([0.1, 0.2, 0.3])) == 0.0


def test_figures_from_counts_are_those_of_score() -> None:
    truth, found, _ = random_tables(7)
    ours, counts = score(truth, found), count(truth, found)
    assert float(micro_f1(counts)) == pytest.approx(ours.micro.f1)
    assert float(macro_f1(counts)) == pytest.approx(ours.macro.f1)
    stacked = np.stack([counts, counts])
    assert micro_f1(stacked).tolist() == pytest.approx([ours.micro.f1] * 2)


def test_no_units_score_zero() -> None:
    empty = np.zeros((0, len(KEYS)), dtype=bool)
    assert score(empty, empty).micro.f1 == 0.0
    assert score(empty, empty).exact == 0.0


def test_a_label_found_but_never_true_lowers_macro() -> None:
    truth = np.zeros((2, len(KEYS)), dtype=bool)
    truth[:, 0] = True
    found = truth.copy()
    found[0, 1] = True
    assert score(truth, found).macro.f1 == pytest.approx(0.5)
