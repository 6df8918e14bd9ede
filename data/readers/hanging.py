"""Tables of a PDF without rules: a cell that hangs over several rows is written once, and stands in each of them.

Nothing on the page tells whether a cell hangs over or those below it are empty. Policies leave few cells empty, and
many are the same as the one above (tests/test_hanging.py counts both in data/policies). So a cell that a row lacks is
taken from the row above.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from data.readers.columns import NEAR, common_lefts
from data.readers.flow import Item, Line, Rows, Slot

FEWEST = 3
"""A table of fewer columns is left as it is: its rows that lack a cell are lines like any other."""


def with_hanging_cells(items: Iterable[Item]) -> Iterator[Item]:
    """All items; in tables without rules, rows with the cells that hang over from above."""
    for are_rows, group in groupby(items, key=lambda item: bool(_cells(item))):
        run = list(group)
        yield from _filled(run) if are_rows else run


def _cells(item: Item) -> tuple[Slot, ...]:
    """The cells of a row without rules; none of any other item."""
    if isinstance(item, Line):
        return tuple(Slot((cell,), cell.box.right) for cell in item.cells)
    return () if item.ruled else item.slots[0]


def _filled(table: Sequence[Item]) -> Iterator[Item]:
    columns = _columns([_cells(item) for item in table])
    table = _rejoined(table, columns)
    above: Mapping[int, Slot] = {}
    page = 0
    for item in table:
        here = _placed(_cells(item), columns)
        # What stands first on a page without a first cell is the rest of a row of the page before.
        hanging = {} if item.page != page and 0 not in here else _hanging(here, above, columns)
        whole, page = {**hanging, **here}, item.page
        # The head's cells hang over nothing.
        above = {} if item is table[0] else whole
        yield Rows((tuple(whole[column] for column in sorted(whole)),), page) if hanging else item


def _rejoined(table: Sequence[Item], columns: Sequence[float]) -> list[Item]:
    """The rows; two are one where the other goes on right of the one: a cell in the middle of its rows stands lower."""
    rows: list[Item] = []
    for item in table:
        last = rows[-1] if rows else item
        one, other = (_placed(_cells(row), columns) for row in (last, item))
        if one and other and last.page == item.page and max(one) < min(other):
            rows[-1] = Rows(((*_cells(last), *_cells(item)),), item.page)
        else:
            rows.append(item)
    return rows


def _columns(rows: Sequence[Sequence[Slot]]) -> list[float]:
    """Where the columns begin, if one row at least has a cell in each of them; else none: the cells are not aligned."""
    lefts = common_lefts((_left(cell) for cells in rows for cell in cells), 2)
    whole = any(len(_placed(cells, lefts)) == len(lefts) for cells in rows)
    return lefts if whole and len(lefts) >= FEWEST else []


def _placed(cells: Sequence[Slot], columns: Sequence[float]) -> dict[int, Slot]:
    """The cells by their columns; nothing if one stands in none."""
    placed: dict[int, Slot] = {}
    for cell in cells:
        number = bisect_right(columns, _left(cell) - NEAR)
        if number == len(columns) or columns[number] >= _left(cell) + NEAR:
            return {}
        placed[number] = cell
    return placed


def _hanging(here: Mapping[int, Slot], above: Mapping[int, Slot], columns: Sequence[float]) -> dict[int, Slot]:
    """The cells above of those columns in which the row has none and into which none of its texts reaches."""
    hanging: dict[int, Slot] = {}
    reached = 0.0
    for number in sorted({*here, *above}) if here else ():
        if number in here:
            reached = max(reached, *(line.box.right for line in here[number].lines))
        elif reached <= columns[number]:
            hanging[number] = above[number]
    return hanging


def _left(cell: Slot) -> float:
    return cell.lines[0].box.left
