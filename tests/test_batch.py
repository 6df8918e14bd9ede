"""The command bangchim batch: rows equal those of classify, a second run does only what is missing, errors are told."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from data.clause import ClauseSplitter
from data.document import Document, read_document
from data.gold import LabelledDocument
from data.labels import KEYS
from model.bundle import Bundle
from model.classifier import load_classifier
from serve.batch.rows import COLUMNS, Failure, clause_rows, document_row, failure_row
from serve.batch.shard import Input
from serve.batch.table import TableFormat, to_bytes
from serve.cli import app
from serve.label import LabelledPolicy, Labeller

Call = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, policies: list[LabelledDocument]) -> Path:
    folder = tmp_path_factory.mktemp("crawl")
    for policy in policies:
        (folder / f"{policy.document.id}.txt").write_text(policy.document.text, encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def run(tiny_bundle: Bundle) -> Call:
    def call(*arguments: object, model: Path = tiny_bundle.folder) -> Result:
        return CliRunner().invoke(app, ["batch", *map(str, arguments), "--model", str(model), "--workers", "1"])

    return call


@pytest.fixture(scope="module")
def done(run: Call, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished job: three policies, one file that fails."""
    output = tmp_path_factory.mktemp("done") / "out"
    result = run(folder, "-o", output, "--shard-size", 2)
    assert result.exit_code == 1, result.stderr
    assert f"4 documents, {len(lines(output, 'clauses'))} clauses in" in result.stderr
    return output


@pytest.fixture(scope="module")
def labelled(tiny_bundle: Bundle, splitter: ClauseSplitter, policies: list[LabelledDocument]) -> list[LabelledPolicy]:
    labeller = Labeller(splitter, load_classifier(tiny_bundle.folder, threads=1))
    # Read as files are: some are Markdown, whose marks are no text.
    return labeller.label([read_document(policy.document.text.encode(), id=policy.document.id) for policy in policies])


