"""Tests of data/readers/columns.py: tables without rules, on lines placed by hand and on pages made here."""

from pdf_writer import pdf, show

from data.readers.columns import column_lefts, in_rows
from data.readers.flow import Line, Rows
from data.readers.grid import Box
from data.readers.pdf import read
from data.readers.reading import Limits


def line(text: str, left: float, top: float) -> Line:
    return Line(Box(left, top - 10, left + 10 * len(text), top), text, 1)


def texts(*lines: Line) -> list[object]:
    """Lines as their text, rows as the texts of their cells' lines."""
    return [
        [[part.text for part in slot.lines] for slot in item.slots[0]] if isinstance(item, Rows) else item.text
        for item in in_rows(lines)
    ]


def test_a_column_begins_where_three_lines_do() -> None:
    places = ((50, 700), (50.5, 680), (51, 660), (120, 640), (120, 620), (300, 600), (300.5, 580), (301, 560))
    assert [round(left) for left in column_lefts(line("가", *place) for place in places)] == [50, 300]


def test_a_column_begins_where_two_lines_stand_behind_gaps() -> None:
    one, two = ((line("가", 50, top), line("나", 120, top)) for top in (700, 680))
    assert [round(left) for left in column_lefts([*one, *two])] == [120]
    assert column_lefts(one) == []


def test_lines_beside_each_other_are_one_line_with_tabs() -> None:
    assert texts(line("항목", 50, 700), line("기간", 150, 700), line("이름", 50, 680)) == ["항목\t기간", "이름"]


def test_wrapped_cells_are_a_row() -> None:
    one, two = line("상조 계약", 50, 700), line("체결", 50, 685)
    assert texts(one, two, line("이름", 150, 700), line("5년", 250, 700), line("뒤", 250, 685)) == [
        [["상조 계약", "체결"], ["이름"], ["5년", "뒤"]]
    ]


def test_cells_in_the_middle_of_their_row() -> None:
    three = [line("가나다", 150, top) for top in (715, 700, 685)]
    assert texts(line("구분", 50, 700), *three, line("1년", 250, 700)) == [[["구분"], ["가나다"] * 3, ["1년"]]]


def test_a_line_close_above_a_row_is_none_of_it() -> None:
    found = texts(line("다음과 같습니다", 50, 715), line("이름", 50, 700), line("1년", 150, 700))
    assert found == ["다음과 같습니다", "이름\t1년"]


def test_the_second_column_of_a_page_is_no_row() -> None:
    left = [line("왼쪽", 50, top) for top in range(700, 500, -20)]
    assert texts(*left, line("오른쪽", 300, 700)) == ["왼쪽"] * 10 + ["오른쪽"]


def test_a_marker_and_its_text_are_one_line() -> None:
    found = texts(line("앞글", 50, 715), line("1.", 50, 700), line("이름", 80, 700), line("계속", 80, 685))
    assert found == ["앞글", "1. 이름", "계속"]


def test_columns_go_on_over_the_end_of_a_page() -> None:
    table = b"".join(show(50, y, "본인 확인") + show(112, y, "이름") for y in (100, 80, 60))
    rest = show(50, 700, "배송 문의") + show(112, 700, "주소")
    assert read(pdf(table, rest), Limits()).text.split("\n")[-1] == "배송 문의\t주소"


def test_narrow_gaps_part_cells_only_where_columns_begin() -> None:
    rows = b"".join(show(50, y, "본인 확인") + show(112, y, "이름") for y in (700, 660, 620))
    stretched = show(50, 580, "이름과") + show(96, 580, "주소")
    assert read(pdf(rows + stretched), Limits()).text.split("\n") == ["본인 확인\t이름"] * 3 + ["이름과 주소"]
