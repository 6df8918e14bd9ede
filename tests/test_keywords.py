"""The keyword floor: own words, and what headings announce."""

from data.clause import ClauseSplitter
from data.document import Document
from model.keywords import KeywordClassifier

TEXT = """개인정보 처리방침
제1조 (개인정보의 처리 위탁)
회사는 다음 업체에 업무를 맡깁니다.
가나물류: 배송
제2조 (개인정보의 파기)
종이는 분쇄합니다.
"""


def test_clauses_inherit_what_their_heading_announces(splitter: ClauseSplitter) -> None:
    clauses = splitter.split(Document("one", TEXT))
    (predictions,) = KeywordClassifier().predict([clauses])
    labels = {clause.text: prediction.labels for clause, prediction in zip(clauses, predictions, strict=True)}
    assert labels["제1조 (개인정보의 처리 위탁)"] == ("entrustment",)
    assert labels["가나물류: 배송"] == ("entrustment",)
    assert labels["종이는 분쇄합니다."] == ("retention",)
    assert labels["개인정보 처리방침"] == ()


def test_a_document_alone_has_the_same_predictions(splitter: ClauseSplitter) -> None:
    clauses = splitter.split(Document("one", TEXT))
    classifier = KeywordClassifier()
    assert classifier.predict([clauses, clauses[:2]])[0] == classifier.predict([clauses])[0]
    assert classifier.predict([[]]) == [[]]


def test_scores_agree_with_labels(splitter: ClauseSplitter) -> None:
    (predictions,) = KeywordClassifier().predict([splitter.split(Document("one", TEXT))])
    for prediction in predictions:
        assert all((prediction.score_of(label) > 0.5) for label in prediction.labels)
        assert sum(score > 0.5 for score in prediction.scores) == len(prediction.labels)
