"""Training windows: labelled documents, augmented anew for every epoch, as a datasets.Dataset."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from datasets import Dataset
from numpy.typing import NDArray

from data.clause import Clause, ClauseSplitter
from data.gold import LabelledDocument
from data.kind import KINDS
from data.labels import to_row
from model.window import EncodedClause, Tokenizer, Window, WindowConfig, Windower
from training.augment import Augmenter, Example
from training.config import AugmentConfig

SHORT = (2, 12)
"""Clauses of the shortest piece that stands for a document of its own, and of the longest."""


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
        self,
        tokenizer: Tokenizer,
        unknown: int,
        window: WindowConfig,
        augment: AugmentConfig,
        seed: int,
        furniture: Sequence[Clause] = (),
    ) -> None:
        self._tokenizer, self._unknown = tokenizer, unknown
        self._window, self._augment = window, augment
        self._random = np.random.default_rng(seed)
        self._augmenter = Augmenter(augment, furniture, self._random)

    def epochs(
        self, examples: Sequence[Example], number: int, batch_tokens: int, noisy: Sequence[Example] = ()
    ) -> Dataset:
        """The batches of `number` epochs one after the other, a batch a row, at most `batch_tokens` with padding.

        `noisy`: the same documents, carelessly typed; now and then one stands for its original.
        COLUMNS hold a list a window; `truth` is flat, 10 a clause.
        """
        rows: dict[str, list[list[list[float]]]] = {name: [] for name in COLUMNS}
        for _ in range(number):
            chosen = [self._either(*pair) for pair in zip(examples, noisy or examples, strict=True)]
            made = [row for example in chosen for row in self._rows(self._augmenter(example))]
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
        lonely = self._random.random(len(example.clauses)) < self._augment.alone
        config = self._shaken()
        windower = Windower(self._tokenizer, config)
        encoded = [self._encoded(windower, clause) for clause in example.clauses]
        first = int(self._random.integers(0, min(8, len(encoded))))
        # The clauses before a random start make windows of their own, so that borders move.
        for part in (slice(0, first), slice(first, None)):
            offset = part.start or 0
            for window in windower.windows(encoded[part]):
                yield replace(window, clauses=tuple(offset + number for number in window.clauses)), example.truth
        for number in np.flatnonzero(lonely):
            (window,) = windower.windows([encoded[number]])
            yield replace(window, clauses=(int(number),)), example.truth

        for first, last in self._pieces(example):
            for window in windower.windows(encoded[first:last]):
                yield replace(window, clauses=tuple(first + number for number in window.clauses)), example.truth

    def _pieces(self, example: Example) -> Iterator[tuple[int, int]]:
        """Spans of a few clauses, most from a heading on, that stand in windows as documents of their own."""
        number = len(example.clauses)
        headings = [at for at, clause in enumerate(example.clauses) if clause.kind == "heading"]
        for _ in range(int(self._random.binomial(number, self._augment.short))):
            somewhere = int(self._random.integers(number))
            heading = headings and self._random.random() < 0.7
            first = int(self._random.choice(headings)) if heading else somewhere
            yield first, min(number, first + int(self._random.integers(*SHORT)))

    def _either(self, example: Example, noisy: Example) -> Example:
        return noisy if self._random.random() < self._augment.noise else example

    def _shaken(self) -> WindowConfig:
        if self._random.random() < self._augment.no_context:
            return replace(self._window, left=0, right=0)
        return self._window

    def _encoded(self, windower: Windower, clause: Clause) -> EncodedClause:
        encoded = windower.encode(clause)
        if self._random.random() < self._augment.kind:
            return replace(encoded, kind=int(self._random.integers(len(KINDS))))
        return encoded

    def _noised(self, ids: Sequence[int]) -> list[float]:
        special = (self._tokenizer.start, self._tokenizer.end)
        lost = self._random.random(len(ids)) < self._augment.token
        return [
            self._unknown if gone and token not in special else token for token, gone in zip(ids, lost, strict=True)
        ]
