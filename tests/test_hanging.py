"""Tests of data/readers/hanging.py: cells over several rows of tables without rules."""

from itertools import groupby, pairwise
from pathlib import Path

from pdf_writer import pdf, show

from data.gold import read_gold
from data.readers.pdf import read
from data.readers.reading import Limits

POLICIES = Path(__file__).parents[1] / "data" / "policies"
HEAD = {50: "구분", 150: "항목", 250: "여부"}


def table(*rows: dict[int, str], top: int = 700) -> bytes:
    """Rows of texts by where they begin, far enough apart to be no lines of one cell."""
    cells = ((left, top - 40 * number, text) for number, row in enumerate(rows) for left, text in row.items())
    return b"".join(show(*cell) for cell in cells)


def lines(*pages: bytes) -> list[str]:
    return read(pdf(*pages), Limits()).text.split("\n")


def test_a_cell_that_a_row_lacks_is_the_one_above() -> None:
    page = table(HEAD, {50: "가입", 150: "이름", 250: "필수"}, {50: "상담", 150: "전화"}, {150: "주소", 250: "선택"})
    assert lines(page) == ["구분\t항목\t여부", "가입\t이름\t필수", "상담\t전화\t필수", "상담\t주소\t선택"]


def test_it_hangs_over_the_end_of_a_page_but_the_rest_of_a_row_is_not_filled() -> None:
    one = table(HEAD, {50: "가입", 150: "이름", 250: "필수"})
    assert lines(one, table({50: "상담", 150: "전화"}))[-1] == "상담\t전화\t필수"
    assert lines(one, table({150: "전화", 250: "선택"}))[-1] == "전화\t선택"


def test_the_head_hangs_over_nothing() -> None:
    page = table(HEAD, {50: "가입", 150: "이름"}, {50: "상담", 150: "전화", 250: "선택"})
    assert lines(page)[1] == "가입\t이름"


def test_a_text_that_reaches_into_the_column_fills_it() -> None:
    page = table(HEAD, {50: "가입", 150: "이름", 250: "필수"}, {50: "상담", 150: "이름과 전화번호와 주소"})
    assert lines(page)[-1] == "상담\t이름과 전화번호와 주소"


def test_a_row_whose_last_cells_stand_lower_is_one() -> None:
    low = show(250, 645, "선택") + show(350, 645, "1년")
    page = table(HEAD | {350: "기간"}, {50: "가입", 150: "이름"}) + low
    assert lines(page + show(50, 600, "상담") + show(150, 600, "전화"))[1:] == [
        "가입\t이름\t선택\t1년",
        "상담\t전화\t선택\t1년",
    ]


def test_cells_that_are_not_aligned_stay_as_they_are() -> None:
    page = table(HEAD, {50: "가입", 150: "이름", 250: "필수"}, {60: "상담", 170: "전화"}, {60: "문의", 170: "주소"})
    assert lines(page)[-2:] == ["상담\t전화", "문의\t주소"]


def test_a_paragraph_between_parts_tables() -> None:
    page = table(HEAD, {50: "가입", 150: "이름", 250: "필수"}, {50: "다음과 같다"}, {50: "상담", 150: "전화"})
    assert lines(page)[-1] == "상담\t전화"


def test_in_policies_ten_times_as_many_cells_are_the_one_above_as_are_empty() -> None:
    empty = same = 0
    for gold in read_gold(POLICIES / "train.jsonl", POLICIES / "dev.jsonl"):
        for tabbed, rows in groupby(gold.document.text.split("\n"), key=lambda line: "\t" in line):
            for above, below in pairwise(row.split("\t") for row in rows) if tabbed else ():
                empty += sum(not cell.strip() for cell in below)
                same += sum(bool(cell.strip()) and cell == over for cell, over in zip(below, above, strict=False))
    assert same > 10 * empty > 0
