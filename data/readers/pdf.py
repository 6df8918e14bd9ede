"""PDF: characters with their places to lines, ruled tables to rows; page numbers and running heads left out."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from data.readers.columns import begins_column, column_lefts, in_rows
from data.readers.flow import Item, Line, Rows, Slot, paragraphs
from data.readers.grid import Box, Grid, grids
from data.readers.hanging import with_hanging_cells
from data.readers.line import Lines, clean
from data.readers.reading import DocumentError, Limits, Reading, too_large

OUTER = 0.1
"""Page numbers and running heads stand in this share of the page's height at its top and bottom."""

BLANK_SHARE = 0.01
BLANK_GAP = 0.3
"""A page with a larger share of written blanks leaves none out: PDFium sees blanks where only the script changes,
and one that it guesses must be wider than so many heights of the line."""

CELL_GAP = 3.0
"""A gap of so many heights of a line parts cells of a table without rules."""

COLUMN_GAP = 0.8
"""So does a gap of so many heights in which no blank is written, if a column begins behind it."""

UNREADABLE_SHARE = 0.3
"""With a larger share of characters that have no Unicode, the fonts of the file tell nothing."""

_PAGE_NUMBER = re.compile(r"(?:[-–—|\s]|page|페이지)*\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?(?:[-–—|\s]|쪽|페이지)*", re.I)
_HYPHEN = 0xFFFE
_BULLETS = frozenset((0xF0B7, 0xF0A7, 0xF06C, 0xF06E, 0xF076, 0xF0D8, 0xF0FC, 0xF0A8))
_DIGITS = re.compile(r"\d+")
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd-\uffff\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A character and its place. `guessed`: PDFium guesses a blank before it."""

    text: str
    box: Box
    guessed: bool = False


@dataclass(slots=True)
class Page:
    """A page: its height, whether it holds pictures, its ruled tables, parts of lines as the file has them."""

    height: float
    pictured: bool
    tables: Sequence[Grid]
    parts: Sequence[Line]
    items: list[Item] = field(default_factory=list)
    """Lines and rows in reading order."""

    def rules(self, part: Line) -> bool:
        """Whether the part stands in a ruled table."""
        return any(table.holds(part.box) for table in self.tables)


def read(raw: bytes, limits: Limits) -> Reading:
    """The lines of all pages, and which pages have no text."""
    pages = list(_pages(raw, limits))
    _arrange(pages)
    blank = [number for number, page in enumerate(pages, 1) if page.pictured and not page.items]
    if not any(page.items for page in pages):
        cure = "use text recognition (OCR) and take the text"
        raise DocumentError("no-text", f"a PDF without text, {len(pages)} pages of pictures or nothing; {cure}")
    lines = Lines(limits)
    for text, page in paragraphs(list(with_hanging_cells(_without_furniture(pages))), limits):
        lines.add(text, f"page {page}")
    reading = lines.reading(*(f"page {number}: a picture without text" for number in blank))
    if len(_UNREADABLE.findall(reading.text)) > UNREADABLE_SHARE * len(reading.text):
        raise DocumentError("no-text", "a PDF whose fonts do not tell their characters; use text recognition (OCR)")
    return reading


def _pages(raw: bytes, limits: Limits) -> Iterator[Page]:
    try:
        document = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise DocumentError("encrypted", "a PDF locked by a password; save it without one") from error
        raise DocumentError("broken", f"a PDF that cannot be opened ({error}); save the file again") from error
    if len(document) > limits.pages:
        raise too_large(f"{len(document):,} pages", limits.pages, "pages")
    for number in range(len(document)):
        yield _page(document, number, limits)


def _page(document: pdfium.PdfDocument, number: int, limits: Limits) -> Page:
    try:
        page = document[number]
    except pdfium.PdfiumError as error:
        raise DocumentError("broken", f"its page {number + 1} cannot be read ({error}); save the file again") from error
    objects = list(page.get_objects(max_depth=5))
    pictured = any(part.type == pdfium_c.FPDF_PAGEOBJ_IMAGE for part in objects)
    rules = [Box(*part.get_bounds()) for part in objects if part.type == pdfium_c.FPDF_PAGEOBJ_PATH]
    tables = grids(rules, limits)
    parts = [line for line in _lines(page, number + 1, tables) if line.text]
    found = Page(page.get_height(), pictured, tables, parts)
    page.close()
    return found


def _arrange(pages: Sequence[Page]) -> None:
    """Sets the items of the pages. A table may go on over a page's end: columns of the pages beside a page are its."""
    lefts = [column_lefts(part for part in page.parts if not page.rules(part)) for page in pages]
    for number, page in enumerate(pages):
        near = [left for of_page in lefts[max(number - 1, 0) : number + 2] for left in of_page]
        page.items.extend(_items(_whole_parts(page.parts, page.tables, near), page.tables))


def _items(parts: Sequence[Line], tables: Sequence[Grid]) -> Iterator[Item]:
    """The lines of the page; where the first line of a table stands, all rows of the table."""
    cells: dict[int, dict[tuple[int, int], list[Line]]] = {}
    order: list[Line | int] = []
    for part in parts:
        number = next((number for number, table in enumerate(tables) if table.holds(part.box)), None)
        if number is None:
            order.append(part)
            continue
        if number not in cells:
            order.append(number)
        cells.setdefault(number, {}).setdefault(tables[number].slot(part.box), []).append(part)
    yield from in_rows(item if isinstance(item, Line) else _rows(tables[item], cells[item]) for item in order)


