"""PDF: characters with their places to lines, lines to paragraphs, ruled tables to rows; running heads left out."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from data.marker import marker_style
from data.readers.grid import Box, Grid, grids
from data.readers.line import Lines, clean
from data.readers.reading import DocumentError, Limits, Reading, too_large
from data.readers.table import Cell, table_lines

OUTER = 0.1
"""Page numbers and running heads stand in this share of the page's height at its top and bottom."""

CELL_GAP = 3.0
"""A gap of so many heights of a line parts cells of a table without rules."""

SHORTEST_FULL = 8.0
"""A line of fewer heights never goes on in the next one."""

UNREADABLE_SHARE = 0.3
"""With a larger share of characters that have no Unicode, the fonts of the file tell nothing."""

_PAGE_NUMBER = re.compile(r"(?:[-–—|\s]|page|페이지)*\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?(?:[-–—|\s]|쪽|페이지)*", re.I)
_DIGITS = re.compile(r"\d+")
_PARTICLE = re.compile(
    r"(?:[은는을를의에로와과도]|에서|에게|으로|이나|까지|부터|에는|에도|으로서|으로써|[합됩습입]?니다|하여|되는|하는|하고)(?=[\s.,]|$)"
)
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd-\uffff\ue000-\uf8ff]")


@dataclass(slots=True)
class Line:
    """A line as it stands on the page. `spaced`: a blank is written at its end."""

    box: Box
    text: str
    spaced: bool = False


@dataclass(slots=True)
class Page:
    """A page: lines and rows in reading order, its height, whether it holds pictures."""

    height: float
    pictured: bool
    items: list[Line | Sequence[str]] = field(default_factory=list)


def read(raw: bytes, limits: Limits) -> Reading:
    """The lines of all pages, and which pages have no text."""
    pages = list(_pages(raw, limits))
    blank = [number for number, page in enumerate(pages, 1) if page.pictured and not page.items]
    if not any(page.items for page in pages):
        cure = "use text recognition (OCR) and take the text"
        raise DocumentError("no-text", f"a PDF without text, {len(pages)} pages of pictures or nothing; {cure}")
    lines = Lines(limits)
    for line in _paragraphs(_without_furniture(pages)):
        lines.add(line)
    text = lines.text()
    if len(_UNREADABLE.findall(text)) > UNREADABLE_SHARE * len(text):
        raise DocumentError("no-text", "a PDF whose fonts do not tell their characters; use text recognition (OCR)")
    return Reading(text, tuple(f"page {number}: a picture without text" for number in blank))


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
    found = Page(page.get_height(), pictured)
    found.items.extend(_items([line for line in _lines(page) if line.text], grids(rules, limits), limits))
    page.close()
    return found


def _items(parts: Sequence[Line], tables: Sequence[Grid], limits: Limits) -> Iterator[Line | Sequence[str]]:
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
    for item in _rejoined(order):
        yield item if isinstance(item, Line) else list(_rows(tables[item], cells[item], limits))


def _rows(table: Grid, cells: dict[tuple[int, int], list[Line]], limits: Limits) -> Iterator[str]:
    texts = {slot: " ".join(_Joiner(lines).join(lines)) for slot, lines in cells.items()}
    rows = [[Cell((texts.get(slot, ""),)) for slot in slots] for slots in table.rows()]
    return table_lines(rows, limits)


def _rejoined(order: Iterable[Line | int]) -> Iterator[Line | int]:
    """Parts of one line, apart by a wide gap, as one line with TABs."""
    last: Line | None = None
    for item in order:
        if isinstance(item, Line) and last and item.box.beside(last.box) and item.box.left >= last.box.right:
            gap = " " if marker_style(last.text) and len(last.text) < 6 else "\t"
            last = Line(last.box.around(item.box), f"{last.text}{gap}{item.text}", item.spaced)
            continue
        if last:
            yield last
        last = item if isinstance(item, Line) else None
        if last is None:
            yield item
    if last:
        yield last


