"""Fits the linear model that tells headings, rows and body text apart (data/kind.json)."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from data.gold import LabelledDocument
from data.kind import KINDS, features_of, kinds_of

SMALLEST_WEIGHT = 0.02
"""Features that weigh less in every kind are left out of the file."""


def fit_kinds(documents: Sequence[LabelledDocument], path: Path, seen: int = 4, strength: float = 0.1) -> None:
    """Fits the weights on the units of labelled documents and writes them to `path`.

    Features seen in fewer than `seen` units are left out; `strength` is sklearn's C.
    """
    rows = [row for document in documents for row in _features(document)]
    kinds = [unit.kind for document in documents for unit in document.units]
    vectorizer = CountVectorizer(analyzer=list, min_df=seen, binary=True)
    matrix = vectorizer.fit_transform(rows)
    model = LogisticRegression(C=strength, max_iter=1000, fit_intercept=False).fit(matrix, kinds)
    order = [list(model.classes_).index(kind) for kind in KINDS]
    weights = {
        name: [round(float(model.coef_[column, index]), 3) for column in order]
        for name, index in sorted(vectorizer.vocabulary_.items())
    }
    kept = {name: row for name, row in weights.items() if max(map(abs, row)) >= SMALLEST_WEIGHT}
    lines = ",\n".join(f"{json.dumps(name, ensure_ascii=False)}: {row}" for name, row in kept.items())
    path.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


def measure(documents: Sequence[LabelledDocument]) -> tuple[float, Counter[tuple[str, str]]]:
    """The share of units whose kind is found right, and how often each kind was taken for which."""
    pairs: Counter[tuple[str, str]] = Counter()
    for document in documents:
        found = kinds_of(document.document.text, _spans(document))
        pairs.update((unit.kind, kind) for unit, kind in zip(document.units, found, strict=True))
    return sum(count for (true, found), count in pairs.items() if true == found) / pairs.total(), pairs


def _features(document: LabelledDocument) -> list[list[str]]:
    return features_of(document.document.text, _spans(document))


def _spans(document: LabelledDocument) -> list[tuple[int, int]]:
    return [(unit.start, unit.end) for unit in document.units]
