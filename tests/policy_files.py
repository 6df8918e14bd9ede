"""The corpus of files: a policy in every format, layout and charset that people have it in."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import policy_html
import policy_office
from policy_parts import Part, parts

_CHARSETS = {
    "utf-8": "utf-8",
    "bom": "utf-8-sig",
    "cp949": "cp949",
    "utf-16-bom": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-32-bom": "utf-32",
}
_DECLARED = {
    "meta": ('<meta charset="{}">', "euc-kr", "cp949"),
    "http-equiv": ('<META http-equiv=Content-Type content="text/html; charset={}">', "ks_c_5601-1987", "cp949"),
    "meta-949": ("<meta charset='{}'>", "windows-949", "cp949"),
    "undeclared": ("", "", "cp949"),
    "wrong": ('<meta charset="{}">', "iso-8859-1", "utf-8"),
    "utf-16": ('<meta charset="{}">', "utf-16", "utf-16"),
    "bom": ('<meta charset="{}">', "euc-kr", "utf-8-sig"),
}
_OFFICE = {
    "docx": (policy_office.docx_plain, policy_office.docx_numbered, policy_office.docx_runs),
    "hwpx": (policy_office.hwpx_plain, policy_office.hwpx_numbered),
    "hwp": (policy_office.hwp_plain, policy_office.hwp_unpacked, policy_office.hwp_numbered),
    "markdown": (policy_office.markdown,),
}


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A file of the corpus: its format, what is special about it, its bytes."""

    format: str
    way: str
    raw: bytes


def policy_files(text: str) -> Iterator[PolicyFile]:
    """The policy as files of all formats that Python writes."""
    found = parts(text)
    yield from _texts(text)
    yield from _pages(found)
    yield from _declared_pages(found)
    for format, writers in _OFFICE.items():
        for write in writers:
            yield PolicyFile(format, write.__name__.partition("_")[2], write(found))


def _texts(text: str) -> Iterator[PolicyFile]:
    """Plain text in all charsets that have its characters, with all line ends."""
    for way, charset in _CHARSETS.items():
        yield PolicyFile("text", way, text.encode(charset, "ignore"))
    yield PolicyFile("text", "nfd", unicodedata.normalize("NFD", text).encode())
    yield PolicyFile("text", "crlf", text.replace("\n", "\r\n").encode())
    yield PolicyFile("text", "cr", text.replace("\n", "\r").encode())
    yield PolicyFile("text", "invisible", text.replace(" ", "\u200b ").replace("정보", "정\u00ad보").encode())
    yield PolicyFile("text", "blank-lines", text.replace("\n", "\n\n \n").encode())


def _pages(found: Sequence[Part]) -> Iterator[PolicyFile]:
    for name, layout in policy_html.LAYOUTS.items():
        body = layout(found)
        yield PolicyFile("html", f"{name} fragment", body.encode())
        yield PolicyFile("html", f"{name} saved", policy_html.saved(body).encode())
    yield PolicyFile("html", "nfd", policy_html.page(unicodedata.normalize("NFD", policy_html.div(found))).encode())


def _declared_pages(found: Sequence[Part]) -> Iterator[PolicyFile]:
    body = policy_html.headed(found)
    for way, (meta, name, charset) in _DECLARED.items():
        raw = policy_html.page(body, meta.format(name)).encode(charset, "xmlcharrefreplace")
        yield PolicyFile("html", f"charset {way}", raw)
