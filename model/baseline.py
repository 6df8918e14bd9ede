"""The classifier to beat: TF-IDF with one logistic regression a label, and a second look at the neighbours.

The only file of this package that needs scikit-learn (extra `train`). Nothing is saved: training
takes minutes. Its seed draws the folds on which thresholds are fitted and the second stage reads
the first, and what the trees see; the first stage's weights are the same for all. Seed 0 takes
folds of even size.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from data.clause import Clause, ClauseSplitter
from data.gold import LabelledDocument, to_record
from data.labels import GUIDELINE_VERSION, KEYS, to_row
from data.split import template_groups
from model.features import FIELDS, Bags, Floats, around, bags_of
from model.prediction import ModelIdentity, Prediction
from model.threshold import Decision, fit_decision

FOLDS = 5
RAREST = 2
"""Clauses that must show a feature for it to count."""
WEIGHTS = {"words": 1.0, "letters": 1.0, "heading": 1.0, "path": 0.7, "before": 0.5, "after": 0.5, "marks": 0.7}
STRENGTH = 16.0
"""Inverse of the regularisation of the first stage."""
SECOND_STRENGTH = 1.0
"""Inverse of the regularisation of the second."""

_NEVER = -8.0  # logit of a label that the training rows never show

Rows = NDArray[np.intp]
Sparse = Any
"""A scipy.sparse.csr_array; scipy has no types."""


def train_tfidf(documents: Sequence[LabelledDocument], splitter: ClauseSplitter, seed: int = 0) -> "LinearClassifier":
    """One stage: each clause by its own words, its headings and its neighbours' words."""
    return _train("tfidf", documents, splitter, seed, stacked=False)


def train_stack(documents: Sequence[LabelledDocument], splitter: ClauseSplitter, seed: int = 0) -> "LinearClassifier":
    """Two stages: the second also sees what the first says of the clauses around."""
    return _train("stack", documents, splitter, seed, stacked=True)


class LinearClassifier:
    """Clauses to predictions by one or two trained stages."""

    def __init__(
        self,
        identity: ModelIdentity,
        vectorizer: "_Vectorizer",
        first: "_Regressions",
        second: "_Second | None",
        decision: Decision,
    ) -> None:
        self._identity, self._vectorizer, self._decision = identity, vectorizer, decision
        self._first, self._second = first, second

    @property
    def identity(self) -> ModelIdentity:
        """Its name, and the hash of what it was trained on and of the seed."""
        return self._identity

    def predict(self, documents: Sequence[Sequence[Clause]]) -> list[list[Prediction]]:
        """One prediction a clause."""
        return [self._decision.predictions(self._logits(clauses)) if clauses else [] for clauses in documents]

    def _logits(self, clauses: Sequence[Clause]) -> Floats:
        matrix = self._vectorizer.matrix(bags_of(clauses))
        logits = self._first.logits(matrix)
        return self._second.logits(matrix, around(clauses, _probabilities(logits))) if self._second else logits


class _Vectorizer:
    """Bags of features to weighted TF-IDF rows, each field normalised by itself."""

    def __init__(self, bags: Sequence[Bags]) -> None:
        self._fields = {field: _tfidf().fit([bag[field] for bag in bags]) for field in FIELDS}

    def matrix(self, bags: Sequence[Bags]) -> Sparse:
        blocks = [
            vectorizer.transform([bag[field] for bag in bags]) * WEIGHTS[field]
            for field, vectorizer in self._fields.items()
        ]
        return scipy.sparse.csr_array(scipy.sparse.hstack(blocks, format="csr"))


class _Regressions:
    """One logistic regression a label."""

    def __init__(self, matrix: Sparse, truth: Floats, strength: float = STRENGTH) -> None:
        self._weights = np.zeros((matrix.shape[1], len(KEYS)))
        self._bias = np.full(len(KEYS), _NEVER)
        for column in np.flatnonzero(truth.any(axis=0)):
            model = LogisticRegression(C=strength, class_weight="balanced", tol=1e-3, max_iter=100)
            model.fit(matrix, truth[:, column])
            self._weights[:, column], self._bias[column] = model.coef_[0], model.intercept_[0]

    def logits(self, matrix: Sparse) -> Floats:
        return np.asarray(matrix @ self._weights + self._bias)


