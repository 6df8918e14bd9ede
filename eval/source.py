"""Where answers come from: a classifier that reads now, or a file of predictions; by its name on the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from data.clause import ClauseSplitter
from data.gold import GoldError, LabelledDocument, object_of, read_gold, records
from data.labels import GUIDELINE_VERSION, KEYS
from eval.harness import Answer, Cut, align, answer_clauses, covering, cut
from eval.words import Influence, influences
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

    def influences(self, answers: Sequence[Answer], documents: Sequence[LabelledDocument]) -> list[list[Influence]]:
        """For each answer, the words of each clause that stands for its unit; none where the model cannot be asked."""
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
        return answer_clauses(self.classifier, documents, cut(documents, self.splitter, self.units))

    def influences(self, answers: Sequence[Answer], documents: Sequence[LabelledDocument]) -> list[list[Influence]]:
        """For each answer, the words of the clauses that stand for its unit."""
        read = zip(documents, cut(documents, self.splitter, self.units), strict=True)
        clauses = {labelled.document.id: of_document for labelled, of_document in read}
        chosen = [covering(one.unit, clauses[one.document]) for one in answers]
        places = [(clauses[one.document], at) for one, numbers in zip(answers, chosen, strict=True) for at in numbers]
        found = iter(influences(self.classifier, places))
        return [[next(found) for _ in numbers] for numbers in chosen]


class FileSource:
    """Predictions that some system wrote before: JSONL in the gold's shape, `scores` a unit if it has them."""

    def __init__(self, path: Path) -> None:
        """Reads and checks the file. Raises GoldError where it breaks the format."""
        self.identity = ModelIdentity(path.name, sha256(path.read_bytes()).hexdigest(), GUIDELINE_VERSION)
        self._path = path
        self._documents = {labelled.document.id: labelled for labelled in read_gold(path)}
        self._predictions = {record["id"]: _predictions(where, record) for where, record in records(path)}

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

    def influences(self, answers: Sequence[Answer], documents: Sequence[LabelledDocument]) -> list[list[Influence]]:
        """Nothing: a file cannot be asked again."""
        return [[] for _ in answers]


def open_classifier(name: str, device: str = "auto", threads: int | None = None) -> Classifier:
    """A classifier that needs no training: bundled, keywords, or a bundle's folder. Raises ValueError for others."""
    return KeywordClassifier() if name == "keywords" else load_classifier(bundle_folder(name), device, threads)


def bundle_folder(name: str) -> Path:
    """The folder of a bundle by its name on the command line. Raises ValueError where there is none."""
    folder = BUNDLED if name == "bundled" else Path(name)
    if not folder.is_dir():
        known = "bundled, keywords, tfidf, stack, a bundle's folder, a .jsonl file or an http:// address"
        raise ValueError(f"no model '{name}'; name {known}")
    return folder


def train_baseline(name: str, train: Sequence[LabelledDocument], splitter: ClauseSplitter, seed: int = 0) -> Classifier:
    """`tfidf` or `stack`, trained now by `seed`: see model.baseline for what it draws.

    Raises ValueError without policies to learn from, or without scikit-learn.
    """
    if not train:
        raise ValueError(f"{name} is trained before it is scored; name labelled policies by --train FILE")
    try:
        from model import baseline  # the light core runs without scikit-learn
    except ImportError as error:
        raise ValueError(f"{name} needs scikit-learn: pip install 'bangchim[train]'") from error
    learn = baseline.train_tfidf if name == "tfidf" else baseline.train_stack
    return learn(train, splitter, seed)


def _predictions(where: str, record: Mapping[str, Any]) -> list[Prediction]:
    return [_prediction(f"{where}: units[{number}]", unit) for number, unit in enumerate(record["units"])]


def _prediction(where: str, unit: Mapping[str, Any]) -> Prediction:
    """Without `scores`, 1 for the unit's labels and 0 for the others."""
    scores = unit.get("scores") or dict.fromkeys(unit["labels"], 1.0)
    for key, score in object_of(f"{where}.scores", scores).items():
        if key not in KEYS or not isinstance(score, int | float) or not 0 <= score <= 1:
            raise GoldError(f"{where}.scores: {key}: {score!r} is no label's probability; write each label's, 0 to 1")
    return Prediction(tuple(float(scores.get(key, 0.0)) for key in KEYS), tuple(unit["labels"]))
