"""Thresholds and temperature: fitted where they should be, applied as they were fitted."""

import numpy as np
import pytest

from data.labels import KEYS
from model.threshold import Decision, fit_decision


def test_probabilities_are_the_logistic_function_of_logits_over_temperature() -> None:
    probabilities = Decision(temperature=2.0).probabilities(np.array([0.0, 2.0, -1000.0, 1000.0]))
    assert probabilities == pytest.approx([0.5, 1 / (1 + np.exp(-1.0)), 0.0, 1.0])


def test_labels_are_those_that_reach_their_threshold() -> None:
    thresholds = (0.5, 0.9, *[0.5] * 8)
    logits = np.full((1, 10), -5.0)
    logits[0, :2] = 1.0
    (prediction,) = Decision(1.0, thresholds).predictions(logits)
    assert prediction.labels == ("collection",)
    assert prediction.score_of("purpose") == pytest.approx(0.731, abs=1e-3)


def test_finds_the_temperature_that_made_the_labels() -> None:
    random = np.random.default_rng(0)
    honest = random.normal(0, 2, (20_000, len(KEYS)))
    truth = (random.random(honest.shape) < 1 / (1 + np.exp(-honest))).astype(float)
    assert fit_decision(honest * 3, truth).temperature == pytest.approx(3.0, rel=0.05)


def test_threshold_moves_halfway_to_the_best() -> None:
    logits = np.full((100, len(KEYS)), -9.0)
    truth = np.zeros_like(logits)
    logits[:50, 0], truth[:50, 0] = -1.0, 1.0  # true ones score about .27, the others nothing
    decision = fit_decision(logits, truth)
    assert 0.05 < decision.thresholds[0] < 0.5
    assert decision.thresholds[1] == 0.5
