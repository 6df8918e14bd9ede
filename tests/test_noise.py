"""Noise: a changed document has the units, kinds and labels of the original, and its offsets fit."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.document import Document
from data.gold import LabelledDocument, Unit
from data.noise import careless_spaces, changed, decomposed, noises, typos, without_spaces


@pytest.mark.parametrize("name", list(noises()))
def test_units_and_labels_stay(policies: list[LabelledDocument], name: str) -> None:
    for policy in policies:
        noisy = changed(policy, noises()[name])
        assert [(unit.kind, unit.labels) for unit in noisy.units] == [(unit.kind, unit.labels) for unit in policy.units]
        assert noisy.document.text != policy.document.text
        for unit in noisy.units:
            text = noisy.text_of(unit)
            assert text and text == text.strip()


@given(st.lists(st.text(alphabet="가나 \tab①", min_size=1).map(str.strip).filter(bool), min_size=1), st.integers())
def test_offsets_fit_what_was_changed(texts: list[str], seed: int) -> None:
    units, text = [], ""
    for part in texts:
        text += "\n"
        units.append(Unit(len(text), len(text) + len(part), "body", ()))
        text += part
    made: list[str] = []

    def change(old: str) -> str:
        made.append("" if len(made) % 3 == seed % 3 else old[::-1])
        return made[-1]

    noisy = changed(LabelledDocument(Document("d", text + "\n"), tuple(units)), change)
    expected = [new.strip() or old for new, old in zip(made, texts, strict=True)]
    assert [noisy.text_of(unit) for unit in noisy.units] == expected
    assert noisy.document.text == "".join(f"\n{part}" for part in expected) + "\n"


def test_each_change_does_what_it_says() -> None:
    text = "① 이름과 연락처를\t3년간 보관합니다."
    assert without_spaces(text) == "①이름과연락처를\t3년간보관합니다."
    assert careless_spaces(text, random.Random(1), share=1.0) == without_spaces(text)
    assert careless_spaces(text, random.Random(1), share=0.0) == text
    assert unicodedata.normalize("NFC", decomposed(text)) == text != decomposed(text)
    assert typos(text, random.Random(1), share=0.0) == text
    spoilt = typos(text, random.Random(1), share=1.0)
    assert spoilt != text
    assert [letter for letter in spoilt if not "가" <= letter <= "힣"] == list("①  \t3 .")
