"""Rendering: JSON in the shape of the gold, CSV that a spreadsheet reads safely, a table for people."""

import csv
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from data.clause import ClauseSplitter
from data.document import Document, Place
from data.gold import LabelledDocument, read_gold
from data.labels import KEYS
from model.bundle import Bundle
from model.classifier import load_classifier
from model.prediction import ModelIdentity, Prediction
from serve.label import LabelledClause, LabelledPolicy, Labeller
from serve.render import CSV_COLUMNS, to_csv, to_jsonl, to_table


@pytest.fixture(scope="module")
def policy(splitter: ClauseSplitter, tiny_bundle: Bundle, policies: list[LabelledDocument]) -> LabelledPolicy:
    return Labeller(splitter, load_classifier(tiny_bundle.folder)).label([policies[1].document])[0]


def test_jsonl_is_gold_with_scores_and_model(policy: LabelledPolicy, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text(to_jsonl([policy]), encoding="utf-8")
    (gold,) = read_gold(tmp_path / "out.jsonl")
    assert [(unit.start, unit.end) for unit in gold.units] == [
        (item.clause.start, item.clause.end) for item in policy.clauses
    ]
    record = json.loads(to_jsonl([policy]))
    assert record["model"]["id"] == "tiny"
    assert set(record["model"]) == {"id", "sha256", "guideline", "law"}
    assert list(record["units"][0]["scores"]) == list(KEYS)


def test_csv_has_a_row_a_clause(policy: LabelledPolicy) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv([policy]))))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert len(rows) == len(policy.clauses)


@pytest.mark.parametrize("text", ["=1+1", "+82", "-2", "@SUM(A1)"])
def test_csv_runs_no_formula(splitter: ClauseSplitter, text: str) -> None:
    clauses = splitter.split(Document("t", text))
    items = tuple(LabelledClause(clause, Prediction((0.0,) * 10, ())) for clause in clauses)
    labelled = LabelledPolicy(Document("t", text), items, ModelIdentity("m", "0", "1"))
    (row,) = csv.DictReader(io.StringIO(to_csv([labelled])))
    assert row["text"] == f"'{text}"


def test_clauses_of_a_file_tell_their_place(splitter: ClauseSplitter) -> None:
    document = Document("t", "개인정보 처리방침\n제1조 목적", (), (Place(0, "page 1"), Place(10, "page 2")))
    items = tuple(LabelledClause(clause, Prediction((0.0,) * 10, ())) for clause in splitter.split(document))
    labelled = LabelledPolicy(document, items, ModelIdentity("m", "0", "1"))
    assert [unit["place"] for unit in json.loads(to_jsonl([labelled]))["units"]] == ["page 1", "page 2"]
    assert [row["place"] for row in csv.DictReader(io.StringIO(to_csv([labelled])))] == ["page 1", "page 2"]


def test_clauses_of_plain_text_have_no_place(policy: LabelledPolicy) -> None:
    assert "place" not in json.loads(to_jsonl([policy]))["units"][0]


def test_table_names_labels_in_korean_and_english(policy: LabelledPolicy) -> None:
    console = Console(width=120, file=io.StringIO(), record=True)
    console.print(to_table(policy))
    shown = console.export_text()
    assert "국외 이전 Transfer abroad" in shown
    assert f"{len(policy.clauses)}개 절" in shown
    assert "모델 model tiny" in shown