def _lines(page: pdfium.PdfPage) -> Iterator[Line]:
    """The parts of lines in the order of the file: cut at line ends and at wide gaps."""
    text, box = "", None
    for character, place in _characters(page):
        if character.isspace() or place is None:
            text += " "
            continue
        wide = box is not None and place.left - box.right > CELL_GAP * min(place.height, box.height)
        if box is not None and (wide or not place.beside(box) or place.right < box.left):
            yield Line(box, clean(text), text.endswith(" "))
            text, box = "", None
        text += character
        box = place if box is None else box.around(place)
    if box is not None:
        yield Line(box, clean(text), text.endswith(" "))


def _characters(page: pdfium.PdfPage) -> Iterator[tuple[str, Box | None]]:
    """Each character with its place; line ends and blanks that PDFium makes up are left out or without place."""
    textpage = page.get_textpage()
    rectangle = pdfium_c.FS_RECTF()
    for number in range(textpage.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(textpage, number)
        made_up = pdfium_c.FPDFText_IsGenerated(textpage, number) == 1
        if code in (0, 10, 13, 0xFFFE) or 0xD800 <= code <= 0xDFFF:
            continue
        if made_up:
            yield " ", None
        elif pdfium_c.FPDFText_GetLooseCharBox(textpage, number, ctypes.byref(rectangle)):
            yield chr(code), Box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
    textpage.close()


def _without_furniture(pages: Sequence[Page]) -> Iterator[Line | Sequence[str]]:
    """All items but page numbers and the heads and feet that come back on page after page."""
    outer = Counter(key for page in pages for key in {_key(item) for item in page.items if _is_outer(item, page)})
    for page in pages:
        for item in page.items:
            if isinstance(item, Line) and _is_outer(item, page):
                repeated = outer[_key(item)] > max(1, len(pages) // 2)
                if repeated or _PAGE_NUMBER.fullmatch(item.text):
                    continue
            yield item


def _is_outer(item: Line | Sequence[str], page: Page) -> bool:
    if not isinstance(item, Line):
        return False
    return item.box.bottom > page.height * (1 - OUTER) or item.box.top < page.height * OUTER


def _key(item: Line | Sequence[str]) -> str:
    return _DIGITS.sub("0", item.text) if isinstance(item, Line) else ""


def _paragraphs(items: Iterable[Line | Sequence[str]]) -> Iterator[str]:
    """Lines joined to paragraphs, rows as they are."""
    items = list(items)
    joiner = _Joiner([item for item in items if isinstance(item, Line)])
    block: list[Line] = []
    for item in items:
        if isinstance(item, Line):
            block.append(item)
            continue
        yield from joiner.join(block)
        block.clear()
        yield from item
    yield from joiner.join(block)


class _Joiner:
    """Joins lines to paragraphs, by how far the lines of that text reach and the words that stand inside them."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._right = max((line.box.right for line in lines), default=0.0)
        self._words = {word for line in lines for word in line.text.split()[1:-1]}

    def join(self, lines: Iterable[Line]) -> Iterator[str]:
        """A full line goes on in the next one, if that opens with no marker and stands close below it."""
        text, last = "", None
        for line in lines:
            if last is not None and self._goes_on(last, line):
                text += line.text if self._is_one_word(last, line) else f" {line.text}"
            else:
                yield from filter(None, [text])
                text = line.text
            last = line
        yield from filter(None, [text])

    def _goes_on(self, last: Line, line: Line) -> bool:
        wide = last.box.right - last.box.left > SHORTEST_FULL * last.box.height
        full = wide and last.box.right > self._right - 2.5 * last.box.height
        # On the next page the distance is negative.
        close = last.box.bottom - line.box.top < 0.9 * last.box.height
        alike = abs(last.box.height - line.box.height) < 0.2 * last.box.height
        plain = "\t" not in last.text and "\t" not in line.text
        return full and close and alike and plain and not marker_style(line.text)

    def _is_one_word(self, last: Line, line: Line) -> bool:
        """Whether the line was broken inside a word: a particle, an address or a word of this text goes on."""
        if last.spaced:
            return False
        end, start = last.text.split()[-1], line.text.split()[0]
        address = end.endswith(("-", "/", "(", "@", ".")) and start[0].isascii() and start[0].isalnum()
        known = end + start in self._words and not {end, start} <= self._words
        return address or known or bool(_PARTICLE.match(line.text))
