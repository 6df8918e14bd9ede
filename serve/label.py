"""The whole way from documents to labelled clauses, shared by the command line, HTTP and batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.clause import Clause, ClauseSplitter
from data.document import Document
from model.bundle import BUNDLED
from model.classifier import load_classifier
from model.prediction import Classifier, ModelIdentity, Prediction


@dataclass(frozen=True, slots=True)
class LabelledClause:
    """A clause of a document and what the model says of it."""

    clause: Clause
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class LabelledPolicy:
    """A document, its clauses in order with their predictions, and the model that made them."""

    document: Document
    clauses: tuple[LabelledClause, ...]
    model: ModelIdentity


class Labeller:
    """Documents in, labelled clauses out."""

    def __init__(self, splitter: ClauseSplitter, classifier: Classifier) -> None:
        self._splitter, self._classifier = splitter, classifier

    def label(self, documents: Sequence[Document]) -> list[LabelledPolicy]:
        """Each document labelled; the answer for one does not depend on the others."""
        split = self._splitter.split_all(documents)
        predicted = self._classifier.predict(split)
        identity = self._classifier.identity
        return [
            LabelledPolicy(document, tuple(map(LabelledClause, clauses, predictions)), identity)
            for document, clauses, predictions in zip(documents, split, predicted, strict=True)
        ]


def load_labeller(folder: Path = BUNDLED, device: str = "auto", threads: int | None = None) -> Labeller:
    """A labeller with the bundle in `folder`; takes about 3 s, most of it Kiwi.

    Raises BundleError and RuntimeError as load_classifier does.
    """
    classifier = load_classifier(folder, device, threads)
    return Labeller(ClauseSplitter(threads), classifier)
