"""Distillation: labels softened by what teachers say of the same clauses (Hinton, Vinyals, Dean, 2015)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.classifier import load_classifier
from model.prediction import Classifier
from training.augment import Example


def soften(examples: Sequence[Example], teachers: Sequence[Path], share: float) -> list[Example]:
    """The examples with truth (1 - share) · labels + share · the mean of the teachers' probabilities.

    `teachers` are folders of bundles. The teachers read the clauses in their context, as they stand.
    Raises BundleError for a folder that is no bundle.
    """
    if not teachers:
        return list(examples)
    believed = [_probabilities(load_classifier(folder), examples) for folder in teachers]
    return [
        replace(example, truth=((1 - share) * example.truth + share * np.mean(said, axis=0)).astype(np.float32))
        for example, *said in zip(examples, *believed, strict=True)
    ]


def _probabilities(teacher: Classifier, examples: Sequence[Example]) -> list[NDArray[np.float64]]:
    """What a teacher believes of each example's clauses, (clauses, 10) each."""
    said = teacher.predict([example.clauses for example in examples])
    return [np.array([prediction.scores for prediction in predictions]) for predictions in said]
