"""Where a reader stands in a document of paragraphs and tables, as people would say it."""

from collections.abc import Iterator
from contextlib import contextmanager


class Spot:
    """Counts the paragraphs and tables that a reader passes; `name` says which one it has just read."""

    def __init__(self) -> None:
        self.name = ""
        self._section = ""
        self._paragraphs = self._tables = self._inside = 0

    def enter_section(self, number: int) -> None:
        """A new section: its paragraphs and tables are counted from 1."""
        self._section = f"section {number}, "
        self._paragraphs = self._tables = 0

    def enter_paragraph(self) -> None:
        """One more paragraph; those in the cells of a table belong to the table."""
        if not self._inside:
            self._paragraphs += 1
            self.name = f"{self._section}paragraph {self._paragraphs}"

    @contextmanager
    def table(self) -> Iterator[None]:
        """Holds while the cells of a table are read; the lines that are then made of them are the table's."""
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
        if not self._inside:
            self._tables += 1
            self.name = f"{self._section}table {self._tables}"
