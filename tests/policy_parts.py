"""A policy as parts (lines, list items, tables) for the makers of files, and how alike two readings of it are."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from data.clause import Clause
from data.marker import marker_style

SYLLABLES = "가나다라마바사아자차카타파하"
_MARKER = re.compile(r"(?P<circled>[①-⑳])|(?P<decimal>\d{1,2})\.|(?P<syllable>[가나다라마바사아자차카타파하])\.|-")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_BLANKS = re.compile(r"[^\S\t]+")
_SENTENCE = re.compile(r"[.:,!?)]$|다$|요$")


@dataclass(frozen=True, slots=True)
class Item:
    """A line: `text` as written; where a program could number it, style, number, text behind the marker, its list."""

    text: str
    style: str = ""
    number: int = 0
    bare: str = ""
    run: int = 0

    @property
    def is_heading(self) -> bool:
        """Whether it looks like a title."""
        return len(self.text) < 24 and not self.style and not _SENTENCE.search(self.text)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: rows of cells."""

    cells: tuple[tuple[str, ...], ...]


Part = Item | Rows


def parts(text: str) -> list[Part]:
    """The lines of a policy, those with TABs as tables, the others with the list they count in."""
    found: list[Part] = []
    runs: dict[str, tuple[int, int]] = {}
    for tabbed, lines in groupby(filter(str.strip, text.split("\n")), key=lambda line: "\t" in line):
        if tabbed:
            found.append(Rows(tuple(tuple(line.split("\t")) for line in lines)))
            continue
        for line in lines:
            item = _item(line)
            run, last = runs.get(item.style, (0, -9))
            if item.number != last + 1:
                run = len(found) + 1
            runs[item.style] = run, item.number
            found.append(Item(item.text, item.style, item.number, item.bare, run))
    return found


def _item(line: str) -> Item:
    """A line whose marker a program can make anew, or the line alone."""
    match = _MARKER.match(line)
    bare = line[match.end() + 1 :] if match else ""
    if not match or line[match.end() : match.end() + 1] != " " or bare != bare.strip() or marker_style(bare):
        return Item(line)
    style = match.lastgroup or "bullet"
    return Item(line, style, _number(style, match[match.lastgroup or 0]), bare)


def _number(style: str, marker: str) -> int:
    if style == "decimal":
        return int(marker)
    if style == "circled":
        return ord(marker) - 0x245F
    return SYLLABLES.index(marker) + 1 if style == "syllable" else 0


def spans(cells: Sequence[Sequence[str]]) -> Iterator[list[tuple[str, int]]]:
    """The rows of a table with (text, rows it spans): equal cells one above the other in a column as one."""
    for row, texts in enumerate(cells):
        yield [(text, _height(cells, row, column)) for column, text in enumerate(texts)]


def _height(cells: Sequence[Sequence[str]], row: int, column: int) -> int:
    """How far the cell reaches down; 0 where it is part of the cell above. Only in tables of even width."""
    if len({len(texts) for texts in cells}) > 1:
        return 1
    text = cells[row][column]
    if row and cells[row - 1][column] == text:
        return 0
    below = 1
    while row + below < len(cells) and cells[row + below][column] == text:
        below += 1
    return below


def boundary_f1(found: Sequence[Clause], expected: Sequence[Clause], blanks: bool = True) -> float:
    """F1 of the clauses that are the same text, in the same order. Kinds of blanks make no difference, TABs do.

    `blanks`: whether a blank too many or too few inside a clause makes another text of it.
    """
    one, other = ([_plain(clause.text, blanks) for clause in clauses] for clauses in (found, expected))
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return 2 * sum(block.size for block in blocks) / max(len(one) + len(other), 1)


def _plain(text: str, blanks: bool) -> str:
    return _BLANKS.sub(" " if blanks else "", unicodedata.normalize("NFC", _INVISIBLE.sub("", text)))
