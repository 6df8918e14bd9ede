"""Texts in Korean and English as HTML, so that a page's switch can show one of the two."""

import re
from html import escape

_HANGUL = re.compile(r"[가-힣]")


def both(text: str, tag: str = "span") -> str:
    """The text as HTML. One in both languages, `한국어 · English`, becomes two elements `tag` with their `lang`."""
    korean, dot, english = text.partition(" · ")
    if not dot or not _HANGUL.search(korean) or _HANGUL.search(english):
        return escape(text)
    return two(escape(korean), escape(english), tag)


def two(korean: str, english: str, tag: str = "span") -> str:
    """The same of two texts that are HTML already."""
    return f'<{tag} lang="ko">{korean}</{tag}><{tag} class="dot"> · </{tag}><{tag} lang="en">{english}</{tag}>'
