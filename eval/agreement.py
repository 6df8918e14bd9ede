"""How far annotators agree: Cohen's and Fleiss' kappa, Krippendorff's alpha, F1, and where they differ."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from data.gold import GoldError, LabelledDocument, Unit
from data.labels import KEYS, to_row
from eval.harness import Answer, align, found_of, of_kind
from eval.metrics import Scores, score
from model.prediction import Prediction

Distance = Callable[[Hashable, Hashable], float]
"""How far two values are apart, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Of one label: mean Cohen's kappa and F1 over pairs, Fleiss' kappa and nominal alpha over all annotators."""

    cohen: float
    fleiss: float
    alpha: float
    f1: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A unit that annotators label differently. `sets`: each annotator's labels, in the order of the files."""

    document: str
    start: int
    text: str
    before: str
    sets: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over body and row units: each label, alpha of whole sets by MASI, figures of each pair, and the differences."""

    names: tuple[str, ...]
    labels: dict[str, LabelAgreement]
    masi_alpha: float
    pairs: dict[tuple[str, str], Scores]
    differences: tuple[Difference, ...]
    units: int


def agree(annotators: Sequence[tuple[str, Sequence[LabelledDocument]]]) -> Agreement:
    """Agreement of two or more annotators of the same documents, on the units as the first one cut them.

    Raises GoldError where documents are missing or their texts differ.
    """
    if len(annotators) < 2:
        raise GoldError("agreement needs two files at least; name one for each annotator")
    names = tuple(name for name, _ in annotators)
    answers = [_lined_up(annotators[0], other) for other in annotators]
    tables = np.stack([found_of(found) for found in answers])
    sets = [tuple(frozenset(found[at].labels) for found in answers) for at in range(len(answers[0]))]
    return Agreement(
        names=names,
        labels={key: _label(tables[:, :, column]) for column, key in enumerate(KEYS)},
        masi_alpha=krippendorff_alpha(sets, masi_distance),
        pairs={(names[i], names[j]): score(tables[i], tables[j]) for i, j in combinations(range(len(names)), 2)},
        differences=_differences(annotators[0][1], answers),
        units=len(sets),
    )


def cohen_kappa(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Cohen (1960) of two annotators' yes and no; 1 where both say the same one thing throughout."""
    observed = float(np.mean(one == other))
    chance = float(one.mean() * other.mean() + (1 - one.mean()) * (1 - other.mean()))
    return 1.0 if chance == 1.0 else (observed - chance) / (1 - chance)


def fleiss_kappa(counts: NDArray[np.int64]) -> float:
    """Fleiss (1971) of counts (items, categories): how many annotators chose the category. 1 as for Cohen's."""
    raters = int(counts[0].sum())
    observed = float(np.mean((np.sum(counts**2, axis=1) - raters) / (raters * (raters - 1))))
    chance = float(np.sum((counts.sum(axis=0) / counts.sum()) ** 2))
    return 1.0 if chance == 1.0 else (observed - chance) / (1 - chance)


def nominal_distance(one: Hashable, other: Hashable) -> float:
    """0 for the same value, else 1."""
    return float(one != other)


def masi_distance(one: Hashable, other: Hashable) -> float:
    """Passonneau (2006) of two sets: 1 less Jaccard times 1, 2/3, 1/3 or 0 by how they overlap."""
    assert isinstance(one, frozenset) and isinstance(other, frozenset)
    if one == other:
        return 0.0
    shared = one & other
    monotonic = 2 / 3 if shared in (one, other) else 1 / 3
    return 1.0 - len(shared) / len(one | other) * monotonic


def krippendorff_alpha(items: Sequence[Sequence[Hashable]], distance: Distance = nominal_distance) -> float:
    """Krippendorff (2011): each item holds the values of those who judged it; items of one value are left out."""
    paired = [values for values in items if len(values) > 1]
    pooled = [value for values in paired for value in values]
    names = list(dict.fromkeys(pooled))
    if len(names) < 2:
        return 1.0
    apart = np.array([[distance(one, other) for other in names] for one in names])
    number = {value: at for at, value in enumerate(names)}
    rows = np.zeros((len(paired), len(names)))
    for row, values in enumerate(paired):
        for value in values:
            rows[row, number[value]] += 1
    observed = np.sum((rows @ apart * rows).sum(axis=1) / (rows.sum(axis=1) - 1)) / len(pooled)
    totals = rows.sum(axis=0)
    expected = totals @ apart @ totals / (len(pooled) * (len(pooled) - 1))
    return float(1 - observed / expected)


def _label(table: NDArray[np.bool_]) -> LabelAgreement:
    """Of one label: `table` (annotators, units)."""
    pairs = list(combinations(table, 2))
    yes = table.sum(axis=0)
    return LabelAgreement(
        cohen=float(np.mean([cohen_kappa(one, other) for one, other in pairs])),
        fleiss=fleiss_kappa(np.column_stack([yes, len(table) - yes]).astype(np.int64)),
        alpha=krippendorff_alpha([tuple(column) for column in table.T.tolist()]),
        f1=float(np.mean([_f1(one, other) for one, other in pairs])),
    )


def _f1(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    total = int(one.sum() + other.sum())
    return 2 * int((one & other).sum()) / total if total else 1.0


def _lined_up(
    first: tuple[str, Sequence[LabelledDocument]], other: tuple[str, Sequence[LabelledDocument]]
) -> list[Answer]:
    """What the other annotator says of the first one's body and row units."""
    by_id = {labelled.document.id: labelled for labelled in other[1]}
    answers: list[Answer] = []
    for labelled in first[1]:
        found = by_id.get(labelled.document.id)
        if found is None:
            raise GoldError(f"{other[0]}: no document '{labelled.document.id}', which {first[0]} has; label it too")
        if found.document.text != labelled.document.text:
            raise GoldError(f"{other[0]}: '{labelled.document.id}' has another text than in {first[0]}; label one text")
        answers += align(labelled, found.units, [_prediction(unit) for unit in found.units])
    return of_kind(answers)


def _prediction(unit: Unit) -> Prediction:
    return Prediction(tuple(to_row(unit.labels).tolist()), unit.labels)


def _differences(documents: Sequence[LabelledDocument], answers: Sequence[Sequence[Answer]]) -> tuple[Difference, ...]:
    by_id = {labelled.document.id: labelled for labelled in documents}
    return tuple(
        _difference(by_id[found[0].document], found)
        for found in zip(*answers, strict=True)
        if len({one.labels for one in found}) > 1
    )


def _difference(labelled: LabelledDocument, found: Sequence[Answer]) -> Difference:
    unit = found[0].unit
    number = labelled.units.index(unit)
    before = labelled.text_of(labelled.units[number - 1]) if number else ""
    sets = tuple(tuple(key for key in KEYS if key in one.labels) for one in found)
    return Difference(labelled.document.id, unit.start, labelled.text_of(unit), before, sets)
