"""Tests of data/readers/spacing.py: breaks inside words told from breaks between them."""

import pytest

from data.readers.spacing import LONGEST_WORD, Words, whole_words

POLICY = """회사는 이용자의 개인정보를 중요하게 여기며 법령에 따라 처리합니다.
이용자는 개인정보의 열람을 요구할 수 있습니다.
회사는 이용자의 개인정보를 제3자에게 제공하지 않습니다. 다만 이용자가 동의한 때에는 제공할 수 있습니다."""
WORDS = Words(word for line in POLICY.splitlines() for word in whole_words(line))


@pytest.mark.parametrize("line, following", [("모든 개인", "정보를 지킵니다"), ("함께 이용", "자에게 알립니다")])
def test_a_word_that_goes_on_so_elsewhere_was_broken(line: str, following: str) -> None:
    assert not WORDS.are_apart(line, following)


@pytest.mark.parametrize(
    "line, following", [("그리고 이용자의", "정보를"), ("(개인정보를", "이용하고"), ("파는", "법령에")]
)
def test_words_that_stand_alone_elsewhere_are_apart(line: str, following: str) -> None:
    assert WORDS.are_apart(line, following)


def test_unseen_words_are_judged_by_their_syllables() -> None:
    assert WORDS.are_apart("보관하는", "곳")  # 는 mostly ends words here
    assert not WORDS.are_apart("담당이", "공지")  # 이 mostly opens them


def test_the_first_and_last_word_of_a_line_may_be_pieces() -> None:
    assert whole_words("보를 중요하게 여깁니다. 개") == ["중요하게", "여깁니다"]
    assert whole_words("개인") == []


def test_endless_words_take_no_memory() -> None:
    words = Words(["가" * 1_000_000, "나" * LONGEST_WORD])
    assert len(words._beginnings) == LONGEST_WORD
