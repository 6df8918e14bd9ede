"""Inputs of a batch: every kind of input gives its documents in order; what cannot be read tells why."""

import io
import json
import sys
import tarfile
import zipfile
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from data.document import DocumentError, read_document
from serve.batch.inputs import Columns, Source, find_sources

POLICY = "1. 처리 목적\n회사는 회원 관리를 위하여 개인정보를 처리합니다.\n"


def found(*names: object, columns: Columns = Columns()) -> dict[str, bytes | str]:  # noqa: B008 - frozen
    return {source.id: content_of(source) for source in find_sources(map(str, names), columns)}


def content_of(source: Source) -> bytes | str:
    try:
        return source.read()
    except DocumentError as error:
        return f"{error.reason}: {error.found}"


def test_folders_go_by_name_without_hidden_files_and_links(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/c.html", ".hidden", "c/.git/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "loop").symlink_to(tmp_path)
    expected = ["a/b/c.html", "a/z.txt", "b.txt"]
    assert found(tmp_path) == {str(tmp_path / name): name.encode() for name in expected}


def test_globs_and_missing_files(tmp_path: Path) -> None:
    (tmp_path / "a1.txt").write_bytes(b"1")
    (tmp_path / "[b].txt").write_bytes(b"2")
    assert found(tmp_path / "a*.txt") == {str(tmp_path / "a1.txt"): b"1"}
    assert found(tmp_path / "[b].txt") == {str(tmp_path / "[b].txt"): b"2"}
    assert found(tmp_path / "*.pdf", tmp_path / "none.txt") == {
        str(tmp_path / "*.pdf"): "unreadable: no file fits this pattern; check it and its quotes",
        str(tmp_path / "none.txt"): "unreadable: no such file; give the path of a policy",
    }


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"1")
    (source,) = find_sources([str(tmp_path)], Columns())
    path.unlink()
    assert content_of(source) == "unreadable: no such file; give the path of a policy"


def test_names_on_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "방침 1.txt").write_bytes(b"1")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{tmp_path}/방침 1.txt\r\n\n-\n{tmp_path}\n"))
    sources = [source.id for source in find_sources(["-"], Columns())]
    assert sources == [f"{tmp_path}/방침 1.txt"] * 2


def test_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("folder/방침.txt", POLICY)
        archive.writestr("__MACOSX/folder/._방침.txt", b"junk")
        archive.writestr("plain.txt", b"1")
    raw = path.read_bytes().replace(b"plain.txt", "개인a.txt".encode("cp949"))
    path.write_bytes(raw)  # As Korean Windows names it: CP949 without a flag.
    assert found(path) == {f"{path}!/folder/방침.txt": POLICY.encode(), f"{path}!/개인a.txt": b"1"}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_tar(tmp_path: Path, mode: str) -> None:
    path = tmp_path / f"a.tar{mode[1:].replace(':', '.')}"
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name in ("b.txt", "./a.txt", ".hidden"):
            member = tarfile.TarInfo(name)
            member.size = len(POLICY.encode())
            archive.addfile(member, io.BytesIO(POLICY.encode()))
    assert found(path) == {f"{path}!/b.txt": POLICY.encode(), f"{path}!/./a.txt": POLICY.encode()}


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.parquet"])
def test_broken_containers_are_one_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 this is no archive at all" * 40)
    ((where, content),) = found(tmp_path / name).items()
    assert where == str(tmp_path / name)
    assert str(content).startswith(f"broken: {name} cannot be read to its end (")


def test_a_bomb_in_an_archive_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.txt", bytes(30_000_000))
        archive.writestr("small.txt", b"1")
    big, small = found(tmp_path / "a.zip").values()
    assert str(big).startswith("too-large: 30,000,000 bytes, over the limit of 20,000,000")
    assert small == b"1"


def test_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [json.dumps({"id": "p1", "text": POLICY}), "", '{"text": "half', "[1]", '{"body": "x"}', '{"text": null}']
    path.write_bytes(b"\xef\xbb\xbf" + "\n".join(lines).encode())
    contents = found(path)
    assert list(contents) == ["p1", f"{path}:3", f"{path}:4", f"{path}:5", f"{path}:6"]
    assert contents["p1"] == POLICY
    assert str(contents[f"{path}:3"]).startswith("broken: broken JSON")
    assert contents[f"{path}:4"] == "broken: expected a JSON object, found list; wrap it in {…}"
    assert contents[f"{path}:5"] == "format: no column 'text'; it has body: name one by --text-column"
    assert contents[f"{path}:6"] == "empty: column 'text' holds NoneType, expected text; fill it"


def test_html_in_a_table_is_utf8_whatever_it_declares(tmp_path: Path) -> None:
    page = f'<html><head><meta charset="euc-kr"></head><body><p>{POLICY}</p></body></html>'
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": page}), encoding="utf-8")
    (content,) = found(tmp_path / "a.jsonl").values()
    assert content == page
    assert "회원 관리를 위하여" in read_document(content).text


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp949"])
def test_csv(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f'이름,방침\r\nA,"{POLICY}"\r\n,둘\r\n'.encode(charset))
    contents = found(path, columns=Columns(text="방침", id="이름"))
    assert contents == {"A": POLICY, f"{path}:2": "둘"}
    (missing,) = found(path).values()
    assert missing == "format: no column 'text'; it has 이름, 방침: name one by --text-column"


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.table({"id": ["p1", None], "text": [POLICY, None], "other": [1, 2]}), path)
    contents = found(path)
    assert list(contents) == ["p1", f"{path}:2"]
    assert contents["p1"] == POLICY
    (missing,) = found(path, columns=Columns(text="body")).values()
    assert missing == "format: no column 'body'; it has id, text, other: name one by --text-column"
