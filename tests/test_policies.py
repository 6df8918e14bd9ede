"""Policies of our own: sound, of the sizes that the README states, original inside, invented throughout."""

import re
from collections import Counter

import pytest

from data.gold import LabelledDocument, read_gold
from data.originality import closest_pairs
from data.split import template_groups
from tests.conftest import POLICIES

PARTS = ("train", "dev", "test")
# Bodies, statutes' portals and opt-out pages that a policy may name as they are.
REAL_NUMBERS = re.compile(r"\b(?:118|182|1301|1336|1833-6972|1566-0112|02-3480-2000)\b")
PERSONAL_NUMBER = re.compile(r"\b0\d{1,2}-\d{3,4}-\d{4}\b")
NOBODYS_NUMBER = re.compile(r"^(?:0\d{1,2}-000-\d{4}|0\d{1,2}-0000-\d{4})$")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


@pytest.fixture(scope="module")
def parts() -> dict[str, list[LabelledDocument]]:
    return {part: read_gold(POLICIES / f"{part}.jsonl") for part in PARTS}


@pytest.fixture(scope="module")
def corpus(parts: dict[str, list[LabelledDocument]]) -> list[LabelledDocument]:
    return [document for part in parts.values() for document in part]


def test_sizes(parts: dict[str, list[LabelledDocument]], corpus: list[LabelledDocument]) -> None:
    assert {part: len(documents) for part, documents in parts.items()} == {"train": 404, "dev": 25, "test": 25}
    labels = Counter(label for document in corpus for unit in document.units for label in unit.labels)
    assert sum(len(document.units) for document in corpus) == 50621
    assert labels["transfer"] >= 700
    assert labels["cookies"] >= 600


def test_rare_topics_are_spread(corpus: list[LabelledDocument]) -> None:
    traits = Counter(trait for document in corpus for trait in document.meta["traits"])
    rare = (
        "children", "location", "cctv", "automated", "portability", "pseudonym", "additional-use",
        "domestic-agent", "sensitive", "app-permissions",
    )  # fmt: skip
    assert min(traits[trait] for trait in rare) >= 40
    assert len({document.meta["sector"] for document in corpus}) >= 30


def test_no_template_stands_twice(corpus: list[LabelledDocument]) -> None:
    assert len(set(template_groups(corpus))) == len(corpus)
    assert closest_pairs(corpus, 1)[0].share < 0.25


def test_units_leave_no_letter_out(corpus: list[LabelledDocument]) -> None:
    for document in corpus:
        inside = sum(character.isalnum() for unit in document.units for character in document.text_of(unit))
        assert inside == sum(character.isalnum() for character in document.document.text), document.document.id


def test_numbers_and_mails_reach_nobody(corpus: list[LabelledDocument]) -> None:
    for document in corpus:
        numbers = PERSONAL_NUMBER.findall(document.document.text)
        strange = [number for number in numbers if not NOBODYS_NUMBER.match(number) and not REAL_NUMBERS.search(number)]
        assert strange == [], document.document.id
        mails = [mail for mail in MAIL.findall(document.document.text) if not mail.endswith(".example")]
        assert mails == [], document.document.id
