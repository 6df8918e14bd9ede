"""Heading paths: which headings stand over a clause."""

from data.clause import ClauseSplitter
from data.document import Document
from model.heading import heading_paths, paths_by_style


def test_a_heading_closes_those_of_its_style_and_below() -> None:
    styles = ["", "article", None, "number", None, "number", None, "article", None]
    assert paths_by_style(styles) == [(), (0,), (0, 1), (0, 1), (0, 1, 3), (0, 1), (0, 1, 5), (0,), (0, 7)]


def test_paths_of_clauses(splitter: ClauseSplitter) -> None:
    text = "제1조 (수집 항목)\n회사는 이름을 수집합니다.\n제2조 (보유 기간)\n회사는 3년간 보관합니다."
    assert heading_paths(splitter.split(Document("t", text))) == [(), (0,), (), (2,)]


def test_no_clauses_no_paths() -> None:
    assert paths_by_style([]) == []
