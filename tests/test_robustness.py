"""Robustness: a classifier that looks at one thing loses exactly where that thing is lost."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.clause import Clause, ClauseSplitter
from data.gold import LabelledDocument, write_gold
from data.labels import KEYS
from data.marker import marker_style
from data.noise import noises
from eval.__main__ import app
from eval.robustness import robustness
from model.prediction import ModelIdentity, Prediction


class Oracle:
    """Knows every clause's labels, as long as it sees the whole document and the words stand apart."""

    def __init__(self, policies: Sequence[LabelledDocument]) -> None:
        self._labels = {policy.text_of(unit): unit.labels for policy in policies for unit in policy.units}

    @property
    def identity(self) -> ModelIdentity:
        return ModelIdentity("oracle", "", "1")

    def predict(self, documents: Sequence[Sequence[Clause]]) -> list[list[Prediction]]:
        return [[self._prediction(clause, len(clauses)) for clause in clauses] for clauses in documents]

    def _prediction(self, clause: Clause, company: int) -> Prediction:
        labels = self._labels.get(clause.text, ()) if company > 1 else ()
        return Prediction(tuple(float(key in labels) for key in KEYS), tuple(labels))


def test_each_condition_takes_away_what_it_says(policies: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    policy = next(one for one in policies if any(marker_style(one.text_of(unit)) for unit in one.units))
    figures = {one.name: one.scores.micro.f1 for one in robustness(Oracle([policy]), [policy], splitter)}
    assert figures["as it is"] == 1.0
    assert figures["each clause alone"] == 0.0
    for name in ("spacing removed", "typos", "markers stripped", "decomposed (NFD)"):
        assert figures[name] < 1.0, name
    assert figures["our own cuts and kinds"] > 0.5


def test_the_command_prints_every_condition(
    policies: list[LabelledDocument], splitter: ClauseSplitter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.__main__.KeepingSplitter", lambda: splitter)
    shortest, other = sorted(policies, key=lambda one: len(one.document.text))[:2]
    write_gold(tmp_path / "gold.jsonl", [shortest, other])
    command = ["robustness", str(tmp_path / "gold.jsonl"), "--model", "keywords", "--without", other.document.id]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    printed = dict(re.findall(r"│ (\S.*?) +│ +(\S+) │ +\S+ │", result.output))
    assert list(printed) == ["as it is", *noises(), "each clause alone", "our own cuts and kinds"]
    assert printed["spacing removed"] < printed["as it is"]


def test_the_command_names_the_cure(policies: list[LabelledDocument], tmp_path: Path) -> None:
    write_gold(tmp_path / "gold.jsonl", policies[:1])
    result = CliRunner().invoke(app, ["robustness", str(tmp_path / "gold.jsonl"), "--model", "nowhere"])
    assert result.exit_code == 1
    assert "bangchim-eval: no model 'nowhere'; name bundled, keywords" in result.output
