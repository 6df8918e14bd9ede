"""Figures by part: document, sector, year, seen or unseen units; and whether a topic is found in a document at all."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from data.gold import LabelledDocument
from data.labels import KEYS
from eval.harness import Answer, score_answers
from eval.metrics import Scores

UNKNOWN = "?"
"""The part of a document whose meta does not say."""

_NO_LETTER = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Presence:
    """Documents where a topic is missing: how many truly are, how many are said to be, and how many rightly so.

    `precision`: share of reports that are right, 1 where nothing was reported. `recall`: share of
    missing topics that are reported, 1 where none is missing.
    """

    missing: int
    reported: int
    right: int
    precision: float
    recall: float


def by_meta(answers: Sequence[Answer], documents: Sequence[LabelledDocument], name: str) -> dict[str, Scores]:
    """Scores by a field of `meta`, or by document for `id`."""
    part = {
        labelled.document.id: labelled.document.id if name == "id" else str(labelled.meta.get(name) or UNKNOWN)
        for labelled in documents
    }
    return _by(answers, lambda one: part[one.document])


def by_seen(
    answers: Sequence[Answer], documents: Sequence[LabelledDocument], train: Sequence[LabelledDocument]
) -> dict[str, Scores]:
    """Scores of units whose letters stand as a unit in the training documents, and of all others."""
    seen = {letters(labelled.text_of(unit)) for labelled in train for unit in labelled.units}
    texts = {labelled.document.id: labelled.document.text for labelled in documents}

    def part(one: Answer) -> str:
        return "seen" if letters(texts[one.document][one.unit.start : one.unit.end]) in seen else "unseen"

    return _by(answers, part)


def letters(text: str) -> str:
    """The letters of a text: no spaces, marks, digits, case."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFC", text)).lower()


def presence(answers: Sequence[Answer]) -> dict[str, Presence]:
    """For each label, how well its absence from a document is told: what a check of completeness asks."""
    documents = {one.document for one in answers}
    true = {(one.document, label) for one in answers for label in one.unit.labels}
    found = {(one.document, label) for one in answers for label in one.labels}
    return {key: _presence(documents, key, true, found) for key in KEYS}


def overall(parts: Iterable[Presence]) -> Presence:
    """Of all topics together."""
    sums = zip(*((one.missing, one.reported, one.right) for one in parts), strict=True)
    return _ratios(*map(sum, sums))


def _presence(documents: set[str], key: str, true: set[tuple[str, str]], found: set[tuple[str, str]]) -> Presence:
    missing = {document for document in documents if (document, key) not in true}
    reported = {document for document in documents if (document, key) not in found}
    return _ratios(len(missing), len(reported), len(missing & reported))


def _ratios(missing: int, reported: int, right: int) -> Presence:
    precision, recall = (right / whole if whole else 1.0 for whole in (reported, missing))
    return Presence(missing, reported, right, precision, recall)


def _by(answers: Sequence[Answer], part: Callable[[Answer], str]) -> dict[str, Scores]:
    groups: dict[str, list[Answer]] = {}
    for one in answers:
        groups.setdefault(part(one), []).append(one)
    return {name: score_answers(groups[name]) for name in sorted(groups)}
