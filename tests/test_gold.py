"""Gold: what is written is read back; what breaks the format is named by file, line, field and cure."""

import json
from pathlib import Path
from typing import Any

import pytest

from data.gold import GoldError, LabelledDocument, read_gold, write_gold

GOOD: dict[str, Any] = {
    "id": "a",
    "text": "수집 항목\n이름, 이메일",
    "units": [
        {"start": 0, "end": 5, "kind": "heading", "labels": ["collection"]},
        {"start": 6, "end": 13, "kind": "body", "labels": ["collection"]},
    ],
}


def write(path: Path, *records: object) -> Path:
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return path


def changed(**fields: object) -> dict[str, Any]:
    return {**GOOD, **fields}


def unit(**fields: object) -> dict[str, Any]:
    return changed(units=[{**GOOD["units"][0], **fields}])


def test_round_trip(tmp_path: Path, policies: list[LabelledDocument]) -> None:
    write_gold(tmp_path / "gold.jsonl", policies)
    assert read_gold(tmp_path / "gold.jsonl") == policies


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    text = "가\u2028나\x85다"
    record = {"id": "a", "text": text, "units": [{"start": 0, "end": 1, "kind": "body", "labels": []}]}
    assert read_gold(write(tmp_path / "gold.jsonl", record))[0].document.text == text


def test_labels_are_put_in_order(tmp_path: Path) -> None:
    (document,) = read_gold(write(tmp_path / "gold.jsonl", unit(labels=["rights", "collection"])))
    assert document.units[0].labels == ("collection", "rights")


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (unit(end=99), r"gold\.jsonl:2: units\[0\]: \[0, 99\) is no span of a text of 13 characters; offsets"),
        (unit(start=-1), r"is no span"),
        (unit(start=5), r"is no span"),
        (unit(start="0"), r"units\[0\]\.start: is of type str; write it as int"),
        (unit(start=True), r"units\[0\]\.start: is of type bool"),
        (unit(kind="title"), r"units\[0\]\.kind: 'title' is no kind; one of heading, body, row"),
        (unit(labels=["marketing"]), r"units\[0\]\.labels: 'marketing' of \[0, 5\) is no label; use collection"),
        (
            changed(units=[GOOD["units"][0], {**GOOD["units"][1], "start": 4}]),
            r"units\[1\]: starts at 4, before .*; order .*, and cut those",
        ),
        (changed(units=[7]), r"units\[0\]: expected an object, found int"),
        ({"id": "a", "text": "가"}, r"gold\.jsonl:2: units: is missing; add it as list"),
        (changed(text=None), r"text: is of type NoneType; write it as str"),
        (changed(text="가\ud83c나"), r"gold\.jsonl:2: text: holds half a surrogate pair at 1; write the whole"),
        (changed(meta=["shop"]), r"meta: is of type list; write it as dict"),
        ([1], r"expected a JSON object, found list"),
    ],
)
def test_refuses_what_breaks_the_format(tmp_path: Path, record: object, message: str) -> None:
    path = write(tmp_path / "gold.jsonl", changed(id="first"), record)
    with pytest.raises(GoldError, match=message):
        read_gold(path)


def test_names_the_first_of_two_documents_with_one_id(tmp_path: Path) -> None:
    one, other = write(tmp_path / "one.jsonl", GOOD), write(tmp_path / "other.jsonl", GOOD)
    with pytest.raises(GoldError, match=r"other\.jsonl:1: id: 'a' stands at .*one\.jsonl:1 already"):
        read_gold(one, other)


def test_refuses_broken_json(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a"', encoding="utf-8")
    with pytest.raises(GoldError, match=r"gold\.jsonl:1: broken JSON"):
        read_gold(path)


def test_refuses_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes("개인정보".encode("cp949"))
    with pytest.raises(GoldError, match=r"gold\.jsonl: not UTF-8 at byte 0; save the file as UTF-8"):
        read_gold(path)
