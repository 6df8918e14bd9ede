"""Tests of data/readers/spacing.py: breaks inside words told from breaks between them."""

import json
from pathlib import Path

from data.readers.spacing import _breaks, _features, fit, parts_words

DEV = Path(__file__).parents[1] / "data" / "policies" / "dev.jsonl"


def test_breaks_are_judged_by_the_syllables_around_them() -> None:
    assert not parts_words("제공합니", "다.")
    assert not parts_words("회사는개인정", "보를")
    assert parts_words("개인정보를", "수집")
    assert parts_words("회사는", "이용자")


def test_most_breaks_of_policies_it_has_not_seen_are_judged_right() -> None:
    texts = [json.loads(line)["text"] for line in DEV.read_text(encoding="utf-8").splitlines()[:2]]
    found = [
        (parts_words(features[5][:-1], features[6][1:]), blank) for text in texts for features, blank in _breaks(text)
    ]
    assert sum(guess == blank for guess, blank in found) > 0.95 * len(found)


def test_weights_are_fitted_to_texts() -> None:
    weights = fit(["가나 다라 가나 다라 가나 다라"] * 5)
    blank, none = (
        sum(weights.get(name, 0) for name in _features(*ends)) for ends in (("가나", "다라"), ("라가", "나다"))
    )
    assert blank > 0 >= none
