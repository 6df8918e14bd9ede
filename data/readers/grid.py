"""Tables of a PDF page by their ruled lines: which cell a place is in."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from data.readers.reading import Limits, too_large

THIN = 3.0
"""A path thinner than this (in points) is a rule."""

_NEAR = 3.0


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the page in points; y grows upwards."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """Height in points."""
        return self.top - self.bottom

    def around(self, other: "Box") -> "Box":
        """The box around both."""
        return Box(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )

    def beside(self, other: "Box") -> bool:
        """Whether both are on one line of text."""
        shared = min(self.top, other.top) - max(self.bottom, other.bottom)
        return shared > 0.5 * min(self.height, other.height)

    def touches(self, other: "Box") -> bool:
        """Whether they meet, or nearly."""
        across = self.left <= other.right + _NEAR and other.left <= self.right + _NEAR
        return across and self.bottom <= other.top + _NEAR and other.bottom <= self.top + _NEAR


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: where its rules are, columns from the left and rows from the top."""

    columns: tuple[float, ...]
    lines: tuple[float, ...]
    upright: tuple[Box, ...]
    level: tuple[Box, ...]

    def holds(self, box: Box) -> bool:
        """Whether the middle of the box is inside the table."""
        x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        return self.columns[0] <= x <= self.columns[-1] and self.lines[-1] <= y <= self.lines[0]

    def slot(self, box: Box) -> tuple[int, int]:
        """(row, column) of the cell that holds the beginning of the box; the first slot of a merged cell."""
        column = bisect_right(self.columns, min(box.left + _NEAR, box.right)) - 1
        row = bisect_right([-line for line in self.lines], -(box.bottom + box.top) / 2) - 1
        return self._origin(min(max(row, 0), len(self.lines) - 2), min(max(column, 0), len(self.columns) - 2))

    def parts(self, box: Box, place: Box) -> bool:
        """Whether an upright rule stands between a text and the place behind it."""
        if not self.holds(place):
            return False
        y = (place.bottom + place.top) / 2
        between = (rule for rule in self.upright if box.right - THIN < rule.left < place.left + THIN)
        return any(rule.bottom <= y <= rule.top for rule in between)

    def right_of(self, slot: tuple[int, int]) -> float:
        """Where the cell of that slot ends to the right."""
        row, column = slot
        ends = (number for number in range(column + 1, len(self.columns) - 1) if self._ruled_left(row, number))
        return self.columns[next(ends, len(self.columns) - 1)]

    def rows(self) -> Iterator[list[tuple[int, int]]]:
        """For each row the slots of its cells; a cell over several columns once."""
        for row in range(len(self.lines) - 1):
            slots = [self._origin(row, column) for column in range(len(self.columns) - 1)]
            yield list(dict.fromkeys(slots))

    def _origin(self, row: int, column: int) -> tuple[int, int]:
        while column > 0 and not self._ruled_left(row, column):
            column -= 1
        while row > 0 and not self._ruled_above(row, column):
            row -= 1
        return row, column

    def _ruled_left(self, row: int, column: int) -> bool:
        x, y = self.columns[column], (self.lines[row] + self.lines[row + 1]) / 2
        return any(abs(rule.left - x) < _NEAR and rule.bottom <= y <= rule.top for rule in self.upright)

    def _ruled_above(self, row: int, column: int) -> bool:
        y, x = self.lines[row], (self.columns[column] + self.columns[column + 1]) / 2
        return any(abs(rule.bottom - y) < _NEAR and rule.left <= x <= rule.right for rule in self.level)


def grids(paths: Iterable[Box], limits: Limits) -> list[Grid]:
    """The tables that the thin paths of a page draw: at least two cells each."""
    rules = [path for path in paths if min(path.right - path.left, path.height) < THIN]
    if len(rules) > limits.cells // 100:
        raise too_large("ruled lines of a page", limits.cells // 100, "cells (a hundredth of it)")
    found = (_grid(group) for group in _groups(rules))
    return [grid for grid in found if len(grid.columns) > 2 and len(grid.lines) > 1]


def _groups(rules: Sequence[Box]) -> list[list[Box]]:
    """Rules that hang together."""
    groups: list[tuple[Box, list[Box]]] = []
    for rule in rules:
        near = [group for group in groups if any(rule.touches(other) for other in group[1])]
        groups = [group for group in groups if group not in near]
        members = [rule, *(member for group in near for member in group[1])]
        groups.append((rule, members))
    return [members for _, members in groups]


def _grid(rules: Sequence[Box]) -> Grid:
    upright = tuple(rule for rule in rules if rule.height > rule.right - rule.left)
    level = tuple(rule for rule in rules if rule.height <= rule.right - rule.left)
    columns = _distinct(rule.left for rule in upright)
    lines = _distinct(rule.bottom for rule in level)
    return Grid(tuple(columns), tuple(reversed(lines)), upright, level)


def _distinct(places: Iterable[float]) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return found
