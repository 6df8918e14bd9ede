"""Office files in XML: the walk over paragraphs and tables that DOCX and HWPX share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from lxml import etree

from data.readers.archive import local
from data.readers.line import numbered_lines
from data.readers.reading import Limits, too_large
from data.readers.spot import Spot
from data.readers.table import Cell, table_lines


class OfficeBody(ABC):
    """The body of an office file, `spot` the place of the line given last. A format says what holds what."""

    def __init__(self, limits: Limits) -> None:
        self.spot = Spot()
        self._limits = limits

    def lines(self, parent: etree._Element, depth: int = 0) -> Iterator[str]:
        """The lines of all paragraphs and tables in the element."""
        if depth > self._limits.nesting:
            raise too_large("nesting", self._limits.nesting, "nesting")
        for child in parent:
            name = local(child)
            if name == "p":
                yield from self._paragraph(child, depth)
            elif name == "tbl":
                with self.spot.table():
                    rows = list(self._rows(child, depth))
                yield from table_lines(rows, self._limits)
            elif self._holds_blocks(name):
                yield from self.lines(child, depth + 1)

    def _paragraph(self, paragraph: etree._Element, depth: int) -> Iterator[str]:
        self.spot.enter_paragraph()
        yield from numbered_lines("".join(self._texts(paragraph)), lambda: self._marker(paragraph))
        for part in self._inside(paragraph):
            yield from self.lines(part, depth + 1)

    @abstractmethod
    def _holds_blocks(self, name: str) -> bool:
        """Whether an element of that name is only there to hold paragraphs and tables."""

    @abstractmethod
    def _texts(self, paragraph: etree._Element) -> Iterator[str]:
        """What the paragraph itself shows, from left to right; a line break is a newline."""

    @abstractmethod
    def _marker(self, paragraph: etree._Element) -> str:
        """The number that the program shows before the paragraph; counts it."""

    @abstractmethod
    def _inside(self, paragraph: etree._Element) -> Iterable[etree._Element]:
        """The elements of the paragraph that may hold paragraphs and tables of their own."""

    @abstractmethod
    def _rows(self, table: etree._Element, depth: int) -> Iterator[list[Cell]]:
        """The cells of each row."""
