"""Answers are lined up with the gold's units by overlap, and broken down by part."""

import pytest

from data.document import Document
from data.gold import LabelledDocument, Unit
from data.labels import KEYS, to_row
from eval.breakdown import by_meta, by_seen, letters, overall, presence
from eval.errors import NONE, confusion
from eval.harness import Answer, align, covering, score_answers
from model.prediction import Prediction

TEXT = "제1조 목적\n이름을 받습니다. 전화를 받습니다.\n지웁니다."
HEADING, TWO, LAST = (0, 6), (7, 26), (27, 32)


def gold(*labels: tuple[str, ...], meta: dict[str, str] | None = None) -> LabelledDocument:
    kinds = ("heading", "body", "body")
    spans = (HEADING, TWO, LAST)
    units = tuple(Unit(*span, kind, one) for span, kind, one in zip(spans, kinds, labels, strict=True))
    return LabelledDocument(Document("one", TEXT), units, meta or {})


def predicted(*labels: str) -> Prediction:
    return Prediction(tuple((0.9 * to_row(labels)).tolist()), labels)


def spans(*offsets: tuple[int, int]) -> list[Unit]:
    return [Unit(start, end, "body", ()) for start, end in offsets]


def test_a_unit_gets_the_labels_of_all_clauses_within_it() -> None:
    labelled = gold((), ("collection",), ("retention",))
    clauses = spans(HEADING, (7, 16), (17, 26), LAST)
    answers = align(labelled, clauses, [predicted(), predicted("collection"), predicted("contact"), predicted()])
    assert [set(one.labels) for one in answers] == [set(), {"collection", "contact"}, set()]
    assert answers[1].scores[KEYS.index("contact")] == pytest.approx(0.9)


def test_a_unit_inside_a_longer_clause_gets_its_labels() -> None:
    labelled = gold((), ("collection",), ("retention",))
    answers = align(labelled, spans((0, 32)), [predicted("retention")])
    assert [set(one.labels) for one in answers] == [{"retention"}] * 3


def test_a_unit_that_no_clause_touches_has_no_labels() -> None:
    answers = align(gold((), ("collection",), ()), spans(HEADING), [predicted("purpose")])
    assert answers[1].labels == frozenset()
    assert answers[1].scores == (0.0,) * 10


def test_the_covering_span_is_found_behind_others() -> None:
    assert covering(Unit(*LAST, "body", ()), spans((0, 3), (3, 6), (7, 16), LAST)) == [3]
    assert covering(Unit(17, 20, "body", ()), spans(HEADING, (7, 16), (16, 40))) == [2]


def answers_of(truth: LabelledDocument, *found: str) -> list[Answer]:
    return align(truth, truth.units, [predicted(*one.split()) for one in found])


def test_headings_are_counted_apart() -> None:
    answers = answers_of(gold(("purpose",), ("collection",), ("retention",)), "", "collection", "retention")
    assert score_answers(answers).micro.f1 == 1.0
    assert score_answers(answers, ("heading",)).micro.f1 == 0.0


def test_parts_by_meta_and_by_seen_units() -> None:
    labelled = gold((), ("collection",), ("retention",), meta={"sector": "shop"})
    answers = answers_of(labelled, "", "collection", "")
    assert list(by_meta(answers, [labelled], "sector")) == ["shop"]
    assert list(by_meta(answers, [labelled], "year")) == ["?"]
    seen = LabelledDocument(Document("t", "1) 지웁니다!"), (Unit(0, 8, "body", ()),))
    parts = by_seen(answers, [labelled], [seen])
    assert (parts["seen"].units, parts["unseen"].units) == (1, 1)
    assert letters("1) E-메일 ") == "e메일"


def test_presence_counts_documents_without_the_topic() -> None:
    labelled = gold((), ("collection",), ("retention",))
    found = presence(answers_of(labelled, "", "collection purpose", ""))
    assert (found["retention"].missing, found["retention"].reported) == (0, 1)
    assert found["retention"].precision == 0.0
    assert (found["purpose"].missing, found["purpose"].reported, found["purpose"].recall) == (1, 0, 0.0)
    assert found["cookies"].precision == found["cookies"].recall == 1.0
    whole = overall([found["retention"], found["purpose"]])
    assert (whole.missing, whole.reported, whole.right, whole.precision, whole.recall) == (1, 1, 0, 0.0, 0.0)


def test_confusion_counts_exchanges() -> None:
    labelled = gold((), ("collection",), ("retention",))
    table = confusion(answers_of(labelled, "", "purpose", "retention contact"))
    assert table["collection"]["purpose"] == table["retention"]["retention"] == table[NONE]["contact"] == 1
    assert table[NONE][NONE] == 1
