"""Where answers come from: a bundle, a baseline, a file of predictions, a server; by its name on the command line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from data.clause import ClauseSplitter
from data.gold import GoldError, LabelledDocument, read_gold
from data.labels import GUIDELINE_VERSION, KEYS
from eval.harness import Answer, Cut, align, answer
from eval.http_source import HttpSource
from model.bundle import BUNDLED
from model.classifier import load_classifier
from model.keywords import KeywordClassifier
from model.prediction import Classifier, ModelIdentity, Prediction


class Source(Protocol):
    """Anything that answers for the units of labelled documents."""

    @property
    def identity(self) -> ModelIdentity:
        """Which model answers."""
        ...

    def answers(self, documents: Sequence[LabelledDocument]) -> list[Answer]:
        """An answer for each unit, in order."""
        ...


@dataclass(frozen=True, slots=True)
class ClassifierSource:
    """A classifier that reads the documents now."""

    classifier: Classifier
    splitter: ClauseSplitter
    units: Cut

    @property
    def identity(self) -> ModelIdentity:
        """The classifier's."""
        return self.classifier.identity

    def answers(self, documents: Sequence[LabelledDocument]) -> list[Answer]:
        """An answer for each unit, in order."""
        return answer(self.classifier, documents, self.splitter, gold_units=self.units == "gold")


class FileSource:
    """Predictions that some system wrote before: JSONL in the gold's shape, `scores` a unit if it has them."""

    def __init__(self, path: Path) -> None:
        """Reads and checks the file. Raises GoldError where it breaks the format."""
        self.identity = ModelIdentity(path.name, sha256(path.read_bytes()).hexdigest(), GUIDELINE_VERSION)
        self._path = path
        self._documents = {labelled.document.id: labelled for labelled in read_gold(path)}
        self._predictions = _predictions(path)

    def answers(self, documents: Sequence[LabelledDocument]) -> list[Answer]:
        """An answer for each unit, in order. Raises GoldError for a document that is missing or has another text."""
        return [found for labelled in documents for found in self._of(labelled)]

    def _of(self, labelled: LabelledDocument) -> list[Answer]:
        name = labelled.document.id
        predicted = self._documents.get(name)
        if predicted is None:
            raise GoldError(f"{self._path}: no document '{name}'; predict every document of the gold")
        if predicted.document.text != labelled.document.text:
            raise GoldError(f"{self._path}: the text of '{name}' is not the gold's; predict the gold's own text")
        return align(labelled, predicted.units, self._predictions[name])


def open_source(
    name: str, train: Sequence[LabelledDocument], splitter: ClauseSplitter, units: Cut, device: str = "auto"
) -> Source:
    """The source of a name: bundled, keywords, tfidf, stack, a bundle's folder, a .jsonl of predictions, an address.

    Raises ValueError for a name that is none of these, and what the loaders raise.
    """
    if name.startswith(("http://", "https://")):
        return _server(name, units)
    if name.endswith(".jsonl"):
        return FileSource(Path(name))
    if name in ("tfidf", "stack"):
        return ClassifierSource(train_baseline(name, train, splitter), splitter, units)
    return ClassifierSource(open_classifier(name, device), splitter, units)


def open_classifier(name: str, device: str = "auto", threads: int | None = None) -> Classifier:
    """A classifier that needs no training: bundled, keywords, or a bundle's folder. Raises ValueError for others."""
    if name == "keywords":
        return KeywordClassifier()
    folder = BUNDLED if name == "bundled" else Path(name)
    if not folder.is_dir():
        known = "bundled, keywords, tfidf, stack, a bundle's folder, a .jsonl file or an http:// address"
        raise ValueError(f"no model '{name}'; name {known}")
    return load_classifier(folder, device, threads)


def train_baseline(name: str, train: Sequence[LabelledDocument], splitter: ClauseSplitter) -> Classifier:
    """`tfidf` or `stack`, trained now. Raises ValueError without policies to learn from, or without scikit-learn."""
    if not train:
        raise ValueError(f"{name} is trained before it is scored; name labelled policies by --train FILE")
    try:
        from model import baseline  # the light core runs without scikit-learn
    except ImportError as error:
        raise ValueError(f"{name} needs scikit-learn: pip install 'bangchim[train]'") from error
    return (baseline.train_tfidf if name == "tfidf" else baseline.train_stack)(train, splitter)


def _server(address: str, units: Cut) -> Source:
    if units == "gold":
        raise ValueError(f"{address}: a server cuts its own units; leave out --units gold")
    return HttpSource(address)


def _predictions(path: Path) -> dict[str, list[Prediction]]:
    """The predictions of each document; a unit without `scores` has 1 for its labels and 0 for the others."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    return {record["id"]: [_prediction(unit) for unit in record["units"]] for record in records}


def _prediction(unit: Mapping[str, Any]) -> Prediction:
    scores = unit.get("scores") or dict.fromkeys(unit["labels"], 1.0)
    return Prediction(tuple(float(scores.get(key, 0.0)) for key in KEYS), tuple(unit["labels"]))
