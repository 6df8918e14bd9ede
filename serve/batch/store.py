"""The output folder of a batch: files that are whole or absent, a record for each shard, one job at a time."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from serve.batch.rows import CLAUSES, DOCUMENTS
from serve.batch.shard import Shard
from serve.batch.shard_labeller import ShardError, ShardResult
from serve.batch.table import TableFormat
from serve.batch.whole_file import lock, named, write_json, write_whole

RECORDS = "shards"
MANIFEST, PROGRESS, ERRORS, DUPLICATES = "manifest.json", "progress.json", "errors.jsonl", "duplicates.jsonl"
LOCK, FINGERPRINTS = ".lock", ".fingerprints"

_TABLES = (CLAUSES, DOCUMENTS)
_OURS = re.compile(r"\.?part-(\d{6,})-([0-9a-f]{16})\.(?:json|jsonl|csv|parquet)(\.building)?")


class Store:
    """An output folder. A shard is done when its record stands and the tables are as the record says."""

    def __init__(self, folder: Path, form: TableFormat) -> None:
        """Makes the folder and locks it until `close`. Raises StoreError."""
        self.folder, self._ending = folder, form.value
        self._known: dict[str, str] = {}
        with named(folder):
            for name in (*_TABLES, RECORDS):
                (folder / name).mkdir(parents=True, exist_ok=True)
        self._lock = lock(folder / LOCK)

    def close(self) -> None:
        """Gives the folder free."""
        self._lock.close()

    def take_stock(self) -> None:
        """Notes which shards have records, and drops what an earlier job left half-written."""
        with named(self.folder):
            for path in self._shard_files():
                if path.name.endswith(".building"):
                    path.unlink()
                elif path.parent.name == RECORDS:
                    self._known[path.stem.rpartition("-")[2]] = path.stem

    def record_of(self, shard: Shard) -> dict[str, Any] | None:
        """The record of a shard that is done, its files renamed if its number has changed; None if it is to be done."""
        stem = self._known.get(shard.key)
        with named(self.folder):
            if stem is None or (record := self._sound_record(stem)) is None:
                return None
            for old, new in zip(self._files(stem), self._files(shard.stem), strict=True):
                if old != new:
                    old.replace(new)
        self._known[shard.key] = shard.stem
        return record

    def write_shard(self, shard: Shard, result: ShardResult) -> dict[str, Any]:
        """The tables first, the record last: what has a record is whole."""
        *tables, record = self._files(shard.stem)
        for path, table in zip(tables, result.tables.values(), strict=True):
            write_whole(path, table)
        content = {
            "key": shard.key,
            "inputs": [[item.id, item.sha256] for item in shard.inputs],
            "clauses": result.clauses,
            "errors": [asdict(error) for error in result.errors],
            "tables": {name: _seal(table) for name, table in result.tables.items()},
        }
        write_json(record, content)
        self._known[shard.key] = shard.stem
        return content

    def errors_of(self, stem: str) -> list[ShardError]:
        """The errors in the record of a shard that is done."""
        record = self._read_record(self.folder / RECORDS / f"{stem}.json") or {"errors": []}
        return [ShardError(**error) for error in record["errors"]]

    def drop_others(self, stems: set[str]) -> None:
        """Removes the files of all other shards: those of documents that are gone or have changed."""
        with named(self.folder):
            for path in self._shard_files():
                if path.stem not in stems:
                    path.unlink()

    def _shard_files(self) -> list[Path]:
        folders = (self.folder / name for name in (*_TABLES, RECORDS))
        return [path for folder in folders for path in folder.iterdir() if _OURS.fullmatch(path.name)]

    def _files(self, stem: str) -> list[Path]:
        """The tables of a shard, then its record."""
        tables = [self.folder / table / f"{stem}.{self._ending}" for table in _TABLES]
        return [*tables, self.folder / RECORDS / f"{stem}.json"]

    def _sound_record(self, stem: str) -> dict[str, Any] | None:
        *tables, path = self._files(stem)
        record = self._read_record(path)
        if record is None:
            return None
        seals = record["tables"]
        sound = all(_is_sealed(table, seals[name]) for table, name in zip(tables, _TABLES, strict=True))
        return record if sound else None

    def _read_record(self, path: Path) -> dict[str, Any] | None:
        """The record, None where it is torn: its shard is done again."""
        try:
            record = json.loads(path.read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        complete = isinstance(record, dict) and record.keys() >= {"inputs", "clauses", "errors", "tables"}
        return record if complete else None


def _seal(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _is_sealed(path: Path, seal: Mapping[str, Any]) -> bool:
    try:
        if path.stat().st_size != int(seal["bytes"]):
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == str(seal["sha256"])
    except FileNotFoundError:
        return False
