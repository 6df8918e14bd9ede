"""Tests of data/readers/hwp.py on OLE files made here, record by record."""

import struct
from dataclasses import replace

import pytest
from hwp_writer import INFO, cell, hwp, numbering, ole, paragraph, record, shape, table
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import PATIENT

from data.document import DocumentError, Limits, read_document
from data.readers.hwp import read


def lines(*sections: bytes, info: bytes = INFO) -> list[str]:
    return read(hwp(*sections, info=info), Limits()).text.split("\n")


def test_paragraphs_of_all_sections_are_lines_in_order() -> None:
    sections = [paragraph(f"{number}째 글") + paragraph("끝") for number in range(11)]
    assert lines(*sections) == [text for number in range(11) for text in (f"{number}째 글", "끝")]


@pytest.mark.parametrize("flags", [0, 1])
def test_packed_and_plain_files_are_read(flags: int) -> None:
    assert read(hwp(paragraph("개인정보 처리방침"), flags=flags), Limits()).text == "개인정보 처리방침"


def test_control_characters_take_their_places() -> None:
    field = struct.pack("<H12xH", 3, 3)
    text = record(
        67, 1, field + "가\n나\x1e다😀".encode("utf-16-le") + struct.pack("<H12xH", 9, 9) + "라\r".encode("utf-16-le")
    )
    assert lines(record(66, 0, bytes(22)) + text) == ["가", "나 다😀 라"]


def test_long_records_are_read() -> None:
    assert lines(paragraph("가" * 5000)) == ["가" * 5000]


def test_tables_are_rows_with_spans() -> None:
    cells = (cell("구분", 0, 0, rows=2), cell("항목", 1, 0, columns=2), cell("필수", 1, 1), cell("선택", 2, 1),
             cell("회원", 0, 2), cell("이름", 1, 2), cell("성별", 2, 2))  # fmt: skip
    found = lines(paragraph("앞") + table(*cells) + paragraph("뒤"))
    assert found == ["앞", "구분\t항목", "구분\t필수\t선택", "회원\t이름\t성별", "뒤"]


def test_a_caption_stands_before_its_table() -> None:
    caption = record(72, 2, bytes(22)) + paragraph("표 1", 2)
    head = paragraph("", control=struct.pack("<H12xH", 11, 11)) + record(71, 1, b" lbt" + bytes(40)) + caption
    assert lines(head + record(77, 2, bytes(20)) + cell("가", 0, 0) + cell("나", 1, 0)) == ["표 1", "가\t나"]


def test_page_heads_are_left_out_and_boxes_read() -> None:
    head = paragraph("") + record(71, 1, b"daeh" + bytes(8)) + record(72, 2, bytes(22)) + paragraph("머리말", 2)
    box = paragraph("") + record(71, 1, b" osg" + bytes(40)) + record(76, 2, bytes(20)) + record(72, 3, bytes(22))
    assert lines(head + paragraph("글") + box + paragraph("상자", 3)) == ["글", "상자"]


def test_numbers_are_shown_as_hangul_counts_them() -> None:
    info = INFO + numbering((0, "제^1조"), (8, "^2.")) + record(24, 1, bytes(20))
    info += shape(2, 0, 1) + shape(2, 1, 1) + shape(3, 0, 1)
    parts = ((1, "목적"), (2, "이름"), (2, "전화"), (1, "항목"), (2, "주소"), (3, "점"), (0, "끝"))
    found = lines(b"".join(paragraph(text, shape=number) for number, text in parts), info=info)
    assert found == ["제1조 목적", "가. 이름", "나. 전화", "제2조 항목", "가. 주소", "- 점", "끝"]


def test_a_file_is_found_and_read_in_a_child() -> None:
    assert read_document(hwp(paragraph("개인정보 처리방침")), limits=PATIENT).text == "개인정보 처리방침"


@pytest.mark.parametrize(
    "raw, reason",
    [
        (hwp(paragraph("가"), flags=3), "encrypted"),
        (hwp(paragraph("가"), flags=5), "encrypted"),
        (hwp(b""), "no-text"),
        (hwp(paragraph("가"))[:2000], "broken"),
        (hwp(bytes(3_000_000)), "too-large"),
        (hwp(b"".join(record(66, level, bytes(22)) for level in range(1000))), "too-large"),
        (ole({"FileHeader": b"HWP Document File", "BodyText/Section0": b"x"}), "broken"),
    ],
)
def test_bad_files_end_with_a_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_document(raw, limits=replace(PATIENT, expanded=2_000_000))
    assert caught.value.reason == reason


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=300))
def test_any_section_is_read(section: bytes) -> None:
    try:
        assert isinstance(read(hwp(paragraph("가") + section, flags=0), Limits()).text, str)
    except DocumentError as error:
        assert error.reason == "too-large"


def test_numberings_begin_where_they_say() -> None:
    info = INFO + numbering((0, "^1."), start=3) + shape(2, 0, 1)
    assert lines(paragraph("이름", shape=1) + paragraph("전화", shape=1), info=info) == ["3. 이름", "4. 전화"]
