"""From bytes to text: which character set Korean bytes are in.

BOM, then the declared charset, strict UTF-8, CP949, UTF-16, charset-normalizer, then UTF-8 or CP949
with a few broken characters. The text is kept as decoded; only a BOM is dropped.
"""

import codecs
import re

from data.readers.reading import DocumentError, Reading

BROKEN_SHARE = 0.01
BROKEN_FEW = 3
"""Broken characters are borne up to this share, or this number among Hangul; above it the bytes are refused."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^<>]{0,300}?(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})", re.I
)
_KOREAN = {
    "euc-kr",
    "euc_kr",
    "euckr",
    "ks_c_5601-1987",
    "ksc5601",
    "ksc_5601",
    "korean",
    "windows-949",
    "ms949",
    "x-windows-949",
}
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_COMMON = ("개인", "정보", "니다", "이용", "하는", "처리")
_MISREADINGS = (
    ("latin-1", "utf-8"),
    ("cp1252", "utf-8"),
    ("latin-1", "cp949"),
    ("cp1252", "cp949"),
    ("cp949", "utf-8"),
)
_SAMPLE = 50_000
_REPLACEMENT = "\ufffd"


def decode(raw: bytes) -> Reading:
    """The text of the bytes; broken characters are counted under `unread`. DocumentError `charset` where none fits."""
    text = _by_bom(raw)
    if text is None:
        text = _strict(raw, declared(raw)) or _guess(raw)
    wrong = misread_as(text)
    if wrong:
        raise DocumentError(
            "charset",
            f"the text is garbled: {wrong[1]} bytes were once read as {wrong[0]}; take the file from its source",
        )
    return Reading(text, _broken_note(text))


def declared(raw: bytes) -> str | None:
    """The charset that a <meta> or <?xml?> at the beginning names; EUC-KR means CP949, as in browsers."""
    match = _DECLARED.search(raw[:4096])
    if not match:
        return None
    name = match[1].decode("ascii", "replace").lower()
    if name.startswith(("utf-16", "utf-32", "utf16", "utf32")):
        return None  # It could not have been found by its bytes.
    return "cp949" if name in _KOREAN else name


def misread_as(text: str) -> tuple[str, str] | None:
    """(wrong charset, right charset) where the text is mojibake of Korean, else None."""
    sample = text[:_SAMPLE]
    if sample.isascii() or any(word in sample for word in _COMMON):
        return None
    for wrong, right in _MISREADINGS:
        again = sample.encode(wrong, "ignore").decode(right, "ignore")
        if sum(word in again for word in _COMMON) > 1:
            return wrong, right
    return None


def _by_bom(raw: bytes) -> str | None:
    for bom, charset in _BOMS:
        if raw.startswith(bom):
            return _mostly(raw[len(bom) :], charset)
    return None


def _strict(raw: bytes, charset: str | None) -> str | None:
    """The text if the bytes are wholly of that charset and it has Hangul, or is ASCII, and is no mojibake."""
    try:
        text = raw.decode(charset) if charset else None
    except (LookupError, UnicodeError, ValueError):
        return None
    good = text and (text.isascii() or _HANGUL.search(text)) and not misread_as(text)
    return text if good else None


def _guess(raw: bytes) -> str:
    if b"\0" in raw:
        wide = _utf16(raw)
        if wide is not None:
            return wide
    for charset in ("utf-8", "cp949"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    best = min((raw.decode(charset, "replace") for charset in ("utf-8", "cp949")), key=_broken)
    if _is_bearable(best):
        return best
    wide = _utf16(raw)
    return wide if wide is not None else _by_statistics(raw)


def _utf16(raw: bytes) -> str | None:
    """UTF-16 without a BOM, if one of its byte orders gives text that is mostly Hangul, ASCII and white space."""
    for charset in ("utf-16-le", "utf-16-be"):
        sample = raw[:_SAMPLE].decode(charset, "ignore")
        usual = sum(
            character in "\t\r\n" or " " <= character <= "~" or "가" <= character <= "힣" for character in sample
        )
        if sample and usual > 0.7 * len(sample) and len(raw) % 2 == 0:
            return _mostly(raw, charset)
    return None


def _by_statistics(raw: bytes) -> str:
    from charset_normalizer import from_bytes

    match = from_bytes(raw[:_SAMPLE]).best()
    text = _strict(raw, match.encoding) if match else None
    if text is None:
        raise _undecodable(raw)
    return text


def _mostly(raw: bytes, charset: str) -> str:
    text = raw.decode(charset, "replace")
    if not _is_bearable(text):
        raise _undecodable(raw)
    return text


def _is_bearable(text: str) -> bool:
    broken = _broken(text)
    among_hangul = broken <= BROKEN_FEW and len(_HANGUL.findall(text[:_SAMPLE])) > 10 * broken
    return broken <= BROKEN_SHARE * len(text) or among_hangul


def _broken(text: str) -> int:
    return text.count(_REPLACEMENT)


def _broken_note(text: str) -> tuple[str, ...]:
    broken = _broken(text)
    return (f"{broken} characters that could not be decoded",) if broken else ()


def _undecodable(raw: bytes) -> DocumentError:
    sample = raw[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > 0.02 * len(sample):
        return DocumentError("format", "binary data of no format we know; expected a document, or text in UTF-8")
    return DocumentError(
        "charset", "the bytes are text of no charset we know (UTF-8, CP949/EUC-KR, UTF-16); save the file as UTF-8"
    )
