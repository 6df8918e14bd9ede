"""bangchim-eval score: models by name, files of predictions, JSON and page; errors name the cure."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.clause import ClauseSplitter
from data.document import Document
from data.gold import LabelledDocument, Unit, to_record, write_gold
from data.labels import KEYS
from eval.__main__ import app
from eval.curve import Curve, Point
from eval.significance import Interval, Spread

LINES = (
    ("제1조 (개인정보의 처리 위탁)", "heading", ("entrustment",)),
    ("배송을 가나물류에 맡깁니다.", "body", ("entrustment",)),
    ("제2조 (개인정보의 파기)", "heading", ("retention",)),
    ("종이는 분쇄하고 파일은 지웁니다.", "body", ("retention",)),
)


@pytest.fixture(autouse=True)
def one_kiwi(monkeypatch: pytest.MonkeyPatch, splitter: ClauseSplitter) -> None:
    """Spares each command the loading of Kiwi."""
    monkeypatch.setattr("eval.__main__.KeepingSplitter", lambda: splitter)


def policy(name: str) -> LabelledDocument:
    text, units = "", []
    for line, kind, labels in LINES:
        units.append(Unit(len(text), len(text) + len(line), kind, labels))
        text += line + "\n"
    return LabelledDocument(Document(name, text), tuple(units), {"sector": "<shop>"})


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    write_gold(tmp_path / "gold.jsonl", [policy("one"), policy("two")])
    return tmp_path / "gold.jsonl"


def predictions(path: Path, keep: int) -> Path:
    """The gold as a file of predictions, whose first `keep` documents are right and whose others have no labels."""
    records = [to_record(policy(name)) for name in ("one", "two")]
    for record in records[keep:]:
        for unit in record["units"]:
            unit["labels"] = []
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_models_are_scored_and_compared(gold: Path, tmp_path: Path) -> None:
    right, half = (predictions(tmp_path / f"{keep}.jsonl", keep) for keep in (2, 1))
    out, page = tmp_path / "out.json", tmp_path / "out.html"
    models = ["--model", str(right), "--model", str(half), "--model", "keywords"]
    result = CliRunner().invoke(app, ["score", str(gold), *models, "--json", str(out), "--report", str(page)])
    assert result.exit_code == 0, result.output
    record = json.loads(out.read_text(encoding="utf-8"))
    assert [round(one["content"]["micro"]["f1"], 3) for one in record["results"][:2]] == [1.0, 0.667]
    assert record["results"][2]["content"]["micro"]["f1"] == 1.0
    assert record["results"][0]["kinds"]["heading"]["units"] == 4
    assert record["pairs"][0]["micro"]["difference"]["value"] == pytest.approx(1 / 3)
    assert [(one["one"], one["other"]) for one in record["pairs"]] == [("2.jsonl", "1.jsonl"), ("2.jsonl", "keywords")]
    assert record["segmentation"]["f1"] == 1.0
    assert list(record["made"]["data"]) == [str(gold)]
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg") == 1 + 2 * 3
    assert '<h2><span lang="ko">단위 나누기</span>' in html and '<span lang="en">Segmentation</span></h2>' in html
    erring = [
        one for one in record["results"] if min(part["exact"] for part in one["kinds"].values() if part["units"]) < 1
    ]
    assert html.count('<span lang="en">Wrong units</span>') == len(erring) > 0
    assert "&lt;shop&gt;" in html and "<shop>" not in html
    assert " src=" not in html and " href=" not in html and "http:" not in html and "https:" not in html


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("nonsense", "no model 'nonsense'; name bundled, keywords, tfidf"),
        ("tfidf", "name labelled policies by --train FILE"),
        ("missing.jsonl", "missing.jsonl"),
        ("keywords --seeds 3", "--seeds trains tfidf and stack, and neither is named; join bundles by commas"),
        ("GOLD --units gold", "gold.jsonl: a server or a file has units of its own; leave out --units gold"),
    ],
)
def test_errors_name_the_cure(gold: Path, model: str, message: str) -> None:
    result = CliRunner().invoke(app, ["score", str(gold), "--model", *model.replace("GOLD", str(gold)).split()])
    assert result.exit_code == 1
    assert message in " ".join(result.output.split())


@pytest.mark.parametrize("scores", [{"entrustment": 1.5}, {"entrustment": "0.5"}, {"marketing": 0.5}])
def test_scores_that_are_no_probabilities_are_refused(gold: Path, tmp_path: Path, scores: dict[str, object]) -> None:
    record = to_record(policy("one"))
    record["units"][0]["scores"] = scores
    path = tmp_path / "model.jsonl"
    path.write_text(json.dumps(record), encoding="utf-8")
    result = CliRunner().invoke(app, ["score", str(gold), "--model", str(path)])
    assert result.exit_code == 1
    assert "model.jsonl:1: units[0].scores: " in result.output and "write each label's, 0 to 1" in result.output


def test_predictions_of_another_text_are_refused(gold: Path, tmp_path: Path) -> None:
    path = predictions(tmp_path / "other.jsonl", 2)
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["score", str(gold), "--model", str(path)])
    assert result.exit_code == 1
    assert "no document 'two'" in " ".join(result.output.split())


def test_trainings_of_one_model_are_averaged(gold: Path, tmp_path: Path) -> None:
    right, half, out = predictions(tmp_path / "2.jsonl", 2), predictions(tmp_path / "1.jsonl", 1), tmp_path / "o.json"
    page = tmp_path / "out.html"
    arguments = ["--model", f"{half},{right}", "--json", str(out), "--report", str(page)]
    result = CliRunner().invoke(app, ["score", str(gold), *arguments])
    assert result.exit_code == 0, result.output
    (one,) = json.loads(out.read_text(encoding="utf-8"))["results"]
    assert (one["name"], one["model"]["id"]) == ("1.jsonl", "1.jsonl")
    assert [seed["id"] for seed in one["seeds"]] == ["1.jsonl", "2.jsonl"]
    assert one["micro_seeds"]["values"] == pytest.approx([2 / 3, 1])
    assert one["content"]["micro"]["f1"] == one["micro_seeds"]["mean"] == one["micro"]["value"] == pytest.approx(5 / 6)
    assert one["content"]["labels"]["retention"]["recall"] == pytest.approx(3 / 4)
    assert one["groups"]["id"]["two"]["micro"]["f1"] == pytest.approx(1 / 2)
    assert one["micro"]["low"] < 2 / 3 < 5 / 6 < one["micro"]["high"]
    assert one["micro_seeds"]["deviation"] == pytest.approx(2**0.5 / 6)
    assert ".833 ± .236" in result.output and "0.833 ± 0.236" in page.read_text(encoding="utf-8")


def test_a_model_of_several_trainings_is_compared_by_all_of_them(gold: Path, tmp_path: Path) -> None:
    right, half, out = predictions(tmp_path / "2.jsonl", 2), predictions(tmp_path / "1.jsonl", 1), tmp_path / "o.json"
    arguments = ["--model", f"{right},{half}", "--model", str(half), "--json", str(out)]
    result = CliRunner().invoke(app, ["score", str(gold), *arguments])
    assert result.exit_code == 0, result.output
    (pair,) = json.loads(out.read_text(encoding="utf-8"))["pairs"]
    assert pair["micro"]["difference"]["value"] == pytest.approx(5 / 6 - 2 / 3)
    assert pair["micro"]["test"] == "bootstrap" and pair["micro"]["p_value"] > 0.05
    assert "bootstrap where a model was trained several times" in " ".join(result.output.split())


def test_policies_are_left_out_by_id(gold: Path, tmp_path: Path) -> None:
    half, out = predictions(tmp_path / "half.jsonl", 1), tmp_path / "out.json"
    arguments = ["score", str(gold), "--model", str(half), "--json", str(out), "--without"]
    result = CliRunner().invoke(app, [*arguments, "two"])
    assert result.exit_code == 0, result.output
    record = json.loads(out.read_text(encoding="utf-8"))
    assert record["made"]["documents"] == 1
    assert record["results"][0]["content"]["micro"]["f1"] == 1.0
    for named, message in (("two,three", "no policy 'three' in"), ("one, two", "names all 2 policies; leave one in")):
        result = CliRunner().invoke(app, [*arguments, named])
        assert result.exit_code == 1 and message in " ".join(result.output.split())


def test_both_ways_of_cutting_stand_side_by_side(gold: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    arguments = ["--model", "keywords", "--model", "keywords", "--units", "both", "--json", str(out)]
    result = CliRunner().invoke(app, ["score", str(gold), *arguments])
    assert result.exit_code == 0, result.output
    record = json.loads(out.read_text(encoding="utf-8"))
    names = ["keywords", "keywords, gold units", "keywords #2", "keywords, gold units #2"]
    assert [one["name"] for one in record["results"]] == names
    assert [one["units"] for one in record["results"]] == ["ours", "gold"] * 2


def test_a_learning_curve_stands_in_the_page(gold: Path, tmp_path: Path) -> None:
    figure, sd = Interval(0.5, 0.4, 0.6), Spread((0.5,), 0.5, 0.0)
    curve, page = tmp_path / "curve.json", tmp_path / "out.html"
    Curve("tfidf", (Point(10, 90, figure, figure, sd, sd),), {"command": "curve it"}).write(curve)
    arguments = ["score", str(gold), "--model", "keywords", "--curve", str(curve), "--report", str(page)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    html = page.read_text(encoding="utf-8")
    assert '<span lang="en">Learning curve</span>' in html and "<code>curve it</code>" in html
    curve.write_text('{"model": "tfidf", "points": [{}], "made": {}}', encoding="utf-8")
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert "no learning curve" in result.output and "make it by bangchim-eval curve --json" in result.output


def test_words_that_carried_a_mistake_are_marked(tmp_path: Path) -> None:
    gold, page, out = (tmp_path / name for name in ("gold.jsonl", "out.html", "errors.jsonl"))
    wrong = policy("one")
    write_gold(gold, [replace(wrong, units=tuple(replace(unit, labels=()) for unit in wrong.units))])
    arguments = ["--model", "keywords", "--report", str(page), "--errors", str(out)]
    result = CliRunner().invoke(app, ["score", str(gold), *arguments])
    assert result.exit_code == 0, result.output
    heading = json.loads(out.read_text(encoding="utf-8").splitlines()[0])
    assert heading["words"] == {"entrustment": [{"word": "위탁)", "start": 14, "effect": 0.88}]}
    assert "제1조 (개인정보의 처리 <mark>위탁)</mark>" in page.read_text(encoding="utf-8")


def test_errors_are_written_the_surest_first(gold: Path, tmp_path: Path) -> None:
    half, out = predictions(tmp_path / "half.jsonl", 1), tmp_path / "errors.jsonl"
    result = CliRunner().invoke(app, ["score", str(gold), "--model", str(half), "--errors", str(out)])
    assert result.exit_code == 0, result.output
    wrong = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(one["model"], one["document"]) for one in wrong] == [("half.jsonl", "two")] * 4
    second = wrong[1]
    assert (second["text"], second["heading"], second["kind"]) == (LINES[1][0], LINES[0][0], "body")
    assert (second["missed"], second["truth"], second["found"]) == (["entrustment"], ["entrustment"], [])
    assert second["sureness"] == 1.0 and second["scores"]["entrustment"] == 0.0


def generous(path: Path, *documents: LabelledDocument) -> Path:
    """Predictions that give both topics everywhere, the right one with 0.95 and the other with 0.6."""
    records = [to_record(one) for one in documents]
    for unit in (unit for record in records for unit in record["units"]):
        low = dict.fromkeys(KEYS, 0.01) | dict.fromkeys(("entrustment", "retention"), 0.6)
        unit["scores"] = low | dict.fromkeys(unit["labels"], 0.95)
        unit["labels"] = ["entrustment", "retention"]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_thresholds_fitted_on_one_file_are_applied_to_another(gold: Path, tmp_path: Path) -> None:
    three = replace(policy("three"), document=Document("three", policy("three").document.text + "끝"))
    fit, out = tmp_path / "fit.jsonl", tmp_path / "out.json"
    write_gold(fit, [three])
    model = generous(tmp_path / "model.jsonl", policy("one"), policy("two"), three)
    arguments = ["score", str(gold), "--model", str(model), "--fit", str(fit), "--json", str(out)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    record = json.loads(out.read_text(encoding="utf-8"))
    assert record["results"][0]["content"]["micro"]["f1"] == 1.0
    assert record["results"][0]["model"]["id"] == "model.jsonl (fitted)"
    (decision,) = record["made"]["fitted"]["model.jsonl (fitted)"]
    assert len(decision["thresholds"]) == len(KEYS)


@pytest.mark.parametrize("arguments", [[], ["--train", "learn.jsonl"]])
def test_nothing_is_fitted_on_what_is_scored_or_learnt(gold: Path, tmp_path: Path, arguments: list[str]) -> None:
    learn = tmp_path / "learn.jsonl"
    write_gold(learn, [LabelledDocument(Document("learn", "안내"), ())])
    fit = learn if arguments else gold
    named = [str(learn) if one == "learn.jsonl" else one for one in arguments]
    result = CliRunner().invoke(app, ["score", str(gold), "--model", "keywords", *named, "--fit", str(fit)])
    assert result.exit_code == 1
    assert f"are {'trained on' if arguments else 'scored'} too; name a file of other policies" in result.output