class _Second:
    """The second look: regressions over words and surroundings, and boosted trees over the surroundings alone."""

    def __init__(self, matrix: Sparse, surroundings: Floats, truth: Floats, seed: int) -> None:
        self._regressions = _Regressions(_beside(matrix, surroundings), truth, SECOND_STRENGTH)
        self._trees = [_trees(seed).fit(surroundings, column) if column.any() else None for column in truth.T]

    def logits(self, matrix: Sparse, surroundings: Floats) -> Floats:
        linear = _probabilities(self._regressions.logits(_beside(matrix, surroundings)))
        boosted = np.zeros_like(linear)
        for column, tree in enumerate(self._trees):
            if tree is not None:
                boosted[:, column] = tree.predict_proba(surroundings)[:, 1]
        return _logits((linear + boosted) / 2)


def _train(
    name: str, documents: Sequence[LabelledDocument], splitter: ClauseSplitter, seed: int, stacked: bool
) -> LinearClassifier:
    clauses = [_gold_clauses(splitter, labelled) for labelled in documents]
    bags = [bag for of_document in clauses for bag in bags_of(of_document)]
    truth = np.array([to_row(unit.labels) for labelled in documents for unit in labelled.units], dtype=np.float64)
    folds = _folds(documents, seed)
    vectorizer = _Vectorizer(bags)
    matrix = vectorizer.matrix(bags)
    first, second = _Regressions(matrix, truth), None
    logits = _out_of_fold(_Regressions, (matrix,), truth, folds)
    if stacked:
        surroundings = _surroundings(clauses, _probabilities(logits))
        stage = partial(_Second, seed=seed)
        second = stage(matrix, surroundings, truth)
        logits = _out_of_fold(stage, (matrix, surroundings), truth, folds)
    return LinearClassifier(_identity(name, documents, seed), vectorizer, first, second, fit_decision(logits, truth))


def _gold_clauses(splitter: ClauseSplitter, labelled: LabelledDocument) -> list[Clause]:
    return splitter.read_units(labelled.document, [(unit.start, unit.end, unit.kind) for unit in labelled.units])


def _folds(documents: Sequence[LabelledDocument], seed: int) -> list[tuple[Rows, Rows]]:
    """Rows to learn from and rows to predict, FOLDS times; a template group is never on both sides."""
    groups = template_groups(documents)
    rows = np.repeat(groups, [len(labelled.units) for labelled in documents])
    folds = min(FOLDS, len(set(groups)))
    if folds < 2:
        raise ValueError(f"{len(documents)} documents of one template; the baseline needs two templates at least")
    drawn = GroupKFold(folds, shuffle=True, random_state=seed) if seed else GroupKFold(folds)
    return list(drawn.split(rows, groups=rows))


def _out_of_fold(
    stage: Callable[..., _Regressions | _Second],
    inputs: tuple[Any, ...],
    truth: Floats,
    folds: Sequence[tuple[Rows, Rows]],
) -> Floats:
    """What a stage says of each row when it has not learnt from the row's template."""
    logits = np.zeros_like(truth)
    for learn, rest in folds:
        trained: Any = stage(*(rows[learn] for rows in inputs), truth[learn])
        logits[rest] = trained.logits(*(rows[rest] for rows in inputs))
    return logits


def _surroundings(documents: Sequence[Sequence[Clause]], scores: Floats) -> Floats:
    ends = np.cumsum([len(clauses) for clauses in documents])[:-1]
    return np.vstack(
        [around(clauses, rows) for clauses, rows in zip(documents, np.split(scores, ends), strict=True) if clauses]
    )


def _beside(matrix: Sparse, surroundings: Floats) -> Sparse:
    return scipy.sparse.csr_array(scipy.sparse.hstack([matrix, surroundings], format="csr"))


def _tfidf() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=RAREST, dtype=np.float32)


def _trees(seed: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=60, learning_rate=0.08, max_leaf_nodes=8, max_features=0.3, l2_regularization=1.0,
        early_stopping=False, random_state=seed,
    )  # fmt: skip


def _probabilities(logits: Floats) -> Floats:
    return np.asarray(Decision().probabilities(logits), dtype=np.float64)


def _logits(probabilities: Floats) -> Floats:
    bounded = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(bounded / (1 - bounded)))


def _identity(name: str, documents: Sequence[LabelledDocument], seed: int) -> ModelIdentity:
    records = json.dumps([to_record(labelled) for labelled in documents], ensure_ascii=False, sort_keys=True)
    trained = records + (f" seed {seed}" if seed else "")
    return ModelIdentity(name, hashlib.sha256(trained.encode()).hexdigest(), GUIDELINE_VERSION)
