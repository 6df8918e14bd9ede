"""DOCX: paragraphs with the numbers Word shows, tables as rows; headers, footers and deleted text left out."""

import io
from collections.abc import Iterator, Mapping

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml import etree

from data.readers.archive import local, open_archive
from data.readers.line import Lines
from data.readers.numbering import Level, Numbering
from data.readers.office import OfficeBody
from data.readers.reading import Limits, Reading
from data.readers.table import Cell

_STYLES = {
    "ganada": "syllable",
    "chosung": "jamo",
    "decimalEnclosedCircle": "circled",
    "decimalEnclosedCircleChinese": "circled",
    "lowerLetter": "lower-alpha",
    "upperLetter": "upper-alpha",
    "lowerRoman": "lower-roman",
    "upperRoman": "upper-roman",
    "bullet": "bullet",
}
_LEFT_OUT = frozenset(("del", "moveFrom", "Fallback", "txbxContent", "rPr", "pPr", "instrText"))
_WRAPPERS = frozenset(("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice"))
_OFF = ("0", "false", "off", "none")


def read(raw: bytes, limits: Limits) -> Reading:
    """The lines of the document's body."""
    open_archive(raw, limits).close()
    word = docx.Document(io.BytesIO(raw))
    body = _Body(word, limits)
    lines = Lines(limits)
    for line in body.lines(word.element.body):
        lines.add(line, body.spot.name)
    return lines.reading()


class _Body(OfficeBody):
    """The body of a Word document, read with its numbering."""

    def __init__(self, word: WordDocument, limits: Limits) -> None:
        super().__init__(limits)
        self._styles = _style_numbers(word)
        self._numbering = Numbering(_lists(word))

    def _holds_blocks(self, name: str) -> bool:
        return name in _WRAPPERS

    def _texts(self, paragraph: etree._Element) -> Iterator[str]:
        return _texts(paragraph)

    def _inside(self, paragraph: etree._Element) -> Iterator[etree._Element]:
        for box in paragraph.iter(qn("w:txbxContent")):
            if not any(local(above) in ("Fallback", "del") for above in box.iterancestors()):
                yield box

    def _marker(self, paragraph: etree._Element) -> str:
        properties = paragraph.find(qn("w:pPr"))
        style = "" if properties is None else _value(properties, "pStyle")
        name, level = _number_of(properties, self._styles.get(style, ("", 0)))
        return self._numbering.marker(name, level)

    def _rows(self, table: etree._Element, depth: int) -> Iterator[list[Cell]]:
        above: dict[int, tuple[str, ...]] = {}
        for row in _children(table, "tr"):
            cells: list[Cell] = []
            column = 0
            for cell in _children(row, "tc"):
                merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
                goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
                lines = above.get(column, ()) if goes_on else tuple(self.lines(cell, depth + 1))
                above[column] = lines
                cells.append(Cell(lines))
                span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
                column += 1 if span is None else _integer(span.get(qn("w:val")), 1)
            yield cells


def _children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of that name, also where content controls or changes wrap them."""
    for child in parent:
        if local(child) == name:
            yield child
        elif local(child) in _WRAPPERS:
            yield from _children(child, name)


def _texts(element: etree._Element) -> Iterator[str]:
    """What the paragraph shows, from left to right; a line break is a newline."""
    events = etree.iterwalk(element, events=("start",))
    for _, part in events:
        name = local(part)
        if name in _LEFT_OUT or (name == "r" and _is_hidden(part)):
            events.skip_subtree()
        elif name == "t":
            yield part.text or ""
        elif name in ("br", "cr"):
            yield "\n"
        elif name in ("tab", "ptab"):
            yield " "
        elif name == "noBreakHyphen":
            yield "-"


def _is_hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return vanish is not None and vanish.get(qn("w:val"), "1") not in _OFF


def _lists(word: WordDocument) -> Mapping[str, list[Level]]:
    """The levels of each list by its numId."""
    root = _part(word, "numbering")
    if root is None:
        return {}
    abstract = {item.get(qn("w:abstractNumId"), ""): item for item in root.findall(qn("w:abstractNum"))}
    lists: dict[str, list[Level]] = {}
    for number in root.findall(qn("w:num")):
        item = abstract.get(_value(number, "abstractNumId"))
        if item is not None:
            starts = {
                override.get(qn("w:ilvl"), ""): _integer(_value(override, "startOverride"), 1)
                for override in number.findall(qn("w:lvlOverride"))
            }
            lists[number.get(qn("w:numId"), "")] = [_level(level, starts) for level in item.findall(qn("w:lvl"))]
    return lists


def _level(level: etree._Element, starts: Mapping[str, int]) -> Level:
    style = _value(level, "numFmt")
    start = starts.get(level.get(qn("w:ilvl"), ""), _integer(_value(level, "start"), 1))
    return Level(_STYLES.get(style, "decimal"), "" if style == "none" else _value(level, "lvlText"), start)


def _style_numbers(word: WordDocument) -> Mapping[str, tuple[str, int]]:
    """(numId, level) of each paragraph style that numbers, also through the style it is based on."""
    root = _part(word, "styles")
    styles = {} if root is None else {style.get(qn("w:styleId"), ""): style for style in root.findall(qn("w:style"))}
    found: dict[str, tuple[str, int]] = {}
    for name in styles:
        chain = [name]
        while (base := _value(styles[chain[-1]], "basedOn")) in styles and base not in chain:
            chain.append(base)
        for link in reversed(chain):
            found[name] = _number_of(styles[link].find(qn("w:pPr")), found.get(name, ("", 0)))
    return found


def _number_of(properties: etree._Element | None, inherited: tuple[str, int]) -> tuple[str, int]:
    """(numId, level) of paragraph properties."""
    number = None if properties is None else properties.find(qn("w:numPr"))
    if number is None:
        return inherited
    return _value(number, "numId") or inherited[0], _integer(_value(number, "ilvl"), inherited[1])


def _part(word: WordDocument, kind: str) -> etree._Element | None:
    for relation in word.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            return etree.fromstring(relation.target_part.blob, parser)
    return None


def _value(parent: etree._Element, name: str) -> str:
    """The w:val of the child of that name, or ''."""
    child = parent.find(qn(f"w:{name}"))
    return "" if child is None else child.get(qn("w:val"), "")


def _integer(text: str | None, otherwise: int) -> int:
    try:
        return int(text[:9]) if text else otherwise
    except ValueError:
        return otherwise