def lines(output: Path, table: str) -> list[dict[str, Any]]:
    paths = sorted((output / table).glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def test_rows_are_those_of_classify(done: Path, labelled: list[LabelledPolicy]) -> None:
    rows = {}
    for row in lines(done, "clauses"):
        rows.setdefault(Path(row["document"]).stem, []).append(row)
    assert rows.keys() == {policy.document.id for policy in labelled}
    for policy in labelled:
        for row, item in zip(rows[policy.document.id], policy.clauses, strict=True):
            assert (row["start"], row["end"], row["text"]) == (item.clause.start, item.clause.end, item.clause.text)
            assert [row[key] for key in KEYS] == pytest.approx(item.prediction.scores, abs=1e-3)


def test_document_rows_count_topics(done: Path) -> None:
    clauses = lines(done, "clauses")
    for row in lines(done, "documents"):
        own = [clause for clause in clauses if clause["document"] == row["document"]]
        if row["error"]:
            assert (row["error"], row["topics"], row["clauses"], own) == ("empty", None, None, [])
            continue
        assert row["clauses"] == len(own)
        assert own[0]["text"] == row["text"][own[0]["start"] : own[0]["end"]]
        for key in KEYS:
            starts = [clause["start"] for clause in own if key in clause["labels"]]
            assert (key in row["topics"], row[f"{key}_clauses"]) == (bool(starts), len(starts))
            assert row[f"{key}_first"] == (starts[0] if starts else None)


def test_errors_and_manifest(done: Path, folder: Path, tiny_bundle: Bundle) -> None:
    (error,) = (json.loads(line) for line in (done / "errors.jsonl").read_text(encoding="utf-8").splitlines())
    assert error["document"] == str(folder / "empty.txt")
    assert (error["reason"], error["message"]) == ("empty", "an empty file; expected the text of a policy")
    manifest = json.loads((done / "manifest.json").read_bytes())
    assert manifest["state"] == "done"
    assert manifest["configuration"]["model"]["sha256"] == tiny_bundle.sha256
    records = [json.loads(path.read_bytes()) for path in sorted((done / "shards").iterdir())]
    assert sum(len(record["inputs"]) for record in records) == manifest["totals"]["documents"] == 4
    progress = json.loads((done / "progress.json").read_bytes())
    assert (progress["state"], progress["documents"], progress["total"]) == ("done", 4, 4)


def test_a_second_run_must_be_told(run: Call, done: Path, folder: Path) -> None:
    result = run(folder, "-o", done, "--shard-size", 2)
    assert result.exit_code == 3
    assert "holds this job already; --resume does what is missing or changed" in result.stderr


def test_a_resumed_run_does_nothing_twice(run: Call, done: Path, folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in done.glob("*/*")}
    result = run(folder, "-o", done, "--shard-size", 2, "--resume")
    assert result.exit_code == 1
    assert "4 were done already" in result.stderr
    assert {path: path.stat().st_mtime_ns for path in done.glob("*/*")} == before


def test_another_configuration_is_refused(run: Call, done: Path, folder: Path) -> None:
    result = run(folder, "-o", done, "--shard-size", 3, "--resume")
    assert result.exit_code == 3
    assert "made with other configuration.shard_size (2, now 3); name another folder by -o, or --over" in result.stderr


def test_other_inputs_are_refused(run: Call, done: Path, folder: Path) -> None:
    result = run(folder / "empty.txt", "-o", done, "--shard-size", 2, "--resume")
    assert result.exit_code == 3
    assert "made with other inputs (" in result.stderr


@pytest.mark.parametrize("option", [("--fail-fast",), ("--max-errors", "0")])
def test_too_many_errors_stop_the_job(run: Call, done: Path, folder: Path, option: tuple[str, ...]) -> None:
    result = run(folder, "-o", done, "--shard-size", 2, "--resume", *option)
    assert result.exit_code == 3
    assert "1 documents failed, 0 may; the last is" in result.stderr
    assert run(folder, "-o", done, "--shard-size", 2, "--resume", "--max-errors", "1").exit_code == 1


def test_no_document_is_a_failure(run: Call, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    result = run(tmp_path / "in", "-o", tmp_path / "out")
    assert result.exit_code == 3
    assert f"no document in {tmp_path / 'in'}; name files, folders or archives" in result.stderr


def test_a_bad_model_is_a_failure(run: Call, folder: Path, tmp_path: Path) -> None:
    result = run(folder, "-o", tmp_path / "out", model=tmp_path / "nothing")
    assert result.exit_code == 3
    assert "no such file; a bundle is a folder" in result.stderr
    assert not (tmp_path / "out").exists()


def test_parquet_is_read_by_others(labelled: list[LabelledPolicy], tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    pandas = pytest.importorskip("pandas")
    item = Input("a.txt", b"", "0" * 64)
    tables = {
        "clauses": list(clause_rows(item, labelled[0])),
        "documents": [
            document_row(item, labelled[0], labelled[0].model),
            failure_row(item, Failure("no-text", "a scan"), labelled[0].model),
        ],
    }
    for table, rows in tables.items():
        path = tmp_path / f"{table}.parquet"
        path.write_bytes(to_bytes(table, rows, TableFormat.parquet))
        assert to_bytes(table, rows, TableFormat.parquet) == path.read_bytes()
        frame = pandas.read_parquet(path)
        assert (list(frame.columns), len(frame)) == (list(COLUMNS[table]), len(rows))
        read = datasets.load_dataset("parquet", data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"))
        assert read[0]["document"] == "a.txt"
        assert read[0]["text"] == rows[0]["text"]
    assert read[1]["topics"] is None
    assert (read[1]["error"], read[1]["clauses"]) == ("no-text", None)


def test_duckdb_reads_parquet(labelled: list[LabelledPolicy], tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = list(clause_rows(Input("a.txt", b"", "0" * 64), labelled[0]))
    (tmp_path / "part-0.parquet").write_bytes(to_bytes("clauses", rows, TableFormat.parquet))
    query = f"select count(*) from '{tmp_path}/*.parquet' where list_contains(labels, 'collection')"
    assert duckdb.sql(query).fetchall() == [(sum("collection" in row["labels"] for row in rows),)]


@pytest.fixture(scope="module")
def tables(run: Call, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished job in Parquet, near-duplicates left out: three policies, one of them twice, one file that fails."""
    twice = tmp_path_factory.mktemp("twice")
    first = min(path for path in folder.iterdir() if path.stat().st_size)
    (twice / "again.txt").write_text(
        first.read_text(encoding="utf-8") + "문의는 언제든지 주십시오.\n", encoding="utf-8"
    )
    output = tmp_path_factory.mktemp("tables") / "out"
    result = run(folder, twice, "-o", output, "--format", "parquet", "--deduplicate", "near", "--shard-size", 2)
    assert result.exit_code == 1, result.stderr
    return output


def test_duplicates_are_left_out_by_the_command(tables: Path, folder: Path) -> None:
    pandas = pytest.importorskip("pandas")
    (found,) = (json.loads(line) for line in (tables / "duplicates.jsonl").read_text(encoding="utf-8").splitlines())
    first = min(path for path in folder.iterdir() if path.stat().st_size)
    assert (Path(found["document"]).name, found["duplicate_of"]) == ("again.txt", str(first))
    assert 0.9 <= found["similarity"] <= 1
    documents = pandas.read_parquet(tables / "documents").set_index("document")
    assert documents.loc[found["document"], "duplicate_of"] == str(first)
    assert documents["duplicate_of"].notna().sum() == 1
    assert found["document"] not in set(pandas.read_parquet(tables / "clauses")["document"])


def test_whole_tables_are_read_as_the_readme_says(tables: Path, tmp_path: Path) -> None:
    duckdb, pandas = pytest.importorskip("duckdb"), pytest.importorskip("pandas")
    datasets = pytest.importorskip("datasets")
    clauses = pandas.read_parquet(tables / "clauses")
    assert list(clauses.columns) == list(COLUMNS["clauses"])
    query = f"select document, text from '{tables}/clauses/*.parquet' where list_contains(labels, 'transfer')"
    wanted = clauses[clauses["labels"].map(lambda labels: "transfer" in labels)]
    assert sorted(duckdb.sql(query).fetchall()) == sorted(zip(wanted["document"], wanted["text"], strict=True))
    files = f"{tables}/clauses/*.parquet"
    read = datasets.load_dataset("parquet", data_files=files, split="train", cache_dir=str(tmp_path / "cache"))
    assert read["text"][:] == list(clauses["text"])
    documents = pandas.read_parquet(tables / "documents")
    assert sorted(documents["error"].dropna()) == ["empty"]


def test_a_shard_without_clauses_is_a_table_too(labelled: list[LabelledPolicy], tmp_path: Path) -> None:
    datasets, pandas = pytest.importorskip("datasets"), pytest.importorskip("pandas")
    rows = list(clause_rows(Input("a.txt", b"", "0" * 64), labelled[0]))
    for number, part in enumerate(([], rows)):
        (tmp_path / f"part-{number}.parquet").write_bytes(to_bytes("clauses", part, TableFormat.parquet))
    assert list(pandas.read_parquet(tmp_path / "part-0.parquet").columns) == list(COLUMNS["clauses"])
    cache = str(tmp_path / "cache")
    read = datasets.load_dataset("parquet", data_files=f"{tmp_path}/*.parquet", split="train", cache_dir=cache)
    assert read["text"][:] == [row["text"] for row in rows]


def test_csv_for_excel(labelled: list[LabelledPolicy]) -> None:
    policy = LabelledPolicy(Document("a", "x"), labelled[0].clauses[:2], labelled[0].model)
    rows = list(clause_rows(Input("=cmd()", b"", "0" * 64), policy))
    rows[0]["text"] = '=HYPERLINK("x")'
    content = to_bytes("clauses", rows, TableFormat.csv)
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert list(read[0]) == list(COLUMNS["clauses"])
    assert (read[0]["document"], read[0]["text"]) == ("'=cmd()", '\'=HYPERLINK("x")')
    assert read[1]["text"] == rows[1]["text"]
    document = document_row(Input("a", b"", "0" * 64), policy, policy.model)
    assert b",text\r\n" not in to_bytes("documents", [document], TableFormat.csv)
