"""Tests of Document.places: each line of the clean text tells where in its source it stood."""

import docx
import hwp_writer as hwp
import hwpx_writer as hwpx
import pytest
from patience import PATIENT
from pdf_writer import column, pdf
from policy_office import saved

from data.document import Document, Place, read_document


def places(raw: bytes) -> list[tuple[str, str]]:
    """Each line with its place."""
    document = read_document(raw, limits=PATIENT)
    starts = [0, *(number + 1 for number, character in enumerate(document.text) if character == "\n")]
    return [(document.text[start:].partition("\n")[0], document.place_of(start)) for start in starts]


def test_a_position_is_in_the_last_place_that_begins_before_it() -> None:
    document = Document("t", "하나\n둘\n셋", (), (Place(0, "page 1"), Place(5, "page 2")))
    assert [document.place_of(position) for position in (0, 4, 5, 6)] == ["page 1", "page 1", "page 2", "page 2"]


def test_plain_text_has_no_places() -> None:
    document = read_document("개인정보 처리방침".encode())
    assert document.places == ()
    assert document.place_of(3) == ""


def test_html_tells_the_block_in_the_page_as_it_was_before_pruning() -> None:
    head = "<html><body><nav>메뉴</nav><style></style><div>첫 <b>글</b>은 짧습니다.</div>"
    page = f"{head}<div><p>둘<br>셋</p><table><tr><td>가<td>나"
    assert places(page.encode()) == [
        ("첫 글은 짧습니다.", "/html/body[1]/div[1]"),
        ("둘", "/html/body[1]/div[2]/p[1]"),
        ("셋", "/html/body[1]/div[2]/p[1]"),
        ("가\t나", "/html/body[1]/div[2]/table[1]"),
    ]


def test_long_paths_are_cut() -> None:
    ((_, path),) = places(f"{'<div>' * 100}글".encode())
    assert path.startswith("…/div[1]/div[1]")
    assert len(path) < 220


def test_markdown_tells_the_line_of_the_file() -> None:
    assert places("# 방침\n\n## 목적\n글".encode()) == [("방침", "line 1"), ("목적", "line 3"), ("글", "line 4")]


def test_docx_tells_paragraph_and_table() -> None:
    word = docx.Document()
    word.add_paragraph("첫 글")
    word.add_paragraph("")
    table = word.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "가", "나"
    word.add_paragraph("끝 글")
    assert places(saved(word)) == [("첫 글", "paragraph 1"), ("가\t나", "table 1"), ("끝 글", "paragraph 3")]


HANGUL = [
    ("첫 글", "section 1, paragraph 1"),
    ("가\t나", "section 1, table 1"),
    ("둘째", "section 1, paragraph 3"),
    ("다음", "section 2, paragraph 1"),
]


@pytest.mark.parametrize(
    "raw",
    [
        hwpx.archive(
            hwpx.paragraph("첫 글") + hwpx.table(hwpx.cell("가") + hwpx.cell("나")) + hwpx.paragraph("둘째"),
            hwpx.paragraph("다음"),
        ),
        hwp.hwp(
            hwp.paragraph("첫 글") + hwp.table(hwp.cell("가", 0, 0), hwp.cell("나", 1, 0)) + hwp.paragraph("둘째"),
            hwp.paragraph("다음"),
        ),
    ],
    ids=["hwpx", "hwp"],
)
def test_hangul_files_tell_section_paragraph_and_table(raw: bytes) -> None:
    assert places(raw) == HANGUL


def test_pdf_tells_the_page_a_paragraph_begins_on() -> None:
    raw = pdf(column("첫째 글", "둘째 글"), column("다음 쪽 글"))
    assert places(raw) == [("첫째 글", "page 1"), ("둘째 글", "page 1"), ("다음 쪽 글", "page 2")]
