"""Makes files that are broken or made to do harm, for every reader: truncated, flipped, foreign, bombs."""

import gzip
import io
import random
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import cache

import docx
import hwp_writer as hwp
import hwpx_writer as hwpx
from docx.oxml.ns import nsdecls
from pdf_writer import column, pdf, show
from policy_html import headed, saved
from policy_office import docx_numbered, hwp_plain, hwpx_numbered
from policy_office import saved as saved_word
from policy_parts import parts

POLICY = "개인정보 처리방침\n제1조 (목적) 회사는 개인정보를 처리합니다.\n항목\t기간\n이름\t1년\n1. 이름\n2. 전화\n" * 5
NOT_ONE = b"not a document at all \x00\x01\x02" * 9
MAGICS = {
    "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff\xe0", "gif": b"GIF89a", "tiff": b"II*\0", "rtf": b"{\\rtf1 ",
    "7z": b"7z\xbc\xaf\x27\x1c", "rar": b"Rar!\x1a\x07", "elf": b"\x7fELF", "exe": b"MZ\x90\0", "parquet": b"PAR1",
    "hwp3": b"HWP Document File V3.00 \x1a\x01", "mp4": b"\0\0\0\x18ftypmp42", "sqlite": b"SQLite format 3\0",
    "pdf": b"%PDF-1.7\n", "zip": b"PK\x03\x04", "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
}  # fmt: skip


@cache
def whole() -> Mapping[str, bytes]:
    """A sound file of each format."""
    found = parts(POLICY)
    return {
        "text": POLICY.encode(),
        "html": saved(headed(found)).encode(),
        "pdf": pdf(column(*POLICY.split("\n")[:30]), column("둘째 쪽")),
        "docx": docx_numbered(found),
        "hwpx": hwpx_numbered(found),
        "hwp": hwp_plain(found),
    }


