"""How much of a corpus is its own: wording shared inside it and with other labelled documents."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from data.clause import ClauseSplitter
from data.gold import LabelledDocument
from data.split import overlap, word_runs

LONG_UNIT = 25
"""Letters from which on a unit that stands elsewhere word for word is no accident."""

MORPHEME_RUN = 8

_NO_LETTER = re.compile(r"[\W\d_]")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two documents and the share of the smaller one's five-word runs that stands in the other."""

    one: str
    other: str
    share: float


def closest_pairs(documents: Sequence[LabelledDocument], most: int = 5) -> list[Overlap]:
    """The pairs of documents that share most wording, the closest first."""
    runs = {document.document.id: word_runs(document.document.text) for document in documents}
    pairs = (Overlap(one, other, overlap(runs[one], runs[other])) for one, other in combinations(runs, 2))
    return sorted(pairs, key=lambda pair: -pair.share)[:most]


def verbatim_units(documents: Iterable[LabelledDocument], others: Iterable[LabelledDocument]) -> list[tuple[str, str]]:
    """(document, text) of each unit of LONG_UNIT letters or more whose letters stand as a unit in the others."""
    known = {_letters(document.text_of(unit)) for document in others for unit in document.units}
    return [
        (document.document.id, document.text_of(unit))
        for document in documents
        for unit in document.units
        if len(_letters(document.text_of(unit))) >= LONG_UNIT and _letters(document.text_of(unit)) in known
    ]


def shared_morpheme_runs(
    documents: Sequence[LabelledDocument], others: Sequence[LabelledDocument], splitter: ClauseSplitter
) -> float:
    """The share of the documents' runs of eight morphemes that occur in the others."""
    known = set().union(*_morpheme_runs(others, splitter))
    runs = [run for of_document in _morpheme_runs(documents, splitter) for run in of_document]
    return sum(run in known for run in runs) / len(runs) if runs else 0.0


def _morpheme_runs(documents: Sequence[LabelledDocument], splitter: ClauseSplitter) -> list[set[tuple[str, ...]]]:
    found = []
    for clauses in splitter.split_all([document.document for document in documents]):
        forms = [morpheme.form for clause in clauses for morpheme in clause.morphemes]
        found.append({tuple(forms[start : start + MORPHEME_RUN]) for start in range(len(forms) - MORPHEME_RUN + 1)})
    return found


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text)