def _rows(table: Grid, cells: Mapping[tuple[int, int], list[Line]]) -> Rows:
    page = next(line.page for lines in cells.values() for line in lines)
    slots = (tuple(Slot(tuple(cells.get(slot, ())), table.right_of(slot)) for slot in row) for row in table.rows())
    return Rows(tuple(slots), page, ruled=True)


def _whole_parts(parts: Sequence[Line], tables: Sequence[Grid], lefts: Sequence[float]) -> list[Line]:
    """The parts, those joined again between which there is a gap but neither a rule nor the beginning of a column."""
    found: list[Line] = []
    for part in parts:
        last = found[-1] if found else part
        gap = part.box.left - last.box.right
        narrow = part.box.beside(last.box) and 0 <= gap <= CELL_GAP * min(part.box.height, last.box.height)
        ruled = any(table.parts(last.box, part.box) for table in tables)
        if narrow and not ruled and not begins_column(part, lefts):
            found[-1] = Line(last.box.around(part.box), f"{last.text} {part.text}", part.page, part.spaced)
        else:
            found.append(part)
    return found


def _lines(page: pdfium.PdfPage, number: int, tables: Sequence[Grid]) -> Iterator[Line]:
    """The parts of lines in the order of the file: cut at line ends, at wide gaps and at the rules of tables."""
    characters = list(_characters(page))
    blanks = sum(character.isspace() for character, _ in characters)
    least = BLANK_GAP if blanks > BLANK_SHARE * len(characters) else 0.0
    glyphs: list[_Glyph] = []
    box, guessed = None, False
    for character, place in characters:
        if place is None:
            guessed = True
        elif character.isspace():
            if box is not None and place.beside(box):
                glyphs.append(_Glyph(" ", place))
        else:
            gap = CELL_GAP if glyphs and glyphs[-1].text == " " else COLUMN_GAP
            if box is not None and _is_cut(box, place, gap, tables):
                yield _line(glyphs, box, number, least)
                glyphs, box = [], None
            glyphs.append(_Glyph(character, place, guessed))
            box, guessed = place if box is None else box.around(place), False
    if box is not None:
        yield _line(glyphs, box, number, least)


def _line(glyphs: list[_Glyph], box: Box, number: int, least: float) -> Line:
    """The characters from left to right: some programs write first those of one font, then those of the other."""
    mixed = any(other.box.left < one.box.right - one.box.height / 2 for one, other in pairwise(glyphs))
    if mixed:
        glyphs.sort(key=lambda glyph: glyph.box.left)
        least = BLANK_GAP
    text = glyphs[0].text
    for one, other in pairwise(glyphs):
        apart = other.box.left - one.box.right >= least * other.box.height
        text += f" {other.text}" if apart and (mixed or other.guessed) else other.text
    return Line(box, clean(text), number, text.endswith(" "))


def _is_cut(box: Box, place: Box, gap: float, tables: Sequence[Grid]) -> bool:
    """Whether the character at the place does not go on with the text in the box, being apart by such a gap, say."""
    wide = place.left - box.right > gap * min(place.height, box.height)
    return wide or not place.beside(box) or place.right < box.left or any(table.parts(box, place) for table in tables)


def _characters(page: pdfium.PdfPage) -> Iterator[tuple[str, Box | None]]:
    """Each character with its place; line ends are left out, blanks that PDFium guesses have no place."""
    textpage = page.get_textpage()
    rectangle = pdfium_c.FS_RECTF()
    for number in range(textpage.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(textpage, number)
        made_up = pdfium_c.FPDFText_IsGenerated(textpage, number) == 1
        if code in (0, 10, 13) or 0xD800 <= code <= 0xDFFF:
            continue
        if made_up:
            yield "", None
        elif pdfium_c.FPDFText_GetLooseCharBox(textpage, number, ctypes.byref(rectangle)):
            yield _shown(code), Box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
    textpage.close()


def _shown(code: int) -> str:
    """The character; PDFium has its own code for a hyphen at a line's end, symbol fonts have theirs for bullets."""
    return "-" if code in (2, _HYPHEN) or code in _BULLETS else chr(code)


def _without_furniture(pages: Sequence[Page]) -> Iterator[Item]:
    """All items but page numbers and the heads and feet that come back on page after page."""
    outer = Counter(key for page in pages for key in {_key(item) for item in page.items if _is_outer(item, page)})
    for page in pages:
        for item in page.items:
            if isinstance(item, Line) and _is_outer(item, page):
                repeated = outer[_key(item)] > max(1, len(pages) // 2)
                if repeated or _PAGE_NUMBER.fullmatch(item.text):
                    continue
            yield item


def _is_outer(item: Item, page: Page) -> bool:
    if not isinstance(item, Line):
        return False
    return item.box.bottom > page.height * (1 - OUTER) or item.box.top < page.height * OUTER


def _key(item: Item) -> str:
    return _DIGITS.sub("0", item.text) if isinstance(item, Line) else ""
