"""Lines of PDF pages to paragraphs: which line goes on in the next, and whether a word is broken between them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from data.marker import marker_style
from data.readers.grid import Box
from data.readers.reading import Limits
from data.readers.spacing import Words, is_hangul, whole_words
from data.readers.table import Cell, table_lines

SHORTEST_FULL = 8.0
"""A line of fewer heights never goes on in the next one."""

_PARTICLE = re.compile(
    r"(?:[은는을를의에로와과도]|에서|에게|으로|이나|까지|부터|에는|에도|으로서|으로써|[합됩습입]?니다|하여|되는|하는|하고)(?=[\s.,]|$)"
)

_COUNTED = re.compile(r"[조항호년월일세시분명회원건차종주]|개월|가지|자리")
_TIED = re.compile(r"\S/$")
"""A slash that touches the word before it touches the next one too."""

_CITED = re.compile(r"제\d{1,3}[항호]")
"""The law is cited in one word: 제15조제1항제4호."""


@dataclass(slots=True)
class Line:
    """A line as it stands on the page of that number. `spaced`: a blank is written at its end.

    `cells`: those that stand beside each other in it, where it is the row of a table without rules.
    """

    box: Box
    text: str
    page: int
    spaced: bool = False
    cells: tuple["Line", ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a table: its lines, and where it ends to the right."""

    lines: tuple[Line, ...]
    right: float


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table on the page of that number. `ruled`: lines are drawn around its cells."""

    slots: tuple[tuple[Slot, ...], ...]
    page: int
    ruled: bool = False


Item = Line | Rows


def paragraphs(items: Sequence[Item], limits: Limits) -> Iterator[tuple[str, int]]:
    """Lines joined to paragraphs, and the rows of tables, each with the page it begins on."""
    joiner = _Joiner(items)
    block: list[Line] = []
    for item in items:
        if isinstance(item, Line):
            block.append(item)
            continue
        yield from joiner.join(block)
        block.clear()
        rows = [[Cell((joiner.text_of(slot),)) for slot in slots] for slots in item.slots]
        yield from ((text, item.page) for text in table_lines(rows, limits))
    yield from joiner.join(block)


def _lines_of(item: Item) -> Iterator[Line]:
    if isinstance(item, Line):
        yield item
    else:
        yield from (line for slots in item.slots for slot in slots for line in slot.lines)


class _Joiner:
    """Joins lines, by how far those outside of tables reach and by the words that stand inside of all."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._right = max((item.box.right for item in items if isinstance(item, Line)), default=0.0)
        self._words = Words(word for item in items for line in _lines_of(item) for word in whole_words(line.text))

    def text_of(self, slot: Slot) -> str:
        """The lines of a cell as one text; a full line may have been broken inside a word."""
        text = slot.lines[0].text if slot.lines else ""
        for last, line in pairwise(slot.lines):
            full = last.box.right > slot.right - 2.5 * last.box.height and not marker_style(line.text)
            text += line.text if full and self._is_one_word(last, line) else f" {line.text}"
        return text

    def join(self, lines: Sequence[Line]) -> Iterator[tuple[str, int]]:
        """A full line goes on in the next one, if that opens with no marker and stands close below it."""
        text, page = "", 0
        for number, line in enumerate(lines):
            last = lines[number - 1] if number else None
            if last and self._goes_on(last, line):
                text += line.text if self._is_one_word(last, line) else f" {line.text}"
                continue
            if text:
                yield text, page
            text, page = line.text, line.page
        if text:
            yield text, page

    def _goes_on(self, last: Line, line: Line) -> bool:
        wide = last.box.right - last.box.left > SHORTEST_FULL * last.box.height
        full = wide and last.box.right > self._right - 2.5 * last.box.height
        # On the next page the distance is negative.
        close = last.box.bottom - line.box.top < 0.9 * last.box.height
        alike = abs(last.box.height - line.box.height) < 0.2 * last.box.height
        plain = "\t" not in last.text and "\t" not in line.text
        return full and close and alike and plain and not marker_style(line.text)

    def _is_one_word(self, last: Line, line: Line) -> bool:
        """Whether the line was broken inside a word: a particle, an address, an article or a word of this text."""
        if last.spaced:
            return False
        end, start = last.text[-1], line.text[0]
        address = end in "-/(@." and start.isascii() and start.isalnum()
        counted = end.isdigit() and _COUNTED.match(line.text)
        cited = (end in "조항" and _CITED.match(line.text)) or (end == "제" and start.isdigit())
        if address or counted or cited or _TIED.search(last.text) or _PARTICLE.match(line.text):
            return True
        return is_hangul(end) and is_hangul(start) and not self._words.are_apart(last.text, line.text)
