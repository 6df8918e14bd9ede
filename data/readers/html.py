"""HTML: blocks to lines, lists with their markers, tables as rows; what is no policy was pruned before."""

import re
from collections.abc import Iterator

from lxml import etree

from data.readers.line import Lines, clean, marked
from data.readers.numbering import number_text
from data.readers.page import prune
from data.readers.reading import DocumentError, Limits
from data.readers.table import Cell, span, table_lines

SHORTEST_PAGE = 60
"""A page with fewer characters, but with scripts or pictures, shows a policy that is not in its text."""

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table",
    "tbody", "td", "textarea", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_LISTS = frozenset(("ol", "ul", "menu", "dir"))
_VERBATIM = frozenset(("pre", "textarea", "xmp", "listing", "plaintext"))
_KEEPS_LINES = re.compile(r"white-space\s{0,9}:\s{0,9}(?:pre|break-spaces)", re.I)
_STYLE_OF_LIST = re.compile(r"list-style(?:-type)?\s{0,9}:\s{0,9}([\w -]{1,60})", re.I)
_NUMBERING = {
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
    "1": "decimal",
}
_BULLETS = frozenset(("disc", "circle", "square", "none"))


def read(text: str, limits: Limits) -> str:
    """The lines of the page's policy."""
    root = _parse(text)
    scripts_and_pictures = sum(1 for _ in root.iter("script", "img", "noscript", "iframe", "canvas"))
    prune(root)
    lines = Lines(limits)
    for line in _lines(root, limits):
        lines.add(line)
    text = lines.text()
    if scripts_and_pictures and len(text) < SHORTEST_PAGE:
        raise _no_text(
            f"an HTML page of {scripts_and_pictures} scripts and pictures and {len(text)} characters of text"
        )
    return text


def _parse(text: str) -> etree._Element:
    # Encoded anew, for lxml would obey a <meta> that names the charset the bytes once had.
    raw = text.replace("\0", "").encode("utf-8", "replace")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    try:
        root: etree._Element | None = etree.fromstring(raw, parser)
    except etree.ParserError as error:
        raise _no_text("an HTML page without content") from error
    except etree.XMLSyntaxError as error:
        raise DocumentError("broken", f"HTML that cannot be parsed ({error}); save the page again") from error
    if any("XML_PARSE_HUGE" in entry.message for entry in parser.error_log):
        raise DocumentError("too-large", "an HTML page nested over 255 deep; save it from a browser, or as text")
    if root is None:
        raise _no_text("an HTML page without content")
    return root


def _no_text(found: str) -> DocumentError:
    return DocumentError(
        "no-text", f"{found}; save the page from a browser once it is shown, or use text recognition (OCR)"
    )


class _Walk:
    """Where the walk through the page stands: the words of the line, the markers still to be written."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.marker = ""
        self.verbatim = 0
        self.counts: dict[etree._Element, int] = {}

    def take(self, text: str | None) -> Iterator[str]:
        """Text of the page; inside <pre> its lines are lines."""
        if not text:
            return
        if not self.verbatim:
            self.words.append(text)
            return
        first, *others = re.split(r"\r\n?|\n", text)
        self.words.append(first)
        for other in others:
            yield from self.close()
            self.words.append(other)

    def close(self) -> Iterator[str]:
        """The line so far, if there is any."""
        line = clean("".join(self.words))
        self.words.clear()
        if line:
            yield marked(self.marker, line)
            self.marker = ""


def _lines(root: etree._Element, limits: Limits) -> Iterator[str]:
    walk = _Walk()
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if event == "start" and _is_rows(element):
            yield from walk.close()
            walk.marker = ""
            yield from _caption(element, limits)
            yield from table_lines(list(_rows(element, limits)), limits)
            events.skip_subtree()
        elif event == "start":
            yield from _open(walk, element)
        else:
            yield from _shut(walk, element, element is root)
    yield from walk.close()


def _open(walk: _Walk, element: etree._Element) -> Iterator[str]:
    if element.tag in _BLOCKS:
        yield from walk.close()
    if element.tag == "li":
        walk.marker = _marker(walk, element)
    elif element.tag in _LISTS:
        walk.counts[element] = _number(element.get("start"), 1) - 1
    walk.verbatim += _is_verbatim(element)
    yield from walk.take(element.text)


def _shut(walk: _Walk, element: etree._Element, last: bool) -> Iterator[str]:
    if element.tag in _BLOCKS:
        yield from walk.close()
    if element.tag == "li":
        walk.marker = ""
    walk.verbatim -= _is_verbatim(element)
    if not last:
        yield from walk.take(element.tail)


def _is_verbatim(element: etree._Element) -> bool:
    return element.tag in _VERBATIM or bool(_KEEPS_LINES.search(element.get("style", "")))


def _marker(walk: _Walk, item: etree._Element) -> str:
    parent = item.getparent()
    if parent is None or parent.tag not in _LISTS:
        return "-"
    count = walk.counts[parent] = _number(item.get("value"), walk.counts.get(parent, 0) + 1)
    style = _list_style(item) or _list_style(parent)
    if style == "none":
        return ""
    if parent.tag != "ol" or style in _BULLETS:
        return "-"
    return f"{number_text(style or _NUMBERING.get(parent.get('type', '1'), 'decimal'), count)}."


def _list_style(element: etree._Element) -> str:
    match = _STYLE_OF_LIST.search(element.get("style", ""))
    words = match[1].lower().split() if match else []
    return next((word for word in words if word not in ("inside", "outside")), "")


def _number(value: str | None, otherwise: int) -> int:
    try:
        return int(value[:9]) if value else otherwise
    except ValueError:
        return otherwise


def _is_rows(element: etree._Element) -> bool:
    """Whether the element is a table whose rows are to be read as rows."""
    if element.tag != "table" or element.get("role") in ("presentation", "none"):
        return False
    return next(element.iterdescendants("table", "h1", "h2", "h3", "h4"), None) is None


def _caption(table: etree._Element, limits: Limits) -> Iterator[str]:
    for caption in table.iterchildren("caption"):
        yield from _lines(caption, limits)


def _rows(table: etree._Element, limits: Limits) -> Iterator[list[Cell]]:
    for row in table.iter("tr"):
        yield [
            Cell(_cell_lines(cell, limits), span(cell.get("rowspan")), span(cell.get("colspan")))
            for cell in row.iterchildren("td", "th")
        ]


def _cell_lines(cell: etree._Element, limits: Limits) -> tuple[str, ...]:
    return tuple(_lines(cell, limits)) if len(cell) else (clean(cell.text or ""),)
