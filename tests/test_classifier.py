"""Classifier: a document's predictions depend on nothing but the document, and runtimes agree."""

import random
from dataclasses import replace

import numpy as np
import pytest

from data.clause import Clause, ClauseSplitter
from data.gold import LabelledDocument
from eval.harness import answer, score_answers
from model.bundle import BUNDLED, Bundle
from model.classifier import BundleClassifier, load_classifier


@pytest.fixture(scope="module")
def split(splitter: ClauseSplitter, policies: list[LabelledDocument]) -> list[list[Clause]]:
    """The beginnings of three policies: up to three windows each, of unequal length, and several batches together."""
    whole = splitter.split_all([policy.document for policy in policies])
    return [clauses[:length] for clauses, length in zip(whole, (60, 45, 30), strict=True)]


@pytest.fixture(scope="module")
def shipped() -> BundleClassifier:
    return load_classifier(BUNDLED)


def scores(classifier: BundleClassifier, documents: list[list[Clause]]) -> list[np.ndarray]:
    return [np.array([one.scores for one in of_document]) for of_document in classifier.predict(documents)]


@pytest.mark.parametrize("bundled", [False, True])
def test_neighbours_in_a_batch_change_nothing(
    split: list[list[Clause]], tiny_bundle: Bundle, shipped: BundleClassifier, bundled: bool
) -> None:
    classifier = shipped if bundled else load_classifier(tiny_bundle.folder)
    together = scores(classifier, split)
    shuffled = random.Random(0).sample(range(len(split)), len(split))
    mixed = scores(classifier, [split[number] for number in shuffled])
    for number, clauses in enumerate(split):
        (alone,) = scores(classifier, [clauses])
        assert np.abs(alone - together[number]).max() < 1e-5
        assert np.abs(alone - mixed[shuffled.index(number)]).max() < 1e-5
    predictions = classifier.predict(split)
    assert [[one.labels for one in of_document] for of_document in predictions] == [
        [one.labels for one in classifier.predict([clauses])[0]] for clauses in split
    ]


@pytest.mark.parametrize("bundled", [False, True])
def test_torch_and_onnx_agree(
    split: list[list[Clause]], tiny_bundle: Bundle, shipped: BundleClassifier, bundled: bool
) -> None:
    folder = BUNDLED if bundled else tiny_bundle.folder
    onnx = shipped if bundled else load_classifier(folder)
    torch = load_classifier(folder, device="torch")
    for one, other in zip(scores(onnx, split[:1]), scores(torch, split[:1]), strict=True):
        assert np.abs(one - other).max() < 1e-4


def test_the_shipped_model_knows_unseen_policies(
    splitter: ClauseSplitter, shipped: BundleClassifier, policies: list[LabelledDocument]
) -> None:
    assert score_answers(answer(shipped, policies, splitter)).micro.f1 > 0.75


def test_no_clauses_no_predictions(shipped: BundleClassifier) -> None:
    assert shipped.predict([]) == []
    assert shipped.predict([[]]) == [[]]


def test_a_clause_without_morphemes_is_predicted(shipped: BundleClassifier, split: list[list[Clause]]) -> None:
    ((prediction,),) = shipped.predict([[replace(split[0][0], morphemes=())]])
    assert len(prediction.scores) == 10


def test_identity_names_bundle_and_guideline(tiny_bundle: Bundle) -> None:
    identity = load_classifier(tiny_bundle.folder).identity
    assert (identity.id, identity.sha256, identity.guideline) == ("tiny", tiny_bundle.sha256, "1")


def test_refuses_an_unknown_device(tiny_bundle: Bundle) -> None:
    with pytest.raises(RuntimeError, match="no device 'tpu'; one of auto, cpu, cuda, torch"):
        load_classifier(tiny_bundle.folder, device="tpu")
