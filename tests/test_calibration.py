"""Calibration error and Brier score of probabilities whose truth is known."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from eval.calibration import calibration


def test_true_probabilities_have_no_error() -> None:
    generator = np.random.default_rng(0)
    scores = generator.random((20_000, 10))
    truth = generator.random(scores.shape) < scores
    assert calibration(truth, scores).error < 0.01


def test_error_of_a_case_worked_by_hand() -> None:
    scores = np.array([[0.9, 0.9, 0.9, 0.9], [0.1, 0.1, 0.1, 0.1]])
    truth = np.array([[True, True, False, False], [False, False, False, False]])
    found = calibration(truth, scores)
    assert found.error == pytest.approx(0.5 * 0.4 + 0.5 * 0.1)
    assert [(one.cases, one.share) for one in found.curve] == [(4, 0.0), (4, 0.5)]


def test_brier_equals_scikit_learn() -> None:
    generator = np.random.default_rng(1)
    scores, truth = generator.random(500), generator.random(500) < 0.3
    assert calibration(truth, scores).brier == pytest.approx(brier_score_loss(truth, scores))


def test_the_last_bin_holds_certainty_and_nothing_gives_nothing() -> None:
    assert calibration(np.array([True]), np.array([1.0])).curve[0].probability == 1.0
    assert calibration(np.zeros((0, 10), dtype=bool), np.zeros((0, 10))).curve == ()
