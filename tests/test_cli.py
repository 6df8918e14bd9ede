"""The command bangchim: good files are labelled, bad ones named, and the exit status tells."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from data.gold import LabelledDocument
from model.bundle import Bundle
from serve.cli import app


@pytest.fixture
def folder(tmp_path: Path, policies: list[LabelledDocument]) -> Path:
    for policy in policies[:2]:
        (tmp_path / f"{policy.document.id}.txt").write_text(policy.document.text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(tiny_bundle: Bundle):  # type: ignore[no-untyped-def]
    def call(*arguments: object, given: bytes | None = None) -> Result:
        model = ["--model", str(tiny_bundle.folder), "--threads", "1"]
        return CliRunner().invoke(app, ["classify", *map(str, arguments), *model], input=given)

    return call


def test_a_folder_as_jsonl(run, folder: Path, policies: list[LabelledDocument]) -> None:  # type: ignore[no-untyped-def]
    result = run(folder, "--format", "jsonl")
    assert result.exit_code == 0
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["id"] for record in records] == sorted(f"{policy.document.id}.txt" for policy in policies[:2])
    assert all(record["text"][unit["start"] : unit["end"]] for record in records for unit in record["units"])


def test_standard_input_as_table(run, policies: list[LabelledDocument]) -> None:  # type: ignore[no-untyped-def]
    result = run("-", given=policies[0].document.text.encode())
    assert result.exit_code == 0
    assert "범주 · Categories" in result.stdout


def test_bad_files_are_named_and_the_rest_is_done(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    (folder / "a-empty.txt").write_bytes(b"")
    (folder / "b-binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "c-english.txt").write_text("We collect your name and your address. " * 20, encoding="utf-8")
    result = run(folder, folder / "missing.txt", "--format", "jsonl")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    for name in ("a-empty.txt", "b-binary.txt", "c-english.txt", "missing.txt"):
        assert name in result.stderr


def test_output_file_is_whole_or_absent(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    target = folder / "out" / "result.csv"
    target.parent.mkdir()
    assert run(*folder.glob("*.txt"), "--format", "csv", "-o", target).exit_code == 0
    assert [path.name for path in target.parent.iterdir()] == ["result.csv"]
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(target.read_text(encoding="utf-8-sig").splitlines()))
    assert len({row["document"] for row in rows}) == 2


def test_a_bad_model_is_named(folder: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["classify", str(folder), "--model", str(tmp_path / "nothing")])
    assert result.exit_code == 2
    assert "no such file; a bundle is a folder" in result.stderr


def test_an_unknown_device_is_named(folder: Path, tiny_bundle: Bundle) -> None:
    arguments = ["classify", str(folder), "--model", str(tiny_bundle.folder), "--device", "abacus"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "no device 'abacus'; one of auto, cpu, cuda, torch" in result.stderr
