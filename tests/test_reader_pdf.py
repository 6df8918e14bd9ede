"""Tests of data/readers/pdf.py and grid.py on PDF files made here, operator by operator."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import PATIENT
from pdf_writer import column, pdf, rule, show

from data.document import DocumentError, Limits, read_document
from data.readers.pdf import _shown, read


def lines(*pages: bytes) -> list[str]:
    return read(pdf(*pages), Limits()).text.split("\n")


LONG = "회사는 이용자의 개인정보를 중요하게 여기며 법령에 따라 안전하게 처리합"
PICTURE = b"q 500 0 0 700 50 50 cm /P Do Q\n"


def test_lines_of_a_paragraph_are_joined_and_items_are_not() -> None:
    page = column(LONG, "니다. 둘째 문장은", "1. 이름", "2. 전화") + show(50, 600, "새 문단")
    assert lines(page) == [f"{LONG}니다. 둘째 문장은", "1. 이름", "2. 전화", "새 문단"]


def test_a_word_cut_at_the_end_of_a_line_is_joined_if_the_text_knows_it() -> None:
    one = "회사는 법령에 따라 이용자의 모든 자료와 개인정보를 안전하게 지키는 정"
    page = column("이것은 정보통신망 이야기", one, "보통신망 사업자입니다.")
    assert lines(page) == ["이것은 정보통신망 이야기", f"{one}보통신망 사업자입니다."]
    spaced = column("이것은 정보통신망 이야기", one + " ", "보통신망 사업자입니다.")
    assert lines(spaced)[1] == f"{one} 보통신망 사업자입니다."


def test_running_heads_and_page_numbers_are_dropped() -> None:
    pages = [show(50, 800, "회사 안내서") + column(f"{n}째 글") + show(290, 30, f"- {n} -") for n in range(1, 5)]
    assert lines(*pages) == ["1째 글", "2째 글", "3째 글", "4째 글"]


def test_a_title_at_the_top_is_kept() -> None:
    assert lines(show(50, 800, "개인정보 처리방침") + column("글"), column("둘째")) == [
        "개인정보 처리방침",
        "글",
        "둘째",
    ]


def test_ruled_tables_are_rows_with_spans() -> None:
    page = show(50, 660, "앞글")
    for y in (640, 620, 600, 580):
        page += rule(150 if y == 600 else 50, y, 350, y)
    for x in (50, 150, 250, 350):
        page += rule(x, 580, x, 620 if x == 250 else 640)
    page += show(55, 626, "구분") + show(155, 626, "항목과 기간")
    page += show(55, 606, "회원") + show(155, 606, "이름") + show(255, 606, "1년")
    page += show(155, 586, "전화") + show(255, 586, "2년") + show(50, 550, "뒷글")
    assert lines(page) == ["앞글", "구분\t항목과 기간", "회원\t이름\t1년", "회원\t전화\t2년", "뒷글"]


def test_several_lines_of_a_cell_are_one_text() -> None:
    page = b"".join(rule(50, y, 250, y) for y in (640, 600, 580)) + b"".join(
        rule(x, 580, x, 640) for x in (50, 150, 250)
    )
    page += show(55, 626, "이름") + show(55, 610, "주소") + show(155, 620, "목적") + show(55, 586, "전화")
    page += show(155, 586, "알림")
    assert lines(page) == ["이름 주소\t목적", "전화\t알림"]


def test_wide_gaps_are_tabs_but_not_behind_a_marker() -> None:
    page = show(50, 700, "항목") + show(250, 700, "기간") + show(50, 680, "1.") + show(100, 680, "이름")
    assert lines(page) == ["항목\t기간", "1. 이름"]


def test_scanned_pages_are_named_and_a_scan_is_refused() -> None:
    document = read_document(pdf(column("개인정보 처리방침"), PICTURE, column("제1조")), limits=PATIENT)
    assert document.unread == ("page 2: a picture without text",)
    with pytest.raises(DocumentError) as caught:
        read_document(pdf(PICTURE, PICTURE), limits=PATIENT)
    assert caught.value.reason == "no-text"


LOCK = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (%b) /U (%b) /P -4 >> /ID [(a) (a)]" % (b"x" * 32, b"y" * 32)


@pytest.mark.parametrize(
    "raw, reason",
    [
        (pdf(column("가"), trailer=LOCK), "encrypted"),
        (b"%PDF-1.7\n" + bytes(500), "broken"),
        (pdf(*[column("가")] * 12), "too-large"),
        (pdf(), "broken"),
        (pdf(b"q " * 100_000 + b"BT ET"), "no-text"),
        (pdf(column("plain English text without any Hangul in it")), "not-korean"),
    ],
)
def test_bad_files_end_with_a_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_document(raw, limits=replace(PATIENT, pages=10))
    assert caught.value.reason == reason


def test_a_million_declared_pages_end_soon() -> None:
    start = time.process_time()
    with pytest.raises(DocumentError):
        read_document(pdf(column("가나다"), declared=1_000_000), limits=PATIENT)
    assert time.process_time() - start < 5


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(pdf(column("가나다"))) - 1), st.integers(1, 255), st.integers(0, 400))
def test_a_broken_file_is_read_or_refused(place: int, change: int, cut: int) -> None:
    raw = bytearray(pdf(column("가나다")))
    raw[place] ^= change
    try:
        assert isinstance(read(bytes(raw[: len(raw) - cut]), Limits()).text, str)
    except DocumentError as error:
        assert error.reason in ("broken", "encrypted", "no-text", "too-large")


def test_cells_are_parted_by_rules_however_near_they_stand() -> None:
    page = b"".join(rule(50, y, 190, y) for y in (640, 620, 600)) + b"".join(
        rule(x, 600, x, 640) for x in (50, 110, 190)
    )
    page += show(55, 626, "처리 목적") + show(112, 626, "항목") + show(55, 606, "본인 확인") + show(112, 606, "이름")
    assert lines(page) == ["처리 목적\t항목", "본인 확인\t이름"]


def test_a_line_written_font_by_font_is_read_from_left_to_right() -> None:
    page = show(50, 700, "회원을") + show(90, 700, "말합니다") + show(80, 700, " ") + show(130, 700, ".")
    assert lines(page) == ["회원을 말합니다."]


def test_bullets_of_symbol_fonts_and_hyphens_at_line_ends_are_dashes() -> None:
    assert [_shown(code) for code in (0xF0B7, 0xFFFE, ord("가"))] == ["-", "-", "가"]
