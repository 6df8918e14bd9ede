"""Vocabulary: known morphemes have one id, unknown ones are spelt, numbers fall back to their shape."""

from pathlib import Path

import pytest

from data.clause import Morpheme
from model.vocabulary import CELL, SPECIAL, UNKNOWN, Vocabulary, learn

ENTRIES = [*SPECIAL, "##가", "##온", "개인정보/NNG", "하/XSV", "00/SN", "0,000/SN", "[W_EMAIL]", "google/SL"]


def morpheme(form: str, tag: str = "NNG", word: int = 0, cell: bool = False) -> Morpheme:
    return Morpheme(form, tag, 0, word, cell)


def entries(*morphemes: Morpheme) -> list[str]:
    vocabulary = Vocabulary(ENTRIES)
    return [vocabulary.entries[number] for number, _ in vocabulary.encode_words(morphemes)]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (morpheme("개인정보"), ["개인정보/NNG"]),
        (morpheme("Google", "SL"), ["google/SL"]),
        (morpheme("a@b.example", "W_EMAIL"), ["[W_EMAIL]"]),
        (morpheme("37", "SN"), ["00/SN"]),
        (morpheme("1,234", "SN"), ["0,000/SN"]),
        (morpheme("가온", "NNP"), ["##가", "##온"]),
        (morpheme("꽹가"), [UNKNOWN, "##가"]),
        (morpheme("가" * 50), ["##가"] * 12),
    ],
)
def test_encoding(one: Morpheme, expected: list[str]) -> None:
    assert entries(one) == expected


def test_a_cell_is_opened_by_its_own_token() -> None:
    assert entries(morpheme("개인정보"), morpheme("하", "XSV", 1, cell=True)) == ["개인정보/NNG", CELL, "하/XSV"]


def test_written_and_read(tmp_path: Path, vocabulary: Vocabulary) -> None:
    vocabulary.write(tmp_path / "vocabulary.txt")
    assert Vocabulary.read(tmp_path / "vocabulary.txt").entries == vocabulary.entries


def test_learns_the_commonest_by_weight() -> None:
    rare, common = [morpheme("쿠키")], [morpheme("법률")] * 3
    learnt = learn([(rare, 10.0), (common, 1.0)], size=len(SPECIAL) + 2, characters=1)
    assert learnt.entries[len(SPECIAL) :] == ("##쿠", "쿠키/NNG")


def test_refuses_a_list_that_is_no_vocabulary() -> None:
    with pytest.raises(ValueError, match=r"a vocabulary opens with \[PAD\] \[UNK\]"):
        Vocabulary(["개인정보/NNG"])
    with pytest.raises(ValueError, match="names each entry once"):
        Vocabulary([*SPECIAL, "가/NNG", "가/NNG"])
