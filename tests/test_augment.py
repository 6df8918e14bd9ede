"""Augmentation: the layout changes, no clause gets a label that it has not by the guideline."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data.clause import Clause, ClauseSplitter
from data.document import Document
from data.gold import LabelledDocument
from data.labels import to_row
from training.augment import (
    FURNITURE,
    Augmenter,
    Example,
    bare,
    flattened,
    read_furniture,
    top_headings,
    wrapped,
)
from training.config import AugmentConfig
from training.windows import read_examples

NONE = AugmentConfig(**dict.fromkeys(AugmentConfig.__dataclass_fields__, 0.0))


def augmented(example: Example, lines: Sequence[Clause] = (), **probabilities: float) -> Example:
    random = np.random.default_rng(1)
    return Augmenter(replace(NONE, **probabilities), lines, random)(example)


def words(example: Example) -> list[str]:
    return [form for clause in example.clauses for form in clause.text.split()]


def test_nothing_changes_without_probability(policies: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    (example,) = read_examples(policies[:1], splitter)
    same = augmented(example)
    assert list(same.clauses) == list(example.clauses)
    assert (same.truth == example.truth).all()


def test_wrapped_lines_keep_words_and_labels(policies: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    for example in read_examples(policies, splitter):
        broken = list(wrapped(list(zip(example.clauses, example.truth, strict=True)), 30))
        assert len(broken) > len(example.clauses)
        assert [form for clause, _ in broken for form in clause.text.split()] == words(example)
        for clause, truth in broken:
            if clause.kind == "body" and " " in clause.text:
                assert len(clause.text) <= 30 or clause.text.count(" ") == 0 or len(clause.text.split()[0]) > 20
            whole = next(at for at in reversed(example.clauses) if at.start <= clause.start)
            assert (truth == example.truth[list(example.clauses).index(whole)]).all()


def test_rows_of_disclosures_are_flattened(splitter: ClauseSplitter) -> None:
    text = "한빛물류\t상품 배송\n회원관리\t이름\t1년"
    row, mixed = splitter.read_units(Document("t", text), [(0, 10, "row"), (11, len(text), "row")])
    cells = list(flattened([(row, to_row(["entrustment"])), (mixed, to_row(["purpose", "collection", "retention"]))]))
    assert [clause.text for clause, _ in cells] == ["한빛물류", "상품 배송", "회원관리\t이름\t1년"]
    assert [bool(truth[4]) for _, truth in cells] == [True, True, False]
    assert not any(clause.morphemes[0].cell for clause, _ in cells)


def test_marker_and_its_morphemes_go(splitter: ClauseSplitter) -> None:
    text = "① 회사는 이름을 수집합니다."
    (clause,) = splitter.split(Document("t", text))
    without = bare(clause)
    assert without.text == "회사는 이름을 수집합니다." == text[without.start : without.end]
    assert len(without.morphemes) == len(clause.morphemes) - 1


def test_contents_and_furniture_have_no_label(policies: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    furniture = read_furniture(splitter)
    assert [clause.text for clause in furniture] == list(FURNITURE)
    assert all(clause.morphemes for clause in furniture)
    for example in read_examples(policies, splitter):
        listed = len(top_headings(list(zip(example.clauses, example.truth, strict=True))))
        fuller = augmented(example, furniture, contents=1.0, furniture=1.0)
        assert listed and len(fuller.clauses) > len(example.clauses) + listed
        assert (fuller.truth.sum(axis=0) == example.truth.sum(axis=0)).all()


def test_thinned_documents_keep_their_headings(policies: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    for example in read_examples(policies, splitter):
        thin = augmented(example, thinned=1.0)
        headings = [[clause for clause in one.clauses if clause.kind == "heading"] for one in (example, thin)]
        assert headings[0] == headings[1]
        assert len(thin.clauses) < len(example.clauses)
        kept = [list(example.clauses).index(clause) for clause in thin.clauses]
        assert kept == sorted(kept) and (thin.truth == example.truth[kept]).all()
