"""Boundaries of clauses against the gold's."""

import pytest

from data.document import Document
from data.gold import LabelledDocument, Unit
from eval.segmentation import segmentation, window_diff

LONG = "회사는 이용자의 개인정보를 소중히 여기며 법령이 정한 바에 따라 안전하게 관리하고자 노력하고 있습니다. 끝입니다."
TEXT = f"짧은 줄. 또 한 문장.\n{LONG}"
SHORT, REST = (0, 12), (13, 13 + len(LONG))


def gold() -> LabelledDocument:
    return LabelledDocument(Document("one", TEXT), tuple(Unit(*span, "body", ()) for span in (SHORT, REST)))


def spans(*offsets: tuple[int, int]) -> list[Unit]:
    return [Unit(start, end, "body", ()) for start, end in offsets]


def test_the_same_units_are_perfect() -> None:
    found = segmentation([gold()], [spans(SHORT, REST)])
    assert (found.right, found.wrong, found.missed, found.finer) == (4, 0, 0, 0)
    assert found.f1 == found.precision == found.recall == 1.0
    assert found.window_diff == 0.0


def test_finer_cuts_in_a_short_line_count_apart() -> None:
    found = segmentation([gold()], [spans((0, 5), (6, 12), REST)])
    assert (found.right, found.wrong, found.missed, found.finer) == (4, 0, 0, 2)
    assert found.f1 == 1.0


def test_finer_cuts_in_a_long_line_are_wrong() -> None:
    found = segmentation([gold()], [spans(SHORT, (13, 40), (41, REST[1]))])
    assert (found.right, found.wrong, found.missed, found.finer) == (4, 2, 0, 0)
    assert found.precision == pytest.approx(4 / 6)
    assert found.window_diff > 0


def test_joined_units_are_missed() -> None:
    found = segmentation([gold()], [spans((0, REST[1]))])
    assert (found.right, found.wrong, found.missed) == (2, 0, 2)
    assert window_diff(gold(), spans((0, REST[1]))) > 0
