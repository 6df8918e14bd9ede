"""Markers: their styles, and cuts inside a line."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.marker import cut_at_markers, marker_style, without_marker


@pytest.mark.parametrize(
    ("line", "style", "rest"),
    [
        ("제3조 (수집 항목)", "article", "(수집 항목)"),
        ("제3조의2(국내대리인)", "article", "(국내대리인)"),
        ("제2장 총칙", "chapter", "총칙"),
        ("1. 수집 목적", "number", "수집 목적"),
        ("1.2 수집 목적", "number", "수집 목적"),
        ("3) 주소", "number", "주소"),
        ("(4) 주소", "bracketed-number", "주소"),
        ("가. 이름", "syllable", "이름"),
        ("② 이용자는", "circled", "이용자는"),
        ("■ 쿠키", "square", "쿠키"),
        ("○ 쿠키", "round", "쿠키"),
        ("- 이름", "dash", "이름"),
        ("ㆍ이름", "dot", "이름"),
        ("※ 선택", "note", "선택"),
        ("Q. 왜 모으나요?", "question", "왜 모으나요?"),
        ("가입 목적", "", "가입 목적"),
        ("2024년 3월", "", "2024년 3월"),
        ("제3자 제공", "", "제3자 제공"),
    ],
)
def test_style_and_rest(line: str, style: str, rest: str) -> None:
    assert marker_style(line) == style
    assert without_marker(line) == rest


def test_cuts_before_circled_numbers_of_a_flattened_page() -> None:
    line = "① 처리합니다. ② 보관합니다.③ 파기합니다."
    assert [line[start:end].strip() for start, end in cut_at_markers(line)] == [
        "① 처리합니다.",
        "② 보관합니다.",
        "③ 파기합니다.",
    ]


@pytest.mark.parametrize("line", ["수탁자\t① 배송 ② 상담", "이용자 ①과 ②의 경우", "로그인 ▶ 설정 ▶ 탈퇴"])
def test_does_not_cut_rows_references_and_menu_paths(line: str) -> None:
    assert list(cut_at_markers(line)) == [(0, len(line))]


@given(line=st.text(alphabet="가나 .①②■※\t)다요", max_size=60), offset=st.integers(0, 9))
def test_parts_tile_the_line(line: str, offset: int) -> None:
    parts = list(cut_at_markers(line, offset))
    assert parts[0][0] == offset
    assert parts[-1][1] == offset + len(line)
    assert all(one[1] == other[0] for one, other in pairwise(parts))
