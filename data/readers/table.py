"""Tables: rows as lines, cells joined by TAB, spans resolved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from data.readers.reading import Limits, too_large

LONGEST_CELL = 2000
"""A table with a longer cell is there for layout: its cells are read as blocks, not as rows."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its lines, and how many rows and columns it spans."""

    lines: tuple[str, ...]
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class _Hanging:
    """A cell that reaches down into further rows: the columns it takes, its text, the rows left."""

    column: int
    width: int
    text: str
    left: int


def table_lines(rows: Sequence[Sequence[Cell]], limits: Limits) -> Iterator[str]:
    """Each row as one line, or the lines of all cells where the table is there for layout.

    A cell over several rows stands in each of them, one over several columns once.
    """
    if _is_layout(rows):
        yield from (line for cells in rows for cell in cells for line in cell.lines)
        return
    hanging: list[_Hanging] = []
    count = 0
    for cells in rows:
        count += len(cells) + len(hanging)
        if count > limits.cells:
            raise too_large("cells of a table", limits.cells, "cells")
        texts, hanging = _place(cells, hanging)
        line = "\t".join(texts).strip()
        if line:
            yield line


def _place(cells: Sequence[Cell], hanging: Sequence[_Hanging]) -> tuple[list[str], list[_Hanging]]:
    """The texts of this row from left to right, and what hangs over into the next row."""
    texts: list[str] = []
    below = [replace(above, left=above.left - 1) for above in hanging if above.left > 1]
    column, passed = 0, 0
    for cell in cells:
        while passed < len(hanging) and hanging[passed].column <= column:
            column = max(column, hanging[passed].column + hanging[passed].width)
            texts.append(hanging[passed].text)
            passed += 1
        text = " ".join(cell.lines)
        texts.append(text)
        if cell.rows > 1:
            below.append(_Hanging(column, cell.columns, text, cell.rows - 1))
        column += cell.columns
    texts.extend(above.text for above in hanging[passed:])
    return texts, sorted(below, key=lambda above: above.column)


def span(value: str | None) -> int:
    """A rowspan or colspan as written in a file: a number from 1, 1 where it is none."""
    try:
        return max(1, int((value or "1").strip()[:12]))
    except ValueError:
        return 1


def _is_layout(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether it has one column only, a table in a cell, or a very long cell."""
    lines = (cell.lines for cells in rows for cell in cells)
    return all(len(cells) < 2 for cells in rows) or any(_is_page_of_its_own(of_cell) for of_cell in lines)


def _is_page_of_its_own(lines: Sequence[str]) -> bool:
    return sum(map(len, lines)) > LONGEST_CELL or any("\t" in line for line in lines)
