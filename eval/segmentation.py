"""Where clauses begin and end, and of which kind they are, against the gold's units."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from data.gold import LabelledDocument, Unit
from data.kind import Kind, kinds_of
from eval.harness import Span

SHORT_LINE = 60
"""The gold leaves lines shorter than this, and lines with a TAB, whole."""


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Boundaries (starts and ends) found rightly, wrongly, and missed; `finer`: inside a line that the gold left whole.

    The finer ones count neither for nor against. `window_diff`: 0 is perfect (Pevzner and Hearst 2002).
    """

    right: int
    wrong: int
    missed: int
    finer: int
    window_diff: float

    @property
    def precision(self) -> float:
        """Share of found boundaries that are the gold's."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Share of the gold's boundaries that are found."""
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)


def segmentation(documents: Sequence[LabelledDocument], spans: Sequence[Sequence[Span]]) -> Segmentation:
    """Of the spans of each document against its units; WindowDiff is the mean over documents."""
    right = wrong = missed = finer = 0
    for labelled, found in zip(documents, spans, strict=True):
        gold, ours = _boundaries(labelled.units), _boundaries(found)
        whole = _whole(labelled)
        inside = {boundary for boundary in ours - gold if whole[boundary[1]]}
        right += len(gold & ours)
        missed += len(gold - ours)
        finer += len(inside)
        wrong += len(ours - gold) - len(inside)
    differences = [window_diff(*pair) for pair in zip(documents, spans, strict=True)]
    return Segmentation(right, wrong, missed, finer, float(np.mean(differences)) if differences else 0.0)


def kinds_found(documents: Sequence[LabelledDocument]) -> Counter[tuple[Kind, Kind]]:
    """How often each kind of the gold's units (first) is taken for which, where the gold cuts."""
    pairs: Counter[tuple[Kind, Kind]] = Counter()
    for labelled in documents:
        found = kinds_of(labelled.document.text, [(unit.start, unit.end) for unit in labelled.units])
        pairs.update((unit.kind, kind) for unit, kind in zip(labelled.units, found, strict=True))
    return pairs


def window_diff(labelled: LabelledDocument, spans: Sequence[Span]) -> float:
    """Share of windows, half a mean unit long, that hold another number of starts than in the gold."""
    length = len(labelled.document.text)
    width = max(1, round(length / max(len(labelled.units), 1) / 2))
    counts = [_cumulated(units, length) for units in (labelled.units, spans)]
    gold, ours = (count[width:] - count[:-width] for count in counts)
    return float(np.mean(gold != ours)) if len(gold) else 0.0


def _cumulated(spans: Iterable[Span], length: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    starts = np.zeros(length + 1, dtype=np.int64)
    starts[[span.start + 1 for span in spans]] = 1
    return np.cumsum(starts)


def _boundaries(spans: Iterable[Span]) -> set[tuple[str, int]]:
    return {boundary for span in spans for boundary in (("start", span.start), ("end", span.end))}


def _whole(labelled: LabelledDocument) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """For each offset, whether it lies strictly inside a unit on a line that the gold left whole."""
    whole = np.zeros(len(labelled.document.text) + 1, dtype=bool)
    for unit in labelled.units:
        if _stands_whole(labelled.document.text, unit):
            whole[unit.start + 1 : unit.end] = True
    return whole


def _stands_whole(text: str, unit: Unit) -> bool:
    start = text.rfind("\n", 0, unit.start) + 1
    stop = text.find("\n", unit.end)
    line = text[start : stop if stop >= 0 else len(text)].strip()
    return len(line) < SHORT_LINE or "\t" in line
