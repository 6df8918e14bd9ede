"""Labelling: documents in, clauses with predictions out, each on its own."""

import pytest

from data.clause import ClauseSplitter
from data.document import Document
from data.gold import LabelledDocument
from model.bundle import BUNDLED, Bundle, BundleError
from model.classifier import load_classifier
from serve.label import Labeller, load_labeller


@pytest.fixture(scope="module")
def labeller(splitter: ClauseSplitter, tiny_bundle: Bundle) -> Labeller:
    return Labeller(splitter, load_classifier(tiny_bundle.folder))


def test_every_clause_has_a_prediction(
    labeller: Labeller, splitter: ClauseSplitter, policies: list[LabelledDocument]
) -> None:
    documents = [policy.document for policy in policies]
    for document, policy in zip(documents, labeller.label(documents), strict=True):
        assert policy.document == document
        assert [item.clause for item in policy.clauses] == splitter.split(document)
        assert policy.model.id == "tiny"


def test_an_empty_document_costs_the_others_nothing(labeller: Labeller, policies: list[LabelledDocument]) -> None:
    empty, other = labeller.label([Document("empty", ""), policies[0].document])
    assert empty.clauses == ()
    assert other == labeller.label([policies[0].document])[0]


def test_loads_the_shipped_bundle(policies: list[LabelledDocument]) -> None:
    (policy,) = load_labeller(BUNDLED, threads=1).label([policies[0].document])
    assert any(item.prediction.labels for item in policy.clauses)


def test_refuses_a_folder_that_is_no_bundle(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(BundleError):
        load_labeller(tmp_path_factory.mktemp("none"))
