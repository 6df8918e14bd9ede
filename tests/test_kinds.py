"""Kinds model: fitted on labelled documents, it beats calling everything body text."""

from pathlib import Path

import pytest

import data.kind
from data.gold import LabelledDocument
from training.kinds import fit_kinds, measure


def test_fitted_weights_are_read_and_serve(
    tmp_path: Path, policies: list[LabelledDocument], monkeypatch: pytest.MonkeyPatch
) -> None:
    fit_kinds(policies, tmp_path / "kind.json", seen=2)
    data.kind._weights.cache_clear()
    monkeypatch.setattr("data.kind.files", lambda package: tmp_path)
    accuracy, confusion = measure(policies)
    data.kind._weights.cache_clear()
    bodies = sum(unit.kind == "body" for policy in policies for unit in policy.units) / confusion.total()
    assert bodies < 0.9 < accuracy
