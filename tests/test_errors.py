"""Mistakes are told with their context and the words that carried them."""

from collections.abc import Sequence

import pytest

from data.clause import Clause, ClauseSplitter
from data.document import Document
from data.gold import LabelledDocument, Unit
from eval.errors import mistakes
from eval.source import ClassifierSource
from model.prediction import ModelIdentity, Prediction

LINES = (("제1조 (쿠키)", "heading"), ("이름을 파기하고 쿠키를 씁니다.", "body"), ("끝입니다.", "body"))


class Believer:
    """Sees cookies where the text says 쿠키, purpose unless it says 파기; the second word of a clause adds a little."""

    identity = ModelIdentity("believer", "0" * 64, "1")

    def predict(self, documents: Sequence[Sequence[Clause]]) -> list[list[Prediction]]:
        return [[_prediction(clause.text) for clause in clauses] for clauses in documents]


def _prediction(text: str) -> Prediction:
    cookies = 0.1 + 0.6 * ("쿠키" in text) + 0.05 * ("씁니다" in text)
    purpose = 0.8 - 0.7 * ("파기" in text)
    labels = tuple(name for name, score in (("purpose", purpose), ("cookies", cookies)) if score >= 0.5)
    return Prediction((0.0, purpose, *(0.0,) * 5, cookies, 0.0, 0.0), labels)


def policy(*labels: tuple[str, ...]) -> LabelledDocument:
    text, units = "", []
    for (line, kind), of_line in zip(LINES, labels, strict=True):
        units.append(Unit(len(text), len(text) + len(line), kind, of_line))
        text += line + "\n"
    return LabelledDocument(Document("one", text), tuple(units))


@pytest.fixture
def source(splitter: ClauseSplitter) -> ClassifierSource:
    return ClassifierSource(Believer(), splitter, "ours")


def test_words_for_what_was_added_and_against_what_was_missed(source: ClassifierSource) -> None:
    labelled = policy(("purpose", "cookies"), ("purpose",), ("purpose",))
    (found,) = mistakes(source, source.answers([labelled]), [labelled])
    assert (found.added, found.missed) == (("cookies",), ("purpose",))
    assert (found.heading, found.before, found.after) == (LINES[0][0], LINES[0][0], LINES[2][0])
    assert found.sureness == pytest.approx(0.9)
    assert [(one.word, one.effect) for one in found.words["cookies"]] == [("쿠키를", 0.6), ("씁니다.", 0.05)]
    assert [(one.word, one.effect) for one in found.words["purpose"]] == [("파기하고", -0.7)]
    for one in (one for words in found.words.values() for one in words):
        assert labelled.document.text[one.start :].startswith(one.word)


def test_the_surest_come_first_and_as_many_as_asked(source: ClassifierSource) -> None:
    labelled = policy((), ("purpose", "cookies"), ())
    answers = source.answers([labelled])
    assert [one.start for one in mistakes(source, answers, [labelled])] == [9, 0, 27]
    assert [one.start for one in mistakes(source, answers, [labelled], most=1)] == [9]


def test_no_words_where_the_model_cannot_be_asked(source: ClassifierSource) -> None:
    class Mute:
        identity = Believer.identity
        answers = source.answers

        def influences(self, answers: Sequence[object], documents: Sequence[object]) -> list[list[object]]:
            return [[] for _ in answers]

    labelled = policy((), (), ())
    assert all(one.words == {} for one in mistakes(Mute(), source.answers([labelled]), [labelled]))
