"""List and article markers of Korean documents: which kind opens a line, and where one stands inside a line."""

import re
from collections.abc import Iterator

_STYLES: tuple[tuple[str, str], ...] = (
    ("chapter", r"제\s?\d{1,3}\s?[장절편관](?!\w)"),
    ("article", r"제\s?\d{1,3}\s?조(?:의\s?\d{1,2})?(?![제\d])"),
    ("question", r"[QA][.)\d:]"),
    ("roman", r"(?:[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]|[IVX]{1,4})\s?[.)]"),
    ("number", r"\d{1,2}(?:[-.]\d{1,2}){0,2}\s?[.)](?![\d%])|\d{1,2}(?:[-.]\d{1,2}){1,2}(?=\s+[^\d\s])"),
    ("bracketed-number", r"[(\[<]\s?\d{1,2}\s?[)\]>]"),
    ("syllable", r"[가나다라마바사아자차카타파하]\s?[.)](?=\s|\S)"),
    ("bracketed-syllable", r"[(\[]\s?[가나다라마바사아자차카타파하]\s?[)\]]"),
    ("circled", r"[\u2460-\u2473\u3251-\u325f\u24d0-\u24e9\u326e-\u327b]"),
    ("letter", r"[A-Za-z][.)](?=\s)"),
    ("square", r"[■□▣◆◇●▶▷◈★☆◎]"),
    ("round", r"[○◦oO](?=\s)|○"),
    ("dash", r"[-–—―*+](?=\s*[^\s\d-])"),
    ("dot", r"[·ㆍ•‧∙・▪▫⁃․]"),
    ("note", r"[※☞→▸►➔✓✔✅]"),
)
_OPENING = re.compile(
    r"\s*(?:" + "|".join(f"(?P<{name.replace('-', '_')}>{pattern})" for name, pattern in _STYLES) + ")"
)

# Markers that cannot be part of running text: a page flattened to one line is cut before them.
_INSIDE = re.compile(
    r"(?<=[\s.다요음함됨임)\]])(?=[\u2460-\u2473]\s?[^\s,)~및의은는을를과와에까])|(?<=\s)(?=[■□▣◆※☞]\s?\S)"
)


def marker_style(text: str) -> str:
    """The name of the marker style that opens the text ('article', 'number', 'dash', …), or ''."""
    match = _OPENING.match(text)
    return match.lastgroup.replace("_", "-") if match and match.lastgroup else ""


def without_marker(text: str) -> str:
    """The text behind its opening marker."""
    match = _OPENING.match(text)
    return text[match.end() :].strip() if match else text.strip()


def cut_at_markers(line: str, offset: int = 0) -> Iterator[tuple[int, int]]:
    """Spans (start, end) of the line's parts, each opened by a marker that stands inside the line.

    Rows of tables (with a TAB) stay whole. `offset` is added to every position.
    """
    start = 0
    if "\t" not in line.strip():
        for match in _INSIDE.finditer(line):
            if line[start : match.start()].strip():
                yield offset + start, offset + match.start()
                start = match.start()
    yield offset + start, offset + len(line)
