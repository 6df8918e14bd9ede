"""The TF-IDF baseline and its second stage learn, and answer alike whatever stands beside a document."""

import pytest

from data.clause import ClauseSplitter
from data.document import Document
from data.gold import LabelledDocument, Unit
from eval.harness import answer, score_answers
from model.baseline import LinearClassifier, train_stack, train_tfidf

SECTIONS = (
    (
        "수집하는 항목",
        "collection",
        ("이름과 {} 주소를 받습니다", "{} 가입 때 전화를 적습니다", "{} 기록이 생깁니다"),
    ),
    ("보유 기간과 파기", "retention", ("{} 자료는 3년 동안 둡니다", "{} 파일은 지웁니다", "{} 종이는 분쇄합니다")),
    (
        "업무의 위탁",
        "entrustment",
        ("{} 배송을 물류사에 맡깁니다", "{} 상담사를 살핍니다", "{} 수탁자는 둘입니다"),
    ),
)
TRADES = ("서점", "병원", "학원", "은행", "여행", "게임", "꽃집", "농장")


def policy(number: int) -> LabelledDocument:
    """A short policy of a trade, its sections in an order of their own."""
    lines = [("우리의 개인정보 방침", "heading", ())]
    for at in range(len(SECTIONS)):
        title, label, sentences = SECTIONS[(at + number) % len(SECTIONS)]
        lines.append((f"{at + 1}. {title}", "heading", (label,)))
        lines += [(sentence.format(TRADES[number]) + ".", "body", (label,)) for sentence in sentences]
    text, units = "", []
    for line, kind, labels in lines:
        units.append(Unit(len(text), len(text) + len(line), kind, labels))
        text += line + "\n"
    return LabelledDocument(Document(TRADES[number], text), tuple(units))


@pytest.fixture(scope="module")
def learnt(splitter: ClauseSplitter) -> list[LinearClassifier]:
    documents = [policy(number) for number in range(6)]
    return [train_tfidf(documents, splitter), train_stack(documents, splitter)]


def test_both_label_policies_of_unseen_trades(learnt: list[LinearClassifier], splitter: ClauseSplitter) -> None:
    unseen = [policy(6), policy(7)]
    for classifier in learnt:
        assert score_answers(answer(classifier, unseen, splitter, gold_units=True)).micro.f1 > 0.9


def test_labels_that_were_never_seen_are_never_given(learnt: list[LinearClassifier], splitter: ClauseSplitter) -> None:
    clauses = splitter.split(policy(6).document)
    for classifier in learnt:
        for prediction in classifier.predict([clauses])[0]:
            assert set(prediction.labels) <= {"collection", "retention", "entrustment"}
            assert prediction.score_of("transfer") < 0.05


def test_a_document_alone_has_the_same_predictions(learnt: list[LinearClassifier], splitter: ClauseSplitter) -> None:
    one, other = (splitter.split(policy(number).document) for number in (6, 7))
    for classifier in learnt:
        assert classifier.predict([one, other]) == [*classifier.predict([one]), *classifier.predict([other])]
        assert classifier.predict([[]]) == [[]]


def test_identity_names_what_it_was_trained_on(learnt: list[LinearClassifier], splitter: ClauseSplitter) -> None:
    assert [classifier.identity.id for classifier in learnt] == ["tfidf", "stack"]
    other = train_tfidf([policy(number) for number in range(5)], splitter)
    assert other.identity.sha256 != learnt[0].identity.sha256


def test_documents_of_one_template_are_refused(splitter: ClauseSplitter) -> None:
    with pytest.raises(ValueError, match="two templates"):
        train_tfidf([policy(0)], splitter)


def test_the_seed_is_named_and_told_apart(learnt: list[LinearClassifier], splitter: ClauseSplitter) -> None:
    documents = [policy(number) for number in range(6)]
    clauses = [splitter.split(policy(6).document)]
    for train, first in zip((train_tfidf, train_stack), learnt, strict=True):
        again, other = (train(documents, splitter, seed) for seed in (0, 1))
        assert (again.identity, again.predict(clauses)) == (first.identity, first.predict(clauses))
        assert other.identity.sha256 != first.identity.sha256
    assert other.predict(clauses) != first.predict(clauses)  # of the stack; of so few policies tfidf is the same
