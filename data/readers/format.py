"""Which format bytes are in, found by their content, never by a name."""

import io
import re
import zipfile
from typing import Literal

from data.readers.reading import DocumentError

Format = Literal["text", "markdown", "html", "pdf", "docx", "hwpx", "hwp"]
KNOWN = "plain text, Markdown, HTML, PDF, DOCX, HWPX or HWP 5"

_FOREIGN = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"{\\rtf", "an RTF file"),
    (b"HWP Document File V", "a Hangul file older than HWP 5"),
    (b"\x1f\x8b", "a gzip file"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_PARTS: tuple[tuple[str, Format], ...] = (("word/document", "docx"), ("Contents/section", "hwpx"))
_TAG = (
    "html|head|body|div|p|br|table|tbody|tr|td|th|[uod]l|li|dt|dd|h[1-6]|span|section|article|main|strong|b|a|meta"
    "|pre|font|center|header"
)
_OPENS_AS_HTML = re.compile(
    rf"\s*(?:<!--|<\?xml[^>]{{0,200}}\?>\s*<(?:!DOCTYPE\s+)?html|<!DOCTYPE\s+html|<(?:{_TAG})[\s>/])", re.I
)
_CLOSING_TAG = re.compile(
    r"</(?:p|div|table|tr|td|li|ul|ol|h[1-6]|span|section|article|html|body)\s{0,9}>|<br\s{0,9}/?>", re.I
)
_SAMPLE = 100_000
_TEXT_OF_A_TAG = 500
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKDOWN_TABLE = re.compile(r"^\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)+\|?[ \t]*$", re.M)
_MARKDOWN_MARK = re.compile(r"^#{1,6} \S|\*\*[^\s*]", re.M)


def container_of(raw: bytes) -> Format | None:
    """The binary format of the bytes, None if they may be text. DocumentError `format` for a known foreign one."""
    if b"%PDF-" in raw[:1024]:
        return "pdf"
    if raw.startswith(b"PK\x03\x04"):
        return _zip_format(raw)
    if raw.startswith(_OLE):
        return _ole_format(raw)
    for magic, name in _FOREIGN:
        if raw.startswith(magic) and not (magic == b"BM" and b"\0" not in raw[:64]):
            raise _foreign(name)
    return None


def text_format_of(text: str) -> Format:
    """What markup the text is in. DocumentError `format` where it is no text at all."""
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > 3 + 0.01 * len(sample):
        raise binary()
    if _OPENS_AS_HTML.match(text) or _is_full_of_tags(text):
        return "html"
    if _MARKDOWN_TABLE.search(text) or len(_MARKDOWN_MARK.findall(text)) > 1:
        return "markdown"
    return "text"


def _is_full_of_tags(text: str) -> bool:
    """Whether a text that opens with no tag is HTML: a few stray tags in plain text are not enough."""
    sample = text[:_SAMPLE]
    tags = len(_CLOSING_TAG.findall(sample))
    return tags > 2 and tags * _TEXT_OF_A_TAG > len(sample)


def _zip_format(raw: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, OverflowError) as error:
        raise DocumentError("broken", f"a ZIP archive that cannot be opened ({error}); save the file again") from error
    for part, found in _ZIP_PARTS:
        if any(name.startswith(part) and name.endswith(".xml") for name in names):
            return found
    raise _foreign("a ZIP archive that is neither DOCX nor HWPX")


def _ole_format(raw: bytes) -> Format:
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise DocumentError("encrypted", "an Office file locked by a password; save it without one")
    if b"HWP Document File" in raw or "BodyText".encode("utf-16-le") in raw:
        return "hwp"
    if "WordDocument".encode("utf-16-le") in raw:
        raise _foreign("a Word file older than DOCX")
    raise _foreign("an OLE file that is no HWP")


def binary() -> DocumentError:
    """The error for bytes that are no text."""
    return _foreign("binary data of no format we know")


def _foreign(name: str) -> DocumentError:
    return DocumentError("format", f"{name}; expected {KNOWN}: save it as one of these")
