"""The bars on real policies, which are not part of the repository: `pytest -m shared` where ../shared stands."""

from pathlib import Path

import pytest

from data.clause import ClauseSplitter
from data.gold import LabelledDocument, read_gold
from data.originality import shared_morpheme_runs, verbatim_units
from eval.harness import answer, cut, score_answers
from eval.segmentation import segmentation
from model.bundle import BUNDLED
from model.classifier import load_classifier
from tests.conftest import POLICIES
from training.kinds import measure

GOLD = Path(__file__).parent.parent.parent / "shared" / "gold"

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def dev() -> list[LabelledDocument]:
    return read_gold(GOLD / "dev.jsonl")


def test_clauses_are_cut_where_annotators_cut(dev: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    assert segmentation(dev, cut(dev, splitter, "ours")).f1 >= 0.97


def test_kinds_are_found(dev: list[LabelledDocument]) -> None:
    assert measure(dev)[0] >= 0.92


def test_the_shipped_model_keeps_its_bar(dev: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    answers = answer(load_classifier(BUNDLED), dev, splitter)
    assert score_answers(answers, ("body",)).micro.f1 >= 0.80
    assert score_answers(answers).micro.f1 >= 0.84


def test_our_corpus_copies_no_real_policy(splitter: ClauseSplitter, dev: list[LabelledDocument]) -> None:
    own = read_gold(*(POLICIES / f"{part}.jsonl" for part in ("train", "dev", "test")))
    real = [*read_gold(GOLD / "train.jsonl"), *dev]
    assert verbatim_units(own, real) == []
    assert shared_morpheme_runs(own, real, splitter) <= 0.03
