"""HTML: blocks to lines, lists with their markers, tables as rows; what is no policy was pruned before."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

from data.readers.line import Lines, clean, marked
from data.readers.numbering import number_text
from data.readers.page import prune
from data.readers.reading import DocumentError, Limits, Reading
from data.readers.table import Cell, span, table_lines

SHORTEST_PAGE = 60
"""A page with fewer characters, but with scripts or pictures, shows a policy that is not in its text."""

HIDDEN_WORTH_TELLING = 100
"""Hidden parts with more Hangul are named to people as unread."""

LONGEST_PATH = 200
"""Of the path of an element nested deeper the beginning is left out."""

_ROWS = frozenset(("table", "thead", "tbody", "tfoot", "tr"))
_PARTS_OF_ROWS = _ROWS | {"td", "th", "caption", "colgroup", "col"}
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


def read(text: str, limits: Limits) -> Reading:
    """The lines of the page's policy, and how much was hidden."""
    root = _parse(text)
    scripts_and_pictures = sum(1 for _ in root.iter("script", "img", "noscript", "iframe", "canvas"))
    steps = _steps(root)
    hidden = prune(root)
    lines = Lines(limits)
    for line, element in _lines(root, limits):
        lines.add(line, _path(element, steps))
    notes = [f"hidden parts of the page, {hidden} Hangul characters"] if hidden > HIDDEN_WORTH_TELLING else []
    page = lines.reading(*notes)
    if scripts_and_pictures and len(page.text) < SHORTEST_PAGE:
        shown = f"{scripts_and_pictures} scripts and pictures and {len(page.text)} characters of text"
        raise _no_text(f"an HTML page of {shown}")
    return page


def _steps(root: etree._Element) -> Mapping[etree._Element, str]:
    """Each element's step in a path: its tag, and which child of that tag it is of its parent's."""
    steps = {root: f"/{root.tag}"}
    for parent in root.iter():
        counts: Counter[str] = Counter()
        for child in parent:
            counts[child.tag] += 1
            steps[child] = f"/{child.tag}[{counts[child.tag]}]"
    return steps


def _path(element: etree._Element, steps: Mapping[etree._Element, str]) -> str:
    """The path of the block that holds the element, as in the page before it was pruned."""
    path = ""
    for part in (element, *element.iterancestors()):
        if path or part.tag in _BLOCKS:
            path = steps[part] + path
        if len(path) > LONGEST_PATH:
            return f"…{path}"
    return path


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


Placed = tuple[str, etree._Element]
"""A line and the element that it began in."""


class _Walk:
    """Where the walk through the page stands: the words of the line and the element that opened it, its marker."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.opener: etree._Element | None = None
        self.marker = ""
        self.verbatim = 0
        self.counts: dict[etree._Element, int] = {}

    def take(self, text: str | None, element: etree._Element) -> Iterator[Placed]:
        """Text of the element; inside <pre> its lines are lines."""
        if not text:
            return
        if self.opener is None and text.strip():
            self.opener = element
        if not self.verbatim:
            self.words.append(text)
            return
        first, *others = re.split(r"\r\n?|\n", text)
        self.words.append(first)
        for other in others:
            yield from self.close()
            self.opener = element
            self.words.append(other)

    def close(self) -> Iterator[Placed]:
        """The line so far, if there is any."""
        text, opener = "".join(self.words), self.opener
        # A file of text that a browser shows has its TABs between the cells of a table.
        line = "\t".join(filter(None, map(clean, text.split("\t")))) if self.verbatim else clean(text)
        self.words.clear()
        self.opener = None
        if line and opener is not None:
            yield marked(self.marker, line), opener
            self.marker = ""


def _lines(root: etree._Element, limits: Limits) -> Iterator[Placed]:
    walk = _Walk()
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if event == "start" and _is_rows(element):
            yield from walk.close()
            walk.marker = ""
            yield from _caption(element, limits)
            yield from ((line, element) for line in table_lines(list(_rows(element, limits)), limits))
            events.skip_subtree()
        elif event == "start":
            yield from _open(walk, element)
        else:
            yield from _shut(walk, element, root)
    yield from walk.close()


def _open(walk: _Walk, element: etree._Element) -> Iterator[Placed]:
    if element.tag in _BLOCKS:
        yield from walk.close()
    if element.tag == "li":
        walk.marker = _marker(walk, element)
    elif element.tag in _LISTS:
        walk.counts[element] = _number(element.get("start"), 1) - 1
    walk.verbatim += _is_verbatim(element)
    yield from walk.take(element.text, element)


def _shut(walk: _Walk, element: etree._Element, root: etree._Element) -> Iterator[Placed]:
    if element.tag in _BLOCKS:
        yield from walk.close()
    if element.tag == "li":
        walk.marker = ""
    walk.verbatim -= _is_verbatim(element)
    parent = element.getparent()
    if element is not root and parent is not None:
        yield from walk.take(element.tail, parent)


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
    if next(element.iterdescendants("table", "h1", "h2", "h3", "h4"), None) is not None:
        return False
    return not any(_has_strays(part) for part in element.iter(*_ROWS))


def _has_strays(part: etree._Element) -> bool:
    """Whether text or blocks stand in the table or a row of it, but outside of all cells."""
    strays = (child.tag not in _PARTS_OF_ROWS or (child.tail or "").strip() for child in part)
    return bool((part.text or "").strip()) or any(strays)


def _caption(table: etree._Element, limits: Limits) -> Iterator[Placed]:
    for caption in table.iterchildren("caption"):
        yield from _lines(caption, limits)


def _rows(table: etree._Element, limits: Limits) -> Iterator[list[Cell]]:
    for row in table.iter("tr"):
        yield [
            Cell(_cell_lines(cell, limits), span(cell.get("rowspan")), span(cell.get("colspan")))
            for cell in row.iterchildren("td", "th")
        ]


def _cell_lines(cell: etree._Element, limits: Limits) -> tuple[str, ...]:
    return tuple(line for line, _ in _lines(cell, limits)) if len(cell) else (clean(cell.text or ""),)
