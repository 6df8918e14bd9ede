"""Tables of a PDF page without rules: where columns begin, and cells that stand beside each other."""

from collections.abc import Iterable, Iterator, Sequence

from data.marker import marker_style
from data.readers.flow import Item, Line, Rows, Slot
from data.readers.grid import Box

FEWEST = 3
"""A column begins where so many lines of the page do; one that stands behind a gap counts for two."""

TIGHT = 0.75
"""The lines of a cell stand nearer to each other than so many heights."""

HIGHER = 3.0
"""A cell in the middle of its row may begin so many heights below its neighbour."""

NEAR = 2.0
"""Columns begin at least so many points apart."""


def column_lefts(lines: Iterable[Line]) -> list[float]:
    """Where columns begin."""
    lefts: list[float] = []
    last = None
    for line in lines:
        behind = last is not None and line.box.beside(last.box) and line.box.left >= last.box.right
        lefts += [line.box.left] * (2 if behind else 1)
        last = line
    return common_lefts(lefts, FEWEST)


def common_lefts(lefts: Iterable[float], fewest: int) -> list[float]:
    """The places, from left to right, at which or near which at least so many of these are."""
    groups: list[list[float]] = []
    for left in sorted(lefts):
        if groups and left - groups[-1][-1] < NEAR:
            groups[-1].append(left)
        else:
            groups.append([left])
    return [sum(group) / len(group) for group in groups if len(group) >= fewest]


def begins_column(line: Line, lefts: Iterable[float]) -> bool:
    """Whether the line begins where one of the columns does."""
    return any(abs(line.box.left - left) < 2 * NEAR for left in lefts)


def in_rows(order: Iterable[Line | Rows]) -> Iterator[Item]:
    """Lines that stand beside each other as the row of a table, a list's marker and its text as one line."""
    row = _Row()
    for item in order:
        if isinstance(item, Line) and row.take(item):
            continue
        yield from row.items()
        row = _Row()
        if isinstance(item, Rows):
            yield item
        else:
            row.cells.append([item])
    yield from row.items()


class _Row:
    """The cells of a row, as far as they have come; with one cell it is no row yet, but lines below each other."""

    def __init__(self) -> None:
        self.cells: list[list[Line]] = []
        self._above: list[Line] = []

    def take(self, line: Line) -> bool:
        """Adds a line that goes on with the last cell or begins one more; False for any other."""
        if not self.cells:
            return False
        cell = self.cells[-1]
        if self._is_beside(line):
            self._part(line)
            if len(cell) == 1 and _is_marker(cell[0]):
                cell[0] = _joined(cell[0], line)
            else:
                self.cells.append([line])
        elif _is_below(line, cell):
            cell.append(line)
        else:
            return False
        return True

    def items(self) -> Iterator[Item]:
        """The row: one line with TABs if each cell has one line; lines if there is one cell alone."""
        yield from self._above
        if len(self.cells) < 2:
            yield from (line for cell in self.cells for line in cell)
        elif all(len(cell) == 1 for cell in self.cells):
            cells = tuple(cell[0] for cell in self.cells)
            text, last = "\t".join(cell.text for cell in cells), cells[-1]
            yield Line(_around(cells), text, last.page, last.spaced, cells)
        else:
            yield Rows((tuple(Slot(tuple(cell), _around(cell).right) for cell in self.cells),), self.cells[0][0].page)

    def _is_beside(self, line: Line) -> bool:
        """To the right of the last cell, and neither below the row nor far above it."""
        row, middle = _around(line for cell in self.cells for line in cell), (line.box.bottom + line.box.top) / 2
        right = line.box.left >= _around(self.cells[-1]).right
        return right and row.bottom <= middle and line.box.bottom - row.top < HIGHER * line.box.height

    def _part(self, line: Line) -> None:
        """Lines above the first row of a table are none of it: the second cell stands beside the last of them."""
        first = self.cells[0]
        if len(self.cells) == 1 and (line.box.beside(first[-1].box) or _is_marker(first[-1])):
            self._above += first[:-1]
            del first[:-1]


def _is_below(line: Line, cell: Sequence[Line]) -> bool:
    gap = cell[-1].box.bottom - line.box.top
    tight = -0.5 * line.box.height < gap < TIGHT * line.box.height
    return tight and abs(line.box.left - cell[0].box.left) < NEAR


def _is_marker(line: Line) -> bool:
    return len(line.text) < 6 and (line.text == "-" or bool(marker_style(line.text)))


def _joined(line: Line, other: Line) -> Line:
    return Line(line.box.around(other.box), f"{line.text} {other.text}", other.page, other.spaced)


def _around(lines: Iterable[Line]) -> Box:
    boxes = [line.box for line in lines]
    whole = boxes[0]
    for box in boxes:
        whole = whole.around(box)
    return whole
