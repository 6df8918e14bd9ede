"""bangchim-eval curve: F1 by number of training policies, as table and picture."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.clause import ClauseSplitter
from data.gold import read_gold, write_gold
from eval.__main__ import app
from eval.curve import read_curve

POLICIES = Path(__file__).parent.parent / "data" / "policies"


@pytest.fixture(autouse=True)
def one_kiwi(monkeypatch: pytest.MonkeyPatch, splitter: ClauseSplitter) -> None:
    """Spares each command the loading of Kiwi."""
    monkeypatch.setattr("eval.__main__.KeepingSplitter", lambda: splitter)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Five policies to learn from and two to score."""
    write_gold(tmp_path / "train.jsonl", read_gold(POLICIES / "train.jsonl")[:5])
    write_gold(tmp_path / "dev.jsonl", read_gold(POLICIES / "dev.jsonl")[:2])
    return [str(tmp_path / "dev.jsonl"), "--train", str(tmp_path / "train.jsonl")]


def test_points_are_printed_and_drawn(files: list[str], tmp_path: Path) -> None:
    page, out = tmp_path / "curve.html", tmp_path / "curve.json"
    options = ["--sizes", "2,4", "--seeds", "2", "--report", str(page), "--json", str(out)]
    result = CliRunner().invoke(app, ["curve", *files, *options])
    assert result.exit_code == 0, result.output
    assert re.search(r"\b2 │.*\b4 │", result.output, re.DOTALL)
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg") == 1 and html.count("<polyline") == 2
    assert "http:" not in html and "https:" not in html
    learning = read_curve(out)
    assert [one.policies for one in learning.points] == [2, 4]
    for one in learning.points:
        assert one.micro.value == pytest.approx(one.micro_seeds.mean) == pytest.approx(sum(one.micro_seeds.values) / 2)
        assert one.micro.low <= one.micro.value <= one.micro.high
    assert learning.points[0].micro_seeds.deviation > 0


def test_both_baselines_can_be_trained(files: list[str], tmp_path: Path) -> None:
    curves = {}
    for model in ("tfidf", "stack"):
        out = tmp_path / f"{model}.json"
        result = CliRunner().invoke(app, ["curve", *files, "--model", model, "--sizes", "2", "--json", str(out)])
        assert result.exit_code == 0, result.output
        assert f"{model} by training policies" in " ".join(result.output.split())
        curves[model] = read_curve(out)
    assert curves["stack"].model == "stack"
    (tfidf,), (stack,) = curves["tfidf"].points, curves["stack"].points
    assert tfidf.units == stack.units and tfidf.micro != stack.micro
    assert 0.2 < stack.micro.value < 1


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ("2,9", "5 policies to train on, fewer than 9; give more, or smaller --sizes"),
        ("1,2", "is no list of numbers of policies"),
        ("2;4", "write 10,20,40,80"),
    ],
)
def test_errors_name_the_cure(files: list[str], sizes: str, message: str) -> None:
    result = CliRunner().invoke(app, ["curve", *files, "--sizes", sizes])
    assert result.exit_code == 1
    assert message in result.output


def test_what_is_learnt_is_not_scored(files: list[str]) -> None:
    result = CliRunner().invoke(app, ["curve", files[2], "--train", files[2], "--sizes", "2"])
    assert result.exit_code == 1
    assert "are scored too" in result.output
