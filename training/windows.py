"""Training windows: labelled documents, augmented anew for every epoch, as a datasets.Dataset."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from datasets import Dataset
from numpy.typing import NDArray

from data.clause import Clause, ClauseSplitter
from data.gold import LabelledDocument
from data.kind import KINDS
from data.labels import to_row
from data.marker import marker_style, without_marker
from model.window import EncodedClause, Tokenizer, Window, WindowConfig, Windower
from training.config import AugmentConfig


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled document, read: its clauses as the annotator cut them, and their labels (clauses, 10)."""

    clauses: Sequence[Clause]
    truth: NDArray[np.float32]


def read_examples(documents: Sequence[LabelledDocument], splitter: ClauseSplitter) -> list[Example]:
    """Each document with the morphemes of its units."""
    return [
        Example(
            splitter.read_units(labelled.document, [(unit.start, unit.end, unit.kind) for unit in labelled.units]),
            np.stack([to_row(unit.labels) for unit in labelled.units]),
        )
        for labelled in documents
        if labelled.units
    ]


COLUMNS = ("input_ids", "token_type_ids", "starts", "ends", "truth")

Row = tuple[Window, NDArray[np.float32]]
"""A window and the truth of its document's clauses."""


class WindowMaker:
    """Makes the windows of training: block borders, context and tokens change from epoch to epoch."""

    def __init__(
        self, tokenizer: Tokenizer, unknown: int, window: WindowConfig, augment: AugmentConfig, seed: int
    ) -> None:
        self._tokenizer, self._unknown = tokenizer, unknown
        self._window, self._augment = window, augment
        self._random = np.random.default_rng(seed)

    def epochs(self, examples: Sequence[Example], number: int, batch_tokens: int) -> Dataset:
        """The batches of `number` epochs one after the other, a batch a row, at most `batch_tokens` with padding.

        COLUMNS hold a list a window; `truth` is flat, 10 a clause.
        """
        rows: dict[str, list[list[list[float]]]] = {name: [] for name in COLUMNS}
        for _ in range(number):
            made = [row for example in examples for row in self._rows(example)]
            for batch in self._batches(made, batch_tokens):
                rows["input_ids"].append([self._noised(window.ids) for window, _ in batch])
                rows["token_type_ids"].append([list(window.kinds) for window, _ in batch])
                rows["starts"].append([list(window.starts) for window, _ in batch])
                rows["ends"].append([list(window.ends) for window, _ in batch])
                rows["truth"].append([truth[list(window.clauses)].ravel().tolist() for window, truth in batch])
        return Dataset.from_dict(rows)

    def _batches(self, made: Sequence[Row], batch_tokens: int) -> list[list[Row]]:
        """Windows of like length together, so that little is padded; the batches in random order."""
        batches: list[list[Row]] = [[]]
        shaken = [len(window.ids) * self._random.uniform(0.9, 1.1) for window, _ in made]
        longest = 0
        for number in np.argsort(shaken):
            longest = max(longest, len(made[number][0].ids))
            if batches[-1] and (len(batches[-1]) + 1) * longest > batch_tokens:
                batches.append([])
                longest = len(made[number][0].ids)
            batches[-1].append(made[number])
        return [batches[number] for number in self._random.permutation(len(batches))]

    def _rows(self, example: Example) -> Iterator[Row]:
        bare = self._random.random() < self._augment.marker
        lonely = self._random.random(len(example.clauses)) < self._augment.alone
        config = self._shaken()
        windower = Windower(self._tokenizer, config)
        encoded = [self._encoded(windower, clause, bare) for clause in example.clauses]
        first = int(self._random.integers(0, min(8, len(encoded))))
        # The clauses before a random start make windows of their own, so that borders move.
        for part in (slice(0, first), slice(first, None)):
            offset = part.start or 0
            for window in windower.windows(encoded[part]):
                yield replace(window, clauses=tuple(offset + number for number in window.clauses)), example.truth
        for number in np.flatnonzero(lonely):
            (window,) = windower.windows([encoded[number]])
            yield replace(window, clauses=(int(number),)), example.truth

    def _shaken(self) -> WindowConfig:
        if self._random.random() < self._augment.no_context:
            return replace(self._window, left=0, right=0)
        return self._window

    def _encoded(self, windower: Windower, clause: Clause, bare: bool) -> EncodedClause:
        encoded = windower.encode(_without_marker(clause) if bare else clause)
        if self._random.random() < self._augment.kind:
            return replace(encoded, kind=int(self._random.integers(len(KINDS))))
        return encoded

    def _noised(self, ids: Sequence[int]) -> list[float]:
        special = (self._tokenizer.start, self._tokenizer.end)
        lost = self._random.random(len(ids)) < self._augment.token
        return [
            self._unknown if gone and token not in special else token for token, gone in zip(ids, lost, strict=True)
        ]


def _without_marker(clause: Clause) -> Clause:
    """The clause as if its list marker had been lost."""
    rest = without_marker(clause.text)
    if not marker_style(clause.text) or not rest:
        return clause
    start = clause.end - len(rest)
    kept = tuple(morpheme for morpheme in clause.morphemes if morpheme.start >= start)
    return Clause(start, clause.end, rest, clause.kind, kept) if kept else clause
