"""From bytes, or a field of text, to a reading: only plain text and Markdown are read in this process."""

import codecs
import re
from dataclasses import replace

from data import charset
from data.readers import text
from data.readers.format import Format, container_of, text_format_of
from data.readers.isolate import read_isolated
from data.readers.reading import DocumentError, Limits, Reading, too_large

KOREAN_SHARE = 0.05
"""Of the letters at least this share must be Hangul."""

_HANGUL = re.compile(r"[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3\uffa0-\uffdc]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def read(raw: bytes, limits: Limits) -> Reading:
    """The Korean text of a file's bytes. Raises DocumentError with the reason where there is none."""
    _check_size(raw, limits)
    container = container_of(raw)
    reading = _read_text(raw, limits) if container is None else read_isolated(container, raw, limits)
    _check_korean(reading.text)
    return reading


def read_field(text: str, limits: Limits) -> Reading:
    """The Korean text of a field of a record: of a page in HTML, else the text as it is, whatever it looks like."""
    # The mark tells the reader that this is UTF-8, whatever an HTML page declares that was read before.
    raw = codecs.BOM_UTF8 + _SURROGATE.sub("\ufffd", text).encode()
    _check_size(raw, limits)
    reading = _read_text(raw, limits, is_field=True)
    _check_korean(reading.text)
    return reading


def _check_size(raw: bytes, limits: Limits) -> None:
    if len(raw) > limits.size:
        raise too_large("bytes", limits.size, "size")
    if not raw.strip():
        raise _empty()


def read_as(format: Format, raw: bytes, limits: Limits) -> Reading:
    """The text of bytes in that format, read in this process."""
    match format:
        case "text" | "markdown" | "html":
            return _marked_up(format, charset.decode(raw), limits)
        case "docx":
            from data.readers import docx

            return docx.read(raw, limits)
        case "hwpx":
            from data.readers import hwpx

            return hwpx.read(raw, limits)
        case "hwp":
            from data.readers import hwp

            return hwp.read(raw, limits)
        case "pdf":
            from data.readers import pdf

            return pdf.read(raw, limits)


def _read_text(raw: bytes, limits: Limits, is_field: bool = False) -> Reading:
    decoded = charset.decode(raw)
    if not decoded.text.strip():
        raise _empty()
    format = text_format_of(decoded.text)
    if format == "html":
        return read_isolated(format, raw, limits)
    return _marked_up("text" if is_field and format == "markdown" else format, decoded, limits)


def _marked_up(format: Format, decoded: Reading, limits: Limits) -> Reading:
    if format == "html":
        from data.readers import html

        page = html.read(decoded.text, limits)
        return replace(page, unread=decoded.unread + page.unread)
    if format == "markdown":
        from data.readers import markdown

        return replace(markdown.read(decoded.text, limits), unread=decoded.unread)
    return Reading(text.read(decoded.text, limits), decoded.unread)


def _empty() -> DocumentError:
    return DocumentError("empty", "an empty file; expected the text of a policy")


def _check_korean(text: str) -> None:
    if not text.strip():
        cure = "a page of pictures or one that scripts fill: save it as shown, or use text recognition (OCR)"
        raise DocumentError("no-text", f"no text in it; {cure}")
    letters = sum(map(str.isalpha, text))
    hangul = len(_HANGUL.findall(text))
    if not hangul or hangul < KOREAN_SHARE * letters:
        raise DocumentError("not-korean", f"{hangul} Hangul among {letters} letters; expected a policy in Korean")
