"""Clauses: offsets hold for every text, and cuts fall where the guideline has them."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.clause import Clause, ClauseSplitter
from data.document import Document
from data.gold import LabelledDocument

AWKWARD = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "가나다개인정보를처리합니다.요 \t\r\n①②■-※:,()'\"“”0123456789😀👩‍👧\u200b\ufeff\u00a0\u2028\u0301"
        ),
        st.sampled_from(unicodedata.normalize("NFD", "개인정보처리방침을")),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=200,
)


def texts(splitter: ClauseSplitter, text: str) -> list[str]:
    return [clause.text for clause in splitter.split(Document("t", text))]


def assert_sound(text: str, clauses: list[Clause]) -> None:
    """Clauses are slices of the text, in order, without overlap, and lose no letter or digit."""
    end, kept = 0, 0
    for clause in clauses:
        assert clause.text == text[clause.start : clause.end] == clause.text.strip()
        assert clause.start >= end
        end = clause.end
        kept += sum(character.isalnum() for character in clause.text)
        assert all(clause.start <= morpheme.start < clause.end for morpheme in clause.morphemes)
    assert kept == sum(character.isalnum() for character in text)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=AWKWARD)
def test_clauses_are_slices_of_any_text(splitter: ClauseSplitter, text: str) -> None:
    assert_sound(text, splitter.split(Document("t", text)))


def test_clauses_of_policies_are_slices(splitter: ClauseSplitter, policies: list[LabelledDocument]) -> None:
    for policy in policies:
        assert_sound(policy.document.text, splitter.split(policy.document))


def test_decomposed_text_is_cut_like_composed_text(splitter: ClauseSplitter, policies: list[LabelledDocument]) -> None:
    text = policies[0].document.text[:3000]
    decomposed = unicodedata.normalize("NFD", text)
    clauses = splitter.split(Document("t", decomposed))
    assert_sound(decomposed, clauses)
    assert [unicodedata.normalize("NFC", clause.text) for clause in clauses] == texts(splitter, text)


def test_invisible_characters_do_not_move_cuts(splitter: ClauseSplitter) -> None:
    clean = "회사는 이름을 수집합니다. 이메일도 수집합니다."
    soiled = "\ufeff회사\u200b는 이름을 수집\u200d합니다. 이메일도\u2060 수집합니다.\u200b"
    assert len(texts(splitter, soiled)) == len(texts(splitter, clean)) == 2
    assert_sound(soiled, splitter.split(Document("t", soiled)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("제1조(목적)\n① 이용합니다.\r\n1. 이름\n가. 주소", ["제1조(목적)", "① 이용합니다.", "1. 이름", "가. 주소"]),
        ("■ 수집 항목\n- 이름\n※ 선택 항목은 없습니다.", ["■ 수집 항목", "- 이름", "※ 선택 항목은 없습니다."]),
        ("수탁자\t업무\n㈜가온\t배송", ["수탁자\t업무", "㈜가온\t배송"]),
        ("수집합니다. 보관은 3년입니다. 파기합니다.", ["수집합니다.", "보관은 3년입니다.", "파기합니다."]),
        ("① 회원을 관리합니다. ② 고객을 상담합니다.", ["① 회원을 관리합니다.", "② 고객을 상담합니다."]),
        ("이름\n이메일\n3년", ["이름", "이메일", "3년"]),
    ],
)
def test_cuts_by_structure_and_sentence(splitter: ClauseSplitter, text: str, expected: list[str]) -> None:
    assert texts(splitter, text) == expected


@pytest.mark.parametrize(
    "whole",
    [
        "㈜하늘빛(이하 '회사'라 합니다)은 개인정보를 소중히 다룹니다.",
        "이 방침은 2024. 3. 15.부터 시행합니다.",
        "문의는 privacy@haneulbit.example 로 보내 주십시오.",
        "자세한 내용은 https://www.haneulbit.example/policy/v1.2 에서 볼 수 있습니다.",
    ],
)
def test_does_not_cut_inside(splitter: ClauseSplitter, whole: str) -> None:
    assert texts(splitter, whole) == [whole]


def test_a_line_of_a_million_characters(splitter: ClauseSplitter) -> None:
    text = "회사는 이름과 전자우편 주소를 수집하여 회원을 관리합니다. " * 3200
    clauses = splitter.split(Document("t", text))
    assert_sound(text, clauses)
    assert 3000 < len(clauses) < 3500


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["가", "회사는 이름을 수집합니다. ", "ㅋ", "1.", "①", "a"])
def test_a_million_characters_on_one_line(splitter: ClauseSplitter, unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    assert_sound(text, splitter.split(Document("t", text)))


def test_splitting_together_equals_splitting_alone(splitter: ClauseSplitter, policies: list[LabelledDocument]) -> None:
    documents = [policy.document for policy in policies]
    assert splitter.split_all(documents) == [splitter.split(document) for document in documents]


def test_units_are_read_as_the_annotator_cut_them(splitter: ClauseSplitter, policies: list[LabelledDocument]) -> None:
    policy = policies[0]
    clauses = splitter.read_units(policy.document, [(unit.start, unit.end, unit.kind) for unit in policy.units])
    assert [(clause.start, clause.end, clause.kind) for clause in clauses] == [
        (unit.start, unit.end, unit.kind) for unit in policy.units
    ]
    assert all(clause.morphemes for clause in clauses)


def test_cells_and_words_are_marked(splitter: ClauseSplitter) -> None:
    (row,) = splitter.split(Document("t", "구글 코리아\t미국\t이름"))
    assert [morpheme.form for morpheme in row.morphemes if morpheme.cell] == ["미국", "이름"]
    words = [morpheme.word for morpheme in row.morphemes]
    assert words == sorted(words)
    assert len(set(words)) == 4


def test_empty_text_has_no_clauses(splitter: ClauseSplitter) -> None:
    assert texts(splitter, "") == texts(splitter, " \n\t\n\u200b") == []
