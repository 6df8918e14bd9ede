"""Lines of PDF pages to paragraphs: which line goes on in the next, and whether a word is broken between them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from data.marker import marker_style
from data.readers.grid import Box
from data.readers.spacing import is_hangul, parts_words

SHORTEST_FULL = 8.0
"""A line of fewer heights never goes on in the next one."""

_PARTICLE = re.compile(
    r"(?:[은는을를의에로와과도]|에서|에게|으로|이나|까지|부터|에는|에도|으로서|으로써|[합됩습입]?니다|하여|되는|하는|하고)(?=[\s.,]|$)"
)


_COUNTED = re.compile(r"[조항호년월일세시분명회원건차종주]|개월|가지|자리")


@dataclass(slots=True)
class Line:
    """A line as it stands on the page of that number. `spaced`: a blank is written at its end."""

    box: Box
    text: str
    page: int
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table on the page of that number."""

    texts: tuple[str, ...]
    page: int


Item = Line | Rows


def paragraphs(items: Sequence[Item]) -> Iterator[tuple[str, int]]:
    """Lines joined to paragraphs, rows as they are, each with the page it begins on."""
    joiner = _Joiner([item for item in items if isinstance(item, Line)])
    block: list[Line] = []
    for item in items:
        if isinstance(item, Line):
            block.append(item)
            continue
        yield from joiner.join(block)
        block.clear()
        yield from ((text, item.page) for text in item.texts)
    yield from joiner.join(block)


def joined(lines: Sequence[Line], right: float) -> str:
    """The lines of a cell that ends at `right` as one text; a full line may have been broken inside a word."""
    joiner = _Joiner(lines)
    text = lines[0].text
    for last, line in pairwise(lines):
        full = last.box.right > right - 2.5 * last.box.height and not marker_style(line.text)
        text += line.text if full and joiner.is_one_word(last, line) else f" {line.text}"
    return text


class _Joiner:
    """Joins lines to paragraphs, by how far the lines of that text reach and the words that stand inside them."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._right = max((line.box.right for line in lines), default=0.0)
        self._words = {word for line in lines for word in line.text.split()[1:-1]}

    def join(self, lines: Sequence[Line]) -> Iterator[tuple[str, int]]:
        """A full line goes on in the next one, if that opens with no marker and stands close below it."""
        text, page = "", 0
        for number, line in enumerate(lines):
            last = lines[number - 1] if number else None
            if last and self._goes_on(last, line):
                text += line.text if self.is_one_word(last, line) else f" {line.text}"
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

    def is_one_word(self, last: Line, line: Line) -> bool:
        """Whether the line was broken inside a word: a particle, an address or a word of this text goes on."""
        if last.spaced:
            return False
        end, start = last.text.split()[-1], line.text.split()[0]
        address = end.endswith(("-", "/", "(", "@", ".")) and start[0].isascii() and start[0].isalnum()
        known = end + start in self._words and not {end, start} <= self._words
        counted = end[-1].isdigit() and _COUNTED.match(line.text)
        if address or known or counted or _PARTICLE.match(line.text):
            return True
        between = is_hangul(end[-1]) and is_hangul(start[0])
        return between and not parts_words("".join(last.text.split())[-3:], "".join(line.text.split())[:3])
