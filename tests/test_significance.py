"""Bootstrap intervals cover at the rate they claim; comparisons find what is there."""

import numpy as np
import pytest

from data.gold import Unit
from eval.harness import Answer
from eval.metrics import label_f1, micro_f1
from eval.significance import compare, document_counts, interval, spread

HITS, MISSES = 0.8, 0.1


def simulated(generator: np.random.Generator, documents: int, hits: float = HITS) -> np.ndarray:
    """Counts of documents of one label, whose quality varies from document to document."""
    support = generator.integers(10, 60, size=documents)
    quality = np.clip(generator.normal(hits, 0.1, size=documents), 0, 1)
    right = generator.binomial(support, quality)
    false = generator.binomial(support, MISSES)
    return np.stack([right, right + false, support], axis=1)[:, :, None]


def test_intervals_cover_the_true_figure_about_95_times_in_100() -> None:
    generator = np.random.default_rng(1)
    truth = float(micro_f1(simulated(generator, 200_000).sum(axis=0)))
    covered = 0
    for seed in range(300):
        found = interval([simulated(generator, 40)], micro_f1, rounds=500, seed=seed)
        covered += found.low <= truth <= found.high
    assert 0.91 <= covered / 300 <= 0.98


def test_a_model_does_not_differ_from_itself() -> None:
    one = simulated(np.random.default_rng(5), 30)
    found = compare([one], [one], micro_f1)
    assert found.p_value == 1.0
    assert (found.difference.low, found.difference.value, found.difference.high) == (0.0, 0.0, 0.0)


def test_a_real_difference_is_found() -> None:
    generator = np.random.default_rng(2)
    worse = simulated(generator, 30)
    better = worse.copy()
    better[:, 0] = np.minimum(better[:, 0] + 2, np.minimum(better[:, 1], better[:, 2]))
    found = compare([better], [worse], micro_f1)
    assert found.p_value < 0.01
    assert 0 < found.difference.low < found.difference.value < found.difference.high


def test_permutation_p_values_are_even_under_no_difference() -> None:
    generator = np.random.default_rng(3)
    values = []
    for seed in range(200):
        base = simulated(generator, 20)
        swap = generator.integers(0, 2, size=(20, 1, 1))
        noisy = base.copy()
        noisy[:, 0] -= np.minimum(noisy[:, 0], generator.integers(0, 4, size=(20, 1)))
        one, other = np.where(swap, base, noisy), np.where(swap, noisy, base)
        values.append(compare([one], [other], micro_f1, rounds=200, seed=seed).p_value)
    assert 0.01 <= np.mean(np.array(values) <= 0.05) <= 0.10
    assert 0.40 <= np.mean(np.array(values) <= 0.5) <= 0.60


def test_models_on_different_documents_are_refused() -> None:
    generator = np.random.default_rng(4)
    with pytest.raises(ValueError, match="score both on the same files"):
        compare([simulated(generator, 5)], [simulated(generator, 5)], micro_f1)


def trainings(generator: np.random.Generator, documents: np.ndarray, number: int, quality: float) -> list[np.ndarray]:
    """Counts of so many trainings of a model on the same documents; each training has a quality of its own."""
    found = []
    for of_training in generator.normal(quality, 0.03, size=number):
        counts = documents.copy()
        counts[:, 0] = generator.binomial(counts[:, 2], np.clip(of_training, 0, 1))
        counts[:, 1] = counts[:, 0] + generator.binomial(counts[:, 2], MISSES)
        found.append(counts)
    return found


def test_trainings_of_one_model_make_no_difference() -> None:
    """With one training each chance trainings pass for a difference; with their draw the p-value tells so."""
    generator = np.random.default_rng(6)
    single, several = [], []
    for seed in range(120):
        documents = simulated(generator, 30)
        ones, others = (trainings(generator, documents, 5, HITS) for _ in range(2))
        single.append(compare(ones[:1], others[:1], micro_f1, rounds=200, seed=seed).p_value)
        several.append(compare(ones, others, micro_f1, rounds=200, seed=seed).p_value)
    assert np.mean(np.array(single) <= 0.05) > 0.25
    assert np.mean(np.array(several) <= 0.05) <= 0.10


def test_a_difference_over_trainings_is_found() -> None:
    generator = np.random.default_rng(7)
    documents = simulated(generator, 30)
    better, worse = (trainings(generator, documents, 5, quality) for quality in (0.9, 0.7))
    found = compare(better, worse, micro_f1)
    assert (found.test, found.documents) == ("bootstrap", 30)
    assert found.p_value < 0.01
    means = [np.mean([micro_f1(one.sum(axis=0)) for one in of_model]) for of_model in (better, worse)]
    assert found.difference.value == pytest.approx(means[0] - means[1])
    assert 0 < found.difference.low < found.difference.value < found.difference.high
    assert compare(better[:1], worse[:1], micro_f1).test == "permutation"


def test_intervals_over_trainings_cover_what_another_training_would_give() -> None:
    generator = np.random.default_rng(8)
    truth = float(
        np.mean([micro_f1(one.sum(axis=0)) for one in trainings(generator, simulated(generator, 2000), 400, HITS)])
    )
    covered, narrow = 0, 0
    for seed in range(150):
        found = trainings(generator, simulated(generator, 40), 5, HITS)
        over, alone = (
            interval(found, micro_f1, rounds=300, seed=seed),
            interval(found[:1], micro_f1, rounds=300, seed=seed),
        )
        covered += over.low <= truth <= over.high
        narrow += alone.low <= truth <= alone.high
    assert 0.89 <= covered / 150 <= 0.98
    assert narrow / 150 < 0.6


def test_draws_without_the_label_are_left_out() -> None:
    rare = np.zeros((6, 3), dtype=np.int64)
    rare[0] = [4, 5, 5]
    found = interval([rare], label_f1)
    assert found.low == found.value == found.high == pytest.approx(0.8)
    never = interval([np.zeros((6, 3), dtype=np.int64)], label_f1)
    assert (never.value, never.low, never.high) == (0.0, 0.0, 0.0)


def test_the_spread_is_that_of_a_sample() -> None:
    assert (spread([0.5]).mean, spread([0.5]).deviation) == (0.5, 0.0)
    assert spread([0.7, 0.8, 0.9]).mean == pytest.approx(0.8)
    assert spread([0.7, 0.8, 0.9]).deviation == pytest.approx(0.1)


def test_counts_are_by_document() -> None:
    unit = Unit(0, 1, "body", ("purpose",))
    answers = [
        Answer("a", unit, frozenset({"purpose"}), (0.0,) * 10),
        Answer("b", unit, frozenset(), (0.0,) * 10),
        Answer("a", unit, frozenset({"rights"}), (0.0,) * 10),
    ]
    counts = document_counts(answers)
    assert counts.shape == (2, 3, 10)
    assert counts.sum(axis=2).tolist() == [[1, 2, 2], [0, 0, 1]]
