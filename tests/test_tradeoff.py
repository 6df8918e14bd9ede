"""Accuracy against speed: each model once, figures of the harness, a picture with a dot a model."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from data.clause import ClauseSplitter
from data.gold import LabelledDocument, write_gold
from eval import chart
from eval.__main__ import app
from eval.harness import answer, score_answers
from eval.tradeoff import measure
from model.bundle import Bundle
from model.keywords import KeywordClassifier


def test_figures_are_the_harness_own(policies: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    (point,) = measure(["keywords"], policies[:2], splitter)
    scores = score_answers(answer(KeywordClassifier(), policies[:2], splitter, gold_units=True))
    assert (point.micro, point.macro) == (scores.micro.f1, scores.macro.f1)
    assert point.model == KeywordClassifier().identity
    assert point.rate > 0
    assert point.long > 0


def test_faster_stands_to_the_right_and_better_above() -> None:
    root = ElementTree.fromstring(chart.as_file(chart.tradeoff({"small": (4000, 0.81), "large": (900, 0.93)})))
    dots = [node for node in root.iter() if node.tag.endswith("circle")]
    (small, large) = ((float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in dots)
    assert small[0] > large[0]
    assert small[1] > large[1]
    assert {"small", "large"} <= {node.text for node in root.iter() if node.tag.endswith("text")}


def test_the_command_prints_and_draws(tiny_bundle: Bundle, policies: list[LabelledDocument], tmp_path: Path) -> None:
    write_gold(tmp_path / "gold.jsonl", policies[:1])
    models = ["--model", "keywords", "--model", str(tiny_bundle.folder)]
    done = CliRunner().invoke(
        app, ["tradeoff", str(tmp_path / "gold.jsonl"), *models, "--picture", str(tmp_path / "picture.svg")]
    )
    assert done.exit_code == 0, done.output
    assert "clauses/s" in done.output
    assert "tiny" in (tmp_path / "picture.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("points", [{"one": (100.0, 0.9)}, {"one": (100.0, 0.9), "same": (100.0, 0.9)}])
def test_a_picture_of_one_place_is_drawn(points: dict[str, tuple[float, float]]) -> None:
    assert chart.tradeoff(points).count("<circle") == len(points)
