"""Tests of data/readers/hwpx.py on archives made here."""

from dataclasses import replace

import pytest
from hwpx_writer import archive, cell, paragraph, table
from patience import PATIENT

from data.document import DocumentError, Limits, read_document
from data.readers.hwpx import read


def lines(*sections: str) -> list[str]:
    return read(archive(*sections), Limits()).text.split("\n")


def test_paragraphs_of_all_sections_are_lines_in_order() -> None:
    sections = [paragraph(f"{number}째 글") for number in range(12)]
    assert lines(*sections) == [f"{number}째 글" for number in range(12)]


def test_marks_inside_text() -> None:
    assert lines(paragraph("가<hp:tab/>나<hp:lineBreak/>다<hp:nbSpace/>라")) == ["가 나", "다 라"]


def test_numbers_are_shown_as_hangul_counts_them() -> None:
    shapes = ((1, "목적"), (2, "이름"), (2, "전화"), (1, "항목"), (2, "주소"), (3, "점"), (0, "끝"))
    found = lines("".join(paragraph(text, shape) for shape, text in shapes))
    assert found == ["제1조 목적", "가. 이름", "나. 전화", "제2조 항목", "가. 주소", "- 점", "끝"]


def test_tables_are_rows_with_spans() -> None:
    found = lines(
        paragraph("앞")
        + table(
            cell("구분", 2) + cell("항목", 1, 2),
            cell("필수") + cell("선택"),
            cell("회원") + cell("이름") + cell("성별"),
        )
    )
    assert found == ["앞", "구분\t항목", "구분\t필수\t선택", "회원\t이름\t성별"]


def test_page_heads_and_feet_are_left_out_and_boxes_read() -> None:
    head = f"<hp:ctrl><hp:header><hp:subList>{paragraph('머리')}</hp:subList></hp:header></hp:ctrl>"
    box = f"<hp:rect><hp:drawText><hp:subList>{paragraph('상자')}</hp:subList></hp:drawText></hp:rect>"
    head, box = (f"<hp:p><hp:run>{content}</hp:run></hp:p>" for content in (head, box))
    assert lines(head + paragraph("글") + box) == ["글", "상자"]


def test_a_file_is_found_and_read_in_a_child() -> None:
    assert read_document(archive(paragraph("개인정보 처리방침")), limits=PATIENT).text == "개인정보 처리방침"


@pytest.mark.parametrize(
    "raw, reason",
    [
        (archive("<hp:p>"), "broken"),
        (archive(paragraph("가"), **{"META-INF__manifest.xml": b"<odf:encryption-data/>"}), "encrypted"),
        (archive(""), "no-text"),
        (archive(paragraph("가"), **{"BinData__bomb": bytes(3_000_000)}), "too-large"),
        (archive("<hp:tbl><hp:tr><hp:tc><hp:subList><hp:p><hp:run>" * 30 + "가"), "broken"),
        (archive((nested := "<hp:rect>") * 150 + paragraph("가") + nested.replace("<", "</") * 150), "too-large"),
    ],
)
def test_bad_files_end_with_a_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_document(raw, limits=replace(PATIENT, expanded=2_000_000))
    assert caught.value.reason == reason
