"""Shards stay the same when documents elsewhere come or go; files are whole or absent."""

import errno
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from data.document import DocumentError
from serve.batch.inputs import Source, broken
from serve.batch.shard import MOST_BYTES, Input, cut, read_input
from serve.batch.whole_file import StoreError, write_whole

INPUTS = [Input(f"crawl/{number}.html", b"x", f"{number:064}") for number in range(2000)]


def keys(inputs: list[Input], size: int = 20) -> list[str]:
    return [shard.key for shard in cut(inputs, size, "c")]


@given(some.integers(0, 1999), some.sampled_from(["insert", "delete", "change"]))
@settings(max_examples=60, deadline=None)
def test_a_change_stays_in_its_shard(place: int, change: str) -> None:
    inputs = list(INPUTS)
    if change == "insert":
        inputs.insert(place, Input("crawl/new.html", b"x", "f" * 64))
    elif change == "delete":
        del inputs[place]
    else:
        inputs[place] = Input(inputs[place].id, b"y", "e" * 64)
    assert len(set(keys(inputs)) - set(keys(INPUTS))) <= (1 if change == "change" else 8)


@given(some.integers(1, 60))
@settings(max_examples=20, deadline=None)
def test_each_input_stands_in_one_shard_in_order(size: int) -> None:
    shards = list(cut(INPUTS, size, "c"))
    assert [item for shard in shards for item in shard.inputs] == INPUTS
    assert [shard.number for shard in shards] == list(range(len(shards)))
    assert all(len(shard.inputs) <= 2 * size for shard in shards)


def test_large_documents_make_small_shards() -> None:
    raw = bytes(MOST_BYTES // 3)
    shards = list(cut([Input(str(number), raw, "a") for number in range(9)], 100, "c"))
    assert [len(shard.inputs) for shard in shards] == [4, 4, 1]


def test_keys_tell_shards_apart() -> None:
    item = INPUTS[0]
    different = [
        [item],
        [item, item],
        [Input("crawl/0.htm", b"x", f"l{item.sha256}")],
        [Input(item.id, b"", "", "empty", "an empty file")],
        [Input(item.id, b"x", item.sha256, duplicate_of="crawl/1.html")],
    ]
    assert len({key for inputs in different for key in keys(inputs)}) == len(different)
    assert next(cut([item], 1, "c")).key != next(cut([item], 1, "another configuration")).key
    assert len(set(keys([item, item, item], size=1))) == 3


def test_an_input_is_hashed_or_says_why_not() -> None:
    read = read_input(Source("a\udcff", lambda: b"1"))
    assert (read.id, read.sha256[:8]) == ("a?", "6b86b273")
    failed = read_input(broken("b", DocumentError("broken", "torn; pack it again")))
    assert (failed.sha256, failed.reason, failed.message) == ("", "broken", "torn; pack it again")


def test_a_file_is_whole_or_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    write_whole(path, b"first")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("serve.batch.whole_file.os.fsync", full)
    with pytest.raises(StoreError, match=r"a.json: No space left on device: the disk is full; free some space and run"):
        write_whole(path, b"second")
    assert path.read_bytes() == b"first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nothing/\.a\.json\.building: No such file or directory"):
        write_whole(tmp_path / "nothing" / "a.json", b"")
