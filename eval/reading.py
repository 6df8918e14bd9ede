"""A splitter that keeps what it has read: models, seeds and figures of one run share one Kiwi pass a document."""

from collections.abc import Sequence

from data.clause import Clause, ClauseSplitter
from data.document import Document
from data.kind import Kind

Units = tuple[tuple[int, int, Kind], ...]


class KeepingSplitter(ClauseSplitter):
    """Like ClauseSplitter, but a document that comes again is not read again. Keeps all it has read in memory."""

    def __init__(self, threads: int | None = None) -> None:
        """Loads Kiwi, like ClauseSplitter."""
        super().__init__(threads)
        self._split: dict[Document, list[Clause]] = {}
        self._read: dict[tuple[Document, Units], list[Clause]] = {}

    def split_all(self, documents: Sequence[Document]) -> list[list[Clause]]:
        """The clauses of each document."""
        new = [one for one in dict.fromkeys(documents) if one not in self._split]
        self._split.update(zip(new, super().split_all(new), strict=True))
        return [self._split[one] for one in documents]

    def read_units(self, document: Document, units: Sequence[tuple[int, int, Kind]]) -> list[Clause]:
        """The clauses that stand at given (start, end, kind)."""
        key = (document, tuple(units))
        if key not in self._read:
            self._read[key] = super().read_units(document, units)
        return self._read[key]
