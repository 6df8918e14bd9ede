"""Words are left out one at a time, and a clause is asked about among its neighbours."""

import numpy as np

from data.clause import ClauseSplitter
from data.document import Document
from data.labels import COLUMN
from eval.words import influences
from model.bundle import BUNDLED
from model.classifier import load_classifier
from model.keywords import KeywordClassifier

TEXT = "제1조 (쿠키)\n안내입니다.\n이름과 \t쿠키를 씁니다.\n" + "끝.\n" * 9


def test_what_a_word_adds_is_what_its_absence_takes(splitter: ClauseSplitter) -> None:
    clauses = splitter.split(Document("one", TEXT.replace("제1조 (쿠키)", "제1조 (안내)")))
    (found,) = influences(KeywordClassifier(), [(clauses, 2)])
    assert found.words == ((16, "이름과"), (21, "쿠키를"), (25, "씁니다."))
    np.testing.assert_allclose(found.effects[:, COLUMN["cookies"]], [0, 0.88, 0], atol=1e-9)
    assert found.whole.labels == ("cookies",)


def test_the_heading_over_a_clause_is_seen_from_afar(splitter: ClauseSplitter) -> None:
    clauses = splitter.split(Document("one", TEXT))
    (found,) = influences(KeywordClassifier(), [(clauses, len(clauses) - 1)])
    assert found.whole.labels == ("cookies",)


def test_many_clauses_asked_together_are_answered_like_each_alone(splitter: ClauseSplitter) -> None:
    classifier = load_classifier(BUNDLED, threads=1)
    clauses = splitter.split(Document("one", TEXT))
    together = influences(classifier, [(clauses, 2), (clauses, 0), (clauses, 2)])
    (alone,) = influences(classifier, [(clauses, 2)])
    assert together[0].words == together[2].words == alone.words
    np.testing.assert_allclose(together[0].effects, alone.effects, atol=1e-6)
    np.testing.assert_allclose(together[2].effects, alone.effects, atol=1e-6)
    assert np.abs(alone.effects).max() > 0