def truncated() -> Iterator[tuple[str, bytes]]:
    """Each format cut off at ten places."""
    for name, raw in whole().items():
        for tenth in range(10):
            yield f"{name} cut at {tenth}", raw[: len(raw) * tenth // 10 + tenth]


def flipped() -> Iterator[tuple[str, bytes]]:
    """Each format with one to fifty bits wrong."""
    for name, raw in whole().items():
        for seed in range(25):
            generator, copy = random.Random(f"{name} {seed}"), bytearray(raw)
            for _ in range(1 + 2 * seed):
                copy[generator.randrange(len(copy))] ^= 1 << generator.randrange(8)
            yield f"{name} flipped {seed}", bytes(copy)


def damaged() -> Iterator[tuple[str, bytes]]:
    """Each format with a block lost, filled with NUL, doubled, or foreign bytes at its ends."""
    for name, raw in whole().items():
        third = len(raw) // 3
        yield f"{name} block lost", raw[:third] + raw[2 * third :]
        yield f"{name} block of NUL", raw[:third] + bytes(third) + raw[2 * third :]
        yield f"{name} block doubled", raw[: 2 * third] + raw[third:]
        yield f"{name} reversed", raw[::-1]
        yield f"{name} after foreign bytes", NOT_ONE + raw
        yield f"{name} packed", gzip.compress(raw)


def foreign() -> Iterator[tuple[str, bytes]]:
    """Nothing, a little of it, and files of other types."""
    for name, raw in (("nothing", b""), ("blanks", b" \n\t "), ("bom", b"\xef\xbb\xbf"), ("NUL", bytes(1000))):
        yield name, raw
    for name, magic in MAGICS.items():
        yield f"{name} magic alone", magic
        yield f"{name} of nonsense", magic + NOT_ONE * 20
    for seed in range(8):
        yield f"noise {seed}", random.Random(seed).randbytes(3000)
    for name in ("xl/workbook.xml", "a.zip", "word/document.xml", "Contents/section0.xml", "../../etc/passwd"):
        yield f"zip with {name}", packed(**{name: b"x"})


def packed(**files: bytes) -> bytes:
    """A ZIP archive of the files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _word(body: str, head: str = "") -> bytes:
    """A DOCX with this body."""
    xml = f"{head}<w:document {nsdecls('w')}><w:body>{body}</w:body></w:document>".encode()
    buffer = io.BytesIO()
    sound = saved_word(docx.Document())
    with zipfile.ZipFile(io.BytesIO(sound)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "word/document.xml" else old.read(name))
    return buffer.getvalue()


def archives() -> Iterator[tuple[str, bytes]]:
    """Bombs and mazes in DOCX, HWPX and HWP."""
    paragraph, laughs = "<w:p><w:r><w:t>가</w:t></w:r></w:p>", "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "가가가"}">' for n in range(10)
    )  # fmt: skip
    cell, bomb = f"<w:tc>{paragraph}</w:tc>", bytes(120_000_000)
    yield "docx bomb", packed(**{"word/document.xml": bomb})
    yield "docx with a bomb inside", packed(**{"word/document.xml": b"<a/>", "x.zip": packed(a=bomb)})
    yield "docx of many paragraphs", _word(paragraph * 1_000_000)
    yield "docx nested", _word("<w:tbl><w:tr><w:tc>" * 10_000 + paragraph)
    yield "docx nested and closed", _word("<w:sdt>" * 200 + paragraph + "</w:sdt>" * 200)
    yield "docx of cells", _word(f"<w:tbl>{f'<w:tr>{cell * 100}</w:tr>' * 1000}</w:tbl>")
    span = "<w:tcPr><w:gridSpan w:val='1000000000'/></w:tcPr>"
    yield "docx wide", _word(f"<w:tbl><w:tr><w:tc>{span}{paragraph}</w:tc>{cell}</w:tr></w:tbl>")
    yield "docx entities", _word("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", f"<!DOCTYPE w:document [{laughs}]>")
    yield "hwpx bomb", packed(**{"Contents/section0.xml": bomb})
    yield "hwpx nested", hwpx.archive("<hp:rect>" * 10_000 + "가")
    yield "hwpx entities", packed(**{"Contents/section0.xml": f"<!DOCTYPE a [{laughs}]><a>&a9;</a>".encode()})
    yield "hwpx high", hwpx.archive(hwpx.table(*[hwpx.cell("가", 10**9, 10**9) + hwpx.cell("나")] * 500))
    yield "hwpx of cells", hwpx.archive(hwpx.table(*[hwpx.cell("가") * 100] * 1000))
    yield "hwp bomb", hwp.hwp(bytes(120_000_000))
    yield "hwp nested", hwp.hwp(b"".join(hwp.record(66, level % 1024, bytes(22)) for level in range(10_000)))
    yield "hwp of cells", hwp.hwp(hwp.table(*(hwp.cell("가", n % 100, n // 100) for n in range(60_000))))
    yield "hwp high", hwp.hwp(hwp.table(*(hwp.cell("가", 0, n, 65535, 65535) for n in range(500))))
    yield "hwp of lone surrogates", hwp.hwp(hwp.record(66, 0, bytes(22)) + hwp.record(67, 1, b"\0\xd8" * 900))
    yield "zip of many parts", packed(**{f"word/document{n}.xml": b"" for n in range(20_000)})


def pdfs() -> Iterator[tuple[str, bytes]]:
    """PDF files that promise too much."""
    sound = pdf(column("가나다"))
    yield "pdf of a million pages", pdf(column("가나다"), declared=1_000_000)
    yield "pdf of 1,001 pages", pdf(*[column("가")] * 1001)
    yield "pdf whose pages are their own parent", sound.replace(b"/Kids [7 0 R]", b"/Kids [2 0 R]")
    yield "pdf of text", pdf(show(10, 10, "가" * 1000) * 1000)
    yield "pdf of rules", pdf(b"10 10 m 500 10 l S " * 50_000)
    yield "pdf of saved states", pdf(b"q " * 500_000)
    yield "pdf bomb", pdf(zlib.compress(bytes(200_000_000), 9)).replace(b"/Length", b"/Filter /FlateDecode /Length")
    yield "pdf whose table of places lies", sound.replace(b"startxref\n", b"startxref\n99999999")


def pages() -> Iterator[tuple[str, bytes]]:
    """HTML and text that grow or never end."""
    for tag in ("div", "b", "table", "ul", "font", "table><tr><td"):
        yield f"html of 10,000 <{tag}>", f"{f'<{tag}>' * 10_000}가".encode()
    yield "html of cells", ("<table>" + ("<tr>" + "<td>가" * 100) * 1000).encode()
    yield "html high", b"<table><tr><td rowspan=1000000000>\xea\xb0\x80<td>1" + b"<tr><td>2" * 9000
    yield "html wide", b"<table>" + b"<tr><td rowspan=1000000000 colspan=1000000000>\xea\xb0\x80<td>1" * 3000
    yield "html entities", f'<!DOCTYPE html [<!ENTITY a "{"가" * 999}">]><p>{"&a;" * 9999}'.encode()
    yield "html of surrogates", b"<p>&#xD800;&#xDFFF;&#x110000;\xea\xb0\x80" * 1000
    for name, piece in (("<", "<"), ("&", "&"), ("<!--", "<!--"), ("attributes", "<p a=b "), ("</", "</div>")):
        yield f"html of {name}", ("<p>개인정보 " + piece * (1_000_000 // len(piece))).encode()
    for name, piece in (("blanks", " "), ("letters", "a"), ("syllables", "가"), ("[", "["), ("|", "|"), ("*", "*")):
        yield f"10 MB line of {name}", "개인정보".encode() + piece.encode() * (10_000_000 // len(piece.encode()))
    yield "1 MB line of [", ("# 가\n# 나\n" + "[" * 1_000_000).encode()
    yield "1 MB line of |", ("# 가\n# 나\n" + "|-" * 500_000).encode()
    yield "lone surrogates in UTF-8", "개인정보".encode() + b"\xed\xa0\x80\xed\xbf\xbf" * 99
    yield "lone surrogates in UTF-16", b"\xff\xfe" + "개인정보".encode("utf-16-le") + b"\0\xd8" * 999
    yield "text with NUL", "개인정보\0".encode() * 999
    yield "html with NUL", "<p>개인정보\0</p>".encode() * 999
    yield "21 MB", b"a" * 21_000_000


GROUPS = {
    "truncated": truncated,
    "flipped": flipped,
    "damaged": damaged,
    "foreign": foreign,
    "archives": archives,
    "pdfs": pdfs,
    "pages": pages,
}
