"""Label Studio and doccano: what is written is read back, emoji and all; what people get wrong there is named."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from data.document import Document
from data.gold import GoldError, LabelledDocument, Unit, read_gold, write_gold
from data.interchange import Proposal, read_doccano, read_labelstudio, write_doccano, write_labelstudio
from data.kind import KINDS
from data.labels import KEYS, in_order
from eval.__main__ import app
from eval.preannotate import sureness
from model.prediction import Prediction

TEXT = "🍪 쿠키 👩‍👩‍👧\n이름"
POLICY = LabelledDocument(
    Document("하나", TEXT),
    (Unit(0, 4, "heading", ("purpose", "cookies")), Unit(11, 13, "row", ())),
    {"sector": "shop"},
)


@st.composite
def labelled(draw: st.DrawFn) -> LabelledDocument:
    """Any text of letters, emoji and line ends, with units that do not overlap."""
    text = draw(st.text(st.sampled_from('가나 \t\n\r\u2028\\n"🍪👩\u200d👧🇰🇷e\u0301'), min_size=1, max_size=40))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    units = tuple(
        Unit(start, end, draw(st.sampled_from(KINDS)), in_order(draw(st.sets(st.sampled_from(KEYS), max_size=3))))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    )
    return LabelledDocument(Document(draw(st.text(st.characters(exclude_categories=["Cs"]))), text), units, {"a": [1]})


@settings(deadline=None)  # on a busy machine a slow example is no error
@given(labelled(), st.sampled_from([(write_labelstudio, read_labelstudio), (write_doccano, read_doccano)]))
def test_round_trip(policy: LabelledDocument, tool: Any) -> None:
    write, read = tool
    with TemporaryDirectory() as folder:
        write(Path(folder) / "file", [(policy, None)])
        assert read(Path(folder) / "file") == [policy]


def test_offsets_are_code_points(tmp_path: Path) -> None:
    write_labelstudio(tmp_path / "tasks.json", [(POLICY, None)])
    (task,) = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    kind, labels, row = task["annotations"][0]["result"]
    assert kind["value"] == {"start": 0, "end": 4, "text": "🍪 쿠키", "labels": ["heading"]}
    assert labels["value"]["choices"] == ["purpose", "cookies"] and labels["id"] == kind["id"]
    assert row["value"]["text"] == "이름"
    write_doccano(tmp_path / "lines.jsonl", [(POLICY, None)])
    line = json.loads((tmp_path / "lines.jsonl").read_text(encoding="utf-8"))
    assert line["label"] == [[0, 4, "heading"], [0, 4, "purpose"], [0, 4, "cookies"], [11, 13, "row"]]


def test_a_proposal_is_a_prediction_and_no_annotation(tmp_path: Path) -> None:
    empty = LabelledDocument(POLICY.document, ())
    proposal = Proposal("m", 0.25, POLICY.units)
    write_labelstudio(tmp_path / "tasks.json", [(empty, proposal)])
    (task,) = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    assert "annotations" not in task
    assert (task["predictions"][0]["model_version"], task["predictions"][0]["score"]) == ("m", 0.25)
    assert read_labelstudio(tmp_path / "tasks.json") == []
    write_doccano(tmp_path / "lines.jsonl", [(empty, proposal)])
    assert read_doccano(tmp_path / "lines.jsonl")[0].units == POLICY.units


def test_a_span_without_a_kind_gets_the_one_that_is_seen(tmp_path: Path) -> None:
    text = "제3조 (개인정보의 파기)\n회사는 보유기간이 지난 개인정보를 지체 없이 파기합니다."
    record = {"id": 7, "text": text, "label": [[15, len(text), "retention"], [0, 14, "retention"]]}
    (tmp_path / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    (found,) = read_doccano(tmp_path / "a.jsonl")
    assert [(unit.kind, unit.labels) for unit in found.units] == [("heading", ("retention",)), ("body", ("retention",))]
    assert found.document.id == "7"


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ([[0, 2, "marketing"]], r"a\.jsonl:1: .*'marketing' of \[0, 2\) is no label; use collection"),
        ([[0, 3, "rights"], [2, 5, "rights"]], r"starts at 2, before .* ends at 3; .*cut those that overlap"),
        ([[0, 2, "row"], [0, 2, "body"]], r"\(0, 2\) is body and row; leave one kind"),
        ([[0, 99, "rights"]], r"\[0, 99\) is no span of a text of 13 characters; offsets"),
        ([["a", 2, "rights"]], r"label\[0\]: start and end are \['a', 2\]; expected whole numbers"),
        ([[1, 2]], r"label\[0\]: expected \[start, end, name\]"),
        (None, r"a\.jsonl:1: label: is of type NoneType; write it as list"),
    ],
)
def test_refuses_what_is_no_gold(tmp_path: Path, label: object, message: str) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT, "label": label}), encoding="utf-8")
    with pytest.raises(GoldError, match=message):
        read_doccano(tmp_path / "a.jsonl")


def tasks(path: Path, *annotations: dict[str, Any]) -> Path:
    path.write_text(json.dumps([{"id": 3, "data": {"text": TEXT}, "annotations": annotations}]), encoding="utf-8")
    return path


def region(start: int, end: int, text: str) -> dict[str, Any]:
    return {"type": "labels", "value": {"start": start, "end": end, "text": text, "labels": ["row"]}}


def test_refuses_offsets_of_utf_16(tmp_path: Path) -> None:
    path = tasks(tmp_path / "a.json", {"result": [region(15, 17, "이름")]})
    with pytest.raises(
        GoldError, match=r"task 1: result\[0\]: \[15, 17\) is '', not '이름'; offsets must be code points"
    ):
        read_labelstudio(path)


def test_one_annotator_is_chosen(tmp_path: Path) -> None:
    by_two = [{"completed_by": 1, "result": []}, {"completed_by": {"email": "b@c"}, "result": [region(11, 13, "이름")]}]
    path = tasks(tmp_path / "a.json", *by_two, {"was_cancelled": True, "result": []})
    with pytest.raises(GoldError, match=r"task 1: 2 annotations, by 1, b@c; choose one by --annotator"):
        read_labelstudio(path)
    assert read_labelstudio(path, "b@c")[0].units == (Unit(11, 13, "row", ()),)
    assert read_labelstudio(path, "nobody") == []


@pytest.mark.parametrize("tool", ["labelstudio", "doccano"])
def test_commands_lead_there_and_back(tmp_path: Path, tool: str) -> None:
    gold, export, back = (str(tmp_path / name) for name in ("gold.jsonl", "export", "back.jsonl"))
    write_gold(Path(gold), [POLICY])
    for arguments in ([f"to-{tool}", gold, "-o", export], [f"from-{tool}", export, "-o", back]):
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, result.output
    assert read_gold(Path(back)) == [POLICY]
    assert CliRunner().invoke(app, [f"from-{tool}", gold, "-o", back]).exit_code == 1


def test_the_most_uncertain_policy_comes_first(tmp_path: Path) -> None:
    certain = LabelledDocument(Document("certain", "안내\n"), ())
    doubtful = LabelledDocument(Document("doubtful", "개인정보의 파기\n종이는 분쇄합니다."), ())
    write_gold(tmp_path / "gold.jsonl", [certain, doubtful])
    arguments = ["to-labelstudio", str(tmp_path / "gold.jsonl"), "-o", str(tmp_path / "t.json"), "--model", "keywords"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert '<Choice value="collection" hint="수집"/>' in result.output
    found = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert [one["data"]["id"] for one in found] == ["doubtful", "certain"]


def test_sureness_is_the_distance_of_the_most_doubtful_label() -> None:
    assert sureness([Prediction((1.0,) * 9 + (0.75,), ()), Prediction((0.0,) * 10, ())]) == 0.75
    assert sureness([]) == 1.0
