"""Windows: consecutive clauses packed into one encoder input, and its logits back to clauses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from data.clause import Clause
from data.kind import KINDS
from data.marker import marker_style
from model.heading import paths_by_style

IntArray = NDArray[np.int64]

Number = TypeVar("Number", np.int64, np.float32)


@dataclass(frozen=True, slots=True)
class WindowConfig:
    """How much an encoder reads at once, in tokens.

    `length`: of a window. `left`, `right`: of it, at most, for clauses that are context only.
    `longest_clause`: a longer clause keeps its beginning and its end.
    """

    length: int = 384
    left: int = 72
    right: int = 32
    longest_clause: int = 128


class Tokenizer(Protocol):
    """Clauses to token ids: our vocabulary of morphemes, or a hub encoder's own tokenizer."""

    @property
    def start(self) -> int:
        """Id of the token that opens a window."""
        ...

    @property
    def end(self) -> int:
        """Id of the token that closes a clause."""
        ...

    @property
    def pad(self) -> int:
        """Id that fills a batch."""
        ...

    def tokens(self, clause: Clause) -> list[int]:
        """The ids of a clause, without start and end."""
        ...


@dataclass(frozen=True, slots=True)
class EncodedClause:
    """A clause as token ids, its kind's number, and whether it is a heading of which marker style."""

    ids: tuple[int, ...]
    kind: int
    style: str

    @property
    def heading_style(self) -> str | None:
        """Its marker's style if it is a heading."""
        return self.style if KINDS[self.kind] == "heading" else None


@dataclass(frozen=True, slots=True)
class Window:
    """One encoder input. Clause `clauses[i]` stands from `starts[i]` to its closing token at `ends[i]`."""

    ids: tuple[int, ...]
    kinds: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    clauses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows padded to one length: (windows, tokens) three times, `starts` and `ends` (windows, clauses)."""

    input_ids: IntArray
    attention_mask: IntArray
    token_type_ids: IntArray
    starts: IntArray
    ends: IntArray


def padded(rows: Sequence[Sequence[float]], value: float, dtype: type[Number]) -> NDArray[Number]:
    """Rows of unequal length as one array (rows, the longest row's length), filled on the right with `value`.

    Raises ValueError where there are no rows.
    """
    array: NDArray[Number] = np.full((len(rows), max(map(len, rows))), value, dtype=dtype)
    for number, row in enumerate(rows):
        array[number, : len(row)] = row
    return array


class Windower:
    """Packs the clauses of a document into windows; each clause is read in exactly one."""

    def __init__(self, tokenizer: Tokenizer, config: WindowConfig) -> None:
        self._tokenizer, self._config = tokenizer, config

    @property
    def pad(self) -> int:
        """Id that fills a batch."""
        return self._tokenizer.pad

    def encode(self, clause: Clause) -> EncodedClause:
        """A clause's tokens, cut in the middle if there are too many."""
        ids = self._tokenizer.tokens(clause)
        half = (self._config.longest_clause - 1) // 2
        if len(ids) >= self._config.longest_clause:
            ids = ids[:half] + ids[-half:]
        return EncodedClause((*ids, self._tokenizer.end), KINDS.index(clause.kind), marker_style(clause.text))

    def windows(self, clauses: Sequence[EncodedClause]) -> list[Window]:
        """The windows of one document, in order."""
        paths = paths_by_style([clause.heading_style for clause in clauses])
        return [
            self._window(clauses, self._before(clauses, paths[first], first), first, last)
            for first, last in self._blocks(clauses)
        ]

    def batch(self, windows: Sequence[Window]) -> Batch:
        """Windows side by side, padded on the right."""
        return Batch(
            input_ids=padded([window.ids for window in windows], self._tokenizer.pad, np.int64),
            attention_mask=padded([(1,) * len(window.ids) for window in windows], 0, np.int64),
            token_type_ids=padded([window.kinds for window in windows], 0, np.int64),
            starts=padded([window.starts for window in windows], 0, np.int64),
            ends=padded([window.ends for window in windows], 0, np.int64),
        )

    def _blocks(self, clauses: Sequence[EncodedClause]) -> Iterator[tuple[int, int]]:
        """Spans [first, last) of clauses read together."""
        room = self._config.length - self._config.left - self._config.right - 1
        first = used = 0
        for number, clause in enumerate(clauses):
            if number > first and used + len(clause.ids) > room:
                yield first, number
                first, used = number, 0
            used += len(clause.ids)
        if first < len(clauses):
            yield first, len(clauses)

    def _before(self, clauses: Sequence[EncodedClause], path: Sequence[int], first: int) -> list[int]:
        """Context on the left: the headings over the block, then the clauses just before it."""
        room = self._config.left
        chosen: set[int] = set()
        for number in [*reversed(path), *range(first - 1, -1, -1)]:
            if number in chosen:
                continue
            if len(clauses[number].ids) > room:
                break
            chosen.add(number)
            room -= len(clauses[number].ids)
        return sorted(chosen)

    def _window(self, clauses: Sequence[EncodedClause], before: Sequence[int], first: int, last: int) -> Window:
        ids, kinds, starts, ends = [self._tokenizer.start], [0], [], []
        for number in (*before, *range(first, last)):
            ids.extend(clauses[number].ids)
            kinds.extend([clauses[number].kind] * len(clauses[number].ids))
            if number >= first:
                starts.append(len(ids) - len(clauses[number].ids))
                ends.append(len(ids) - 1)
        room = min(self._config.right, self._config.length - len(ids))
        for clause in clauses[last:]:
            if len(clause.ids) > room:
                break
            room -= len(clause.ids)
            ids.extend(clause.ids)
            kinds.extend([clause.kind] * len(clause.ids))
        return Window(tuple(ids), tuple(kinds), tuple(starts), tuple(ends), tuple(range(first, last)))
