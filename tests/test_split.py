"""Split: documents of one company or template never stand on both sides."""

import pytest

from data.document import Document
from data.gold import LabelledDocument
from data.split import overlap, split, template_groups, word_runs


def document(name: str, text: str, **meta: str) -> LabelledDocument:
    return LabelledDocument(Document(name, text), (), meta)


def words(start: int, count: int) -> str:
    return " ".join(f"낱말{number}" for number in range(start, start + count))


def test_word_runs_and_overlap() -> None:
    assert word_runs("가 나 다, 라 마 바") == {("가", "나", "다", "라", "마"), ("나", "다", "라", "마", "바")}
    assert overlap(word_runs(words(0, 10)), word_runs(words(0, 20))) == 1.0
    assert overlap(set(), word_runs(words(0, 10))) == 0.0


def test_groups_by_template_and_company() -> None:
    documents = [
        document("a", words(0, 40)),
        document("b", words(10, 40)),
        document("c", words(1000, 40), company="가온"),
        document("d", words(2000, 40), company="가온"),
        document("e", words(3000, 40)),
    ]
    groups = template_groups(documents)
    assert groups[0] == groups[1]
    assert groups[2] == groups[3]
    assert len(set(groups)) == 3


def test_groups_stay_whole_and_shares_are_met() -> None:
    documents = [document(f"{group}-{copy}", words(1000 * group, 40)) for group in range(20) for copy in range(2)]
    parts = split(documents, {"train": 0.7, "dev": 0.15, "test": 0.15}, seed=1)
    assert {name: len(part) for name, part in parts.items()} == {"train": 28, "dev": 6, "test": 6}
    sides = {name: {one.document.id.split("-")[0] for one in part} for name, part in parts.items()}
    assert not sides["train"] & sides["dev"] | sides["train"] & sides["test"] | sides["dev"] & sides["test"]


def test_the_seed_decides() -> None:
    documents = [document(str(number), words(1000 * number, 40)) for number in range(20)]
    shares = {"train": 0.5, "dev": 0.5}
    assert split(documents, shares, 1) == split(documents, shares, 1) != split(documents, shares, 2)


def test_shares_must_add_up() -> None:
    with pytest.raises(ValueError, match=r"shares must add up to 1, not 0\.900"):
        split([], {"train": 0.9}, 1)
