"""Tests of data/readers/docx.py: paragraphs, numbering, tables, changes, bombs. Read in a child process or here."""

import io
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from patience import PATIENT

from data.document import DocumentError, Limits, read_document
from data.readers.docx import read

NUMBERED = """<w:p {ns}><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr></w:pPr>
<w:r><w:t>{text}</w:t></w:r></w:p>"""
LISTS = """<w:numbering {ns}><w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="제%1조"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="ganada"/><w:lvlText w:val="%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%3)"/></w:lvl>
<w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>"""


def bytes_of(word: WordDocument) -> bytes:
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def lines(word: WordDocument, limits: Limits | None = None) -> list[str]:
    return read(bytes_of(word), limits or Limits()).text.split("\n")


def add_xml(word: WordDocument, xml: str) -> None:
    word.element.body.insert(len(word.element.body) - 1, parse_xml(xml))


def test_headings_and_paragraphs_are_lines() -> None:
    word = docx.Document()
    word.add_heading("개인정보 처리방침", 1)
    word.add_paragraph("회사는 개인").add_run("정보를\n지킵니다.").bold = True
    word.add_paragraph("")
    word.sections[0].header.paragraphs[0].text = "머리말"
    word.sections[0].footer.paragraphs[0].text = "꼬리말"
    assert lines(word) == ["개인정보 처리방침", "회사는 개인정보를", "지킵니다."]


def test_numbers_are_shown_as_word_counts_them() -> None:
    word = docx.Document()
    root = word.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    for child in parse_xml(LISTS.format(ns=nsdecls("w"))):
        root.append(child)
    for level, text in ((0, "목적"), (1, "이름"), (1, "전화"), (2, "셋"), (3, "점"), (0, "항목"), (1, "주소")):
        add_xml(word, NUMBERED.format(ns=nsdecls("w"), level=level, list=1, text=text))
    assert lines(word) == ["제1조 목적", "가. 이름", "나. 전화", "1.3) 셋", "- 점", "제2조 항목", "가. 주소"]


def test_list_styles_number_too() -> None:
    word = docx.Document()
    for text in ("하나", "둘"):
        word.add_paragraph(text, style="List Number")
    word.add_paragraph("점", style="List Bullet")
    assert lines(word) == ["1. 하나", "2. 둘", "- 점"]


def test_tables_are_rows() -> None:
    word = docx.Document()
    table = word.add_table(3, 3)
    for place, text in enumerate(("구분", "항목", "기간", "회원", "이름", "1년", "", "전화", "2년")):
        table.cell(place // 3, place % 3).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    assert lines(word) == ["구분\t항목 기간", "회원\t이름\t1년", "회원\t전화\t2년"]


def test_nested_tables_are_blocks() -> None:
    word = docx.Document()
    table = word.add_table(1, 2)
    table.cell(0, 0).text = "밖"
    inner = table.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "안", "쪽"
    assert lines(word) == ["밖", "안\t쪽"]


def test_changes_are_read_as_accepted_and_hidden_text_is_left_out() -> None:
    word = docx.Document()
    ns = nsdecls("w")
    add_xml(word, f'<w:p {ns}><w:ins w:id="1"><w:r><w:t>새 글</w:t></w:r></w:ins>'
                  f'<w:del w:id="2"><w:r><w:delText>옛 글</w:delText></w:r></w:del>'
                  f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>숨김</w:t></w:r></w:p>")  # fmt: skip
    add_xml(word, f"<w:sdt {ns}><w:sdtContent><w:p><w:r><w:t>틀 안</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    assert lines(word) == ["새 글", "틀 안"]


def test_text_boxes_are_read_once() -> None:
    word = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>상자 글</w:t></w:r></w:p></w:txbxContent>"
    add_xml(word, f'<w:p {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:r>'
                  f"<w:t>바깥</w:t><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
                  f"</mc:AlternateContent></w:r></w:p>")  # fmt: skip
    assert lines(word) == ["바깥", "상자 글"]


def test_tables_nested_too_deep_are_refused() -> None:
    word = docx.Document()
    inner = word.add_table(1, 1)._tbl
    for _ in range(20):
        cell = inner.find(f"{qn('w:tr')}/{qn('w:tc')}")
        copy = docx.Document().add_table(1, 1)._tbl
        cell.insert(1, copy)
        inner = copy
    with pytest.raises(DocumentError, match="nesting"):
        lines(word, Limits(nesting=10))


def test_a_file_is_found_and_read_in_a_child() -> None:
    word = docx.Document()
    word.add_paragraph("제1조 개인정보를 처리합니다.")
    raw = bytes_of(word)
    assert read_document(raw, limits=PATIENT).text == "제1조 개인정보를 처리합니다."
    with pytest.raises(DocumentError) as caught:
        read_document(raw, limits=replace(PATIENT, expanded=1000))
    assert caught.value.reason == "too-large"
    with pytest.raises(DocumentError) as caught:
        read_document(raw[: len(raw) // 2], limits=PATIENT)
    assert caught.value.reason == "broken"


def with_part(raw: bytes, name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"<w:document", "broken"),
        (bytes(3_000_000), "too-large"),
        (b"", "broken"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "broken"),
    ],
)
def test_hostile_parts_end_with_a_reason(content: bytes, reason: str) -> None:
    raw = with_part(bytes_of(docx.Document()), "word/document.xml", content)
    with pytest.raises(DocumentError) as caught:
        read_document(raw, limits=replace(PATIENT, expanded=2_000_000))
    assert caught.value.reason == reason


def test_an_empty_document_has_no_text() -> None:
    with pytest.raises(DocumentError) as caught:
        read_document(bytes_of(docx.Document()), limits=PATIENT)
    assert caught.value.reason == "no-text"
