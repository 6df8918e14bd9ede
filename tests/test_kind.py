"""Kinds: headings, rows and body text told apart on policies that the model was not fitted on."""

from data.gold import LabelledDocument
from data.kind import kinds_of


def test_most_kinds_of_unseen_policies_are_right(policies: list[LabelledDocument]) -> None:
    right = total = 0
    for policy in policies:
        found = kinds_of(policy.document.text, [(unit.start, unit.end) for unit in policy.units])
        right += sum(unit.kind == kind for unit, kind in zip(policy.units, found, strict=True))
        total += len(policy.units)
    assert right / total > 0.85


def test_obvious_kinds() -> None:
    text = (
        "개인정보 처리방침\n제1조 (처리 목적)\n회사는 다음의 목적으로 개인정보를 처리합니다.\n"
        "- 회원 가입 의사 확인\n- 고지사항 전달\n제2조 (위탁)\n수탁업체\t위탁업무\n㈜가온물류\t상품 배송\n"
    )
    spans, start = [], 0
    for line in text.splitlines():
        spans.append((start, start + len(line)))
        start += len(line) + 1
    assert kinds_of(text, spans) == ["heading", "heading", "body", "body", "body", "heading", "heading", "row"]


def test_no_spans_no_kinds() -> None:
    assert kinds_of("", []) == []
