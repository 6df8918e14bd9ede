"""Markdown: headings, lists and paragraphs without their marks, pipe tables as rows.

A clause is shown as the policy reads, not as it is typed, and its place ("line 12") leads back to the file: so its
offsets fit the clean text alone. A line of the file stays a line. Files only: a field of a record is never cleaned.
"""

import re
from collections.abc import Iterator

from data.readers.line import Lines, clean
from data.readers.reading import Limits, Reading

_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_HEADING = re.compile(r"#{1,6} +")
_CLOSING_HASHES = re.compile(r" #+\s*$")
_RULE = re.compile(r"\s{0,3}(?:[-=_*]\s*){3,}$")
_QUOTE = re.compile(r"(?:> ?)+")
_BULLET = re.compile(r"[*+] +")
_TABLE_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$")
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()\s]{0,2000}(?:\s+\"[^\"]{0,200}\")?\)")
_EMPHASIS = re.compile(
    r"(\*\*|__|~~)(?=\S)([^*_~]{1,500}?)(?<=\S)\1|(?<![*\w])\*(?=[^\s*])([^*]{1,500}?)(?<=[^\s*])\*(?![*\w])"
)
_CODE = re.compile(r"`([^`]{1,500})`")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|~>-])")
_BREAK = re.compile(r"<br\s{0,9}/?>", re.I)
_CELL_BORDER = re.compile(r"(?<!\\)\|")


def read(text: str, limits: Limits) -> Reading:
    """The lines of the text; a line of the file stays a line."""
    lines = Lines(limits)
    for number, line in _lines(text):
        lines.add(line, f"line {number}")
    return lines.reading()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The number of each line of the file, and what it shows."""
    fenced = False
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if _FENCE.match(raw):
            fenced = not fenced
        elif fenced:
            yield number, clean(line)
        elif "|" in line and line.startswith("|"):
            yield number, _row(line)
        elif not _RULE.match(raw):
            yield number, _plain(_unmarked(line))


def _row(line: str) -> str:
    if _TABLE_RULE.fullmatch(line):
        return ""
    cells = _CELL_BORDER.split(line.removeprefix("|").removesuffix("|"))
    return "\t".join(_plain(cell) for cell in cells).strip()


def _unmarked(line: str) -> str:
    line = line[quote.end() :] if (quote := _QUOTE.match(line)) else line
    heading = _HEADING.match(line)
    if heading:
        return _CLOSING_HASHES.sub("", line[heading.end() :])
    return _BULLET.sub("- ", line, count=1) if _BULLET.match(line) else line


def _plain(text: str) -> str:
    """The words without links, emphasis and escapes."""
    text = _BREAK.sub(" ", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub(lambda match: match[2] or match[3], _CODE.sub(r"\1", text))
    return clean(_ESCAPE.sub(r"\1", text))
