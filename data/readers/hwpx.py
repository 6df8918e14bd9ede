"""HWPX: the sections' paragraphs with the numbers Hangul shows, tables as rows; headers and footers left out."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from data.readers.archive import local, open_archive, parse_part
from data.readers.line import Lines
from data.readers.numbering import Level, Numbering
from data.readers.office import OfficeBody
from data.readers.reading import DocumentError, Limits, Reading
from data.readers.table import Cell, span

_SECTION = re.compile(r"Contents/section(\d{1,6})\.xml")
_FURNITURE = frozenset(("header", "footer", "pageNum", "secPr", "linesegarray", "shapeComment", "hiddenComment"))
_STYLES = {
    "CIRCLED_DIGIT": "circled",
    "ROMAN_CAPITAL": "upper-roman",
    "ROMAN_SMALL": "lower-roman",
    "LATIN_CAPITAL": "upper-alpha",
    "LATIN_SMALL": "lower-alpha",
    "CIRCLED_LATIN_SMALL": "circled-letter",
    "HANGUL_SYLLABLE": "syllable",
    "CIRCLED_HANGUL_SYLLABLE": "circled-syllable",
    "HANGUL_JAMO": "jamo",
    "CIRCLED_HANGUL_JAMO": "circled-jamo",
}
_BLANKS = frozenset(("tab", "nbSpace", "fwSpace"))


def read(raw: bytes, limits: Limits) -> Reading:
    """The lines of all sections."""
    lines = Lines(limits)
    with open_archive(raw, limits) as archive:
        names = archive.namelist()
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise DocumentError("encrypted", "an HWPX file locked by a password; save it without one")
        body = _Body(_header(archive, names), limits)
        for number, name in enumerate(sorted(filter(_SECTION.fullmatch, names), key=_section_number), 1):
            body.spot.enter_section(number)
            for line in body.lines(parse_part(archive, name)):
                lines.add(line, body.spot.name)
    return lines.reading()


def _section_number(name: str) -> int:
    match = _SECTION.fullmatch(name)
    return int(match[1]) if match else 0


def _header(archive: zipfile.ZipFile, names: list[str]) -> etree._Element:
    return parse_part(archive, "Contents/header.xml") if "Contents/header.xml" in names else etree.Element("head")


class _Body(OfficeBody):
    """The sections of an HWPX file, read with its numbering."""

    def __init__(self, header: etree._Element, limits: Limits) -> None:
        super().__init__(limits)
        self._headings = _headings(header)
        self._numbering = Numbering(_lists(header))

    def _holds_blocks(self, name: str) -> bool:
        return name not in _FURNITURE and name != "t"

    def _texts(self, paragraph: etree._Element) -> Iterator[str]:
        return _texts(paragraph)

    def _marker(self, paragraph: etree._Element) -> str:
        return self._numbering.marker(*self._headings.get(paragraph.get("paraPrIDRef", ""), ("", 0)))

    def _inside(self, paragraph: etree._Element) -> Iterable[etree._Element]:
        return paragraph

    def _rows(self, table: etree._Element, depth: int) -> Iterator[list[Cell]]:
        for row in table:
            if local(row) == "tr":
                yield [self._cell(cell, depth) for cell in row if local(cell) == "tc"]

    def _cell(self, cell: etree._Element, depth: int) -> Cell:
        spans = next((child for child in cell if local(child) == "cellSpan"), cell)
        lines = tuple(line for child in cell if local(child) == "subList" for line in self.lines(child, depth + 1))
        return Cell(lines, span(spans.get("rowSpan")), span(spans.get("colSpan")))


def _texts(paragraph: etree._Element) -> Iterator[str]:
    """What the paragraph's own runs show; a line break is a newline."""
    for run in paragraph:
        for text in run:
            if local(run) == "run" and local(text) == "t":
                yield text.text or ""
                for mark in text:
                    yield "\n" if local(mark) == "lineBreak" else " " if local(mark) in _BLANKS else ""
                    yield mark.tail or ""


def _headings(header: etree._Element) -> Mapping[str, tuple[str, int]]:
    """For each paragraph property the list it counts in and the level."""
    found: dict[str, tuple[str, int]] = {}
    for properties in header.iter("{*}paraPr"):
        heading = next(properties.iter("{*}heading"), None)
        if heading is not None and heading.get("type") in ("NUMBER", "BULLET", "OUTLINE"):
            # The outline of a document counts by its first numbering unless its section says otherwise.
            name = "NUMBER1" if heading.get("type") == "OUTLINE" else f"{heading.get('type')}{heading.get('idRef')}"
            found[properties.get("id", "")] = (name, span(heading.get("level")) if heading.get("level") != "0" else 0)
    return found


def _lists(header: etree._Element) -> Mapping[str, list[Level]]:
    lists = {f"BULLET{bullet.get('id')}": [Level("bullet", "")] * 7 for bullet in header.iter("{*}bullet")}
    for numbering in header.iter("{*}numbering"):
        lists[f"NUMBER{numbering.get('id')}"] = [
            Level(_STYLES.get(head.get("numFormat", ""), "decimal"), head.text or "", span(head.get("start")))
            for head in numbering.iter("{*}paraHead")
        ]
    return lists
