"""Identical and near-identical policies, found before the encoder: each is traced to the first of its kind."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from serve.batch.fingerprint import DIGEST, FINGERPRINTS, HASHES, SIZE, signature_of, similarity
from serve.batch.shard import Input
from serve.batch.shard_labeller import ShardResult

NEAR = 0.9
"""Policies that share at least this part of their five-word runs are near-identical."""

_BANDS = 8
_BAND = 4 * HASHES // _BANDS
_TABLES = """
create table first (number integer primary key, id text, print blob);
create table digest (digest blob primary key, number integer) without rowid;
create table band (band blob, number integer, primary key (band, number)) without rowid;
create table duplicate (number integer primary key, id text, sha256 text, first text, similarity real);
"""


class Deduplicate(StrEnum):
    """Which policies are not analysed again."""

    off = "off"
    exact = "exact"
    near = "near"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A document, the earlier one that it repeats, and the share of wording in common."""

    document: str
    duplicate_of: str
    similarity: float


class Duplicates:
    """The duplicates among the inputs of a job, by their number; kept in a file, so that memory stays bounded."""

    def __init__(self, path: Path, mode: Deduplicate) -> None:
        """Begins anew: a file that is there is removed."""
        path.unlink(missing_ok=True)
        self._path, self._mode, self._count = path, mode, 0
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.execute("pragma journal_mode = off")
        self._base.execute("pragma synchronous = off")
        self._base.executescript(_TABLES)

    def close(self) -> None:
        """Removes the file."""
        self._base.close()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def take(self, results: Iterator[ShardResult | None]) -> None:
        """Notes fingerprints in the order of the inputs, in whatever order they come."""
        early: dict[int, ShardResult] = {}
        following = 0
        for result in results:
            if result:
                early[result.shard.number] = result
            while following in early:
                self._take(early.pop(following))
                following += 1

    def mark(self, inputs: Iterator[Input]) -> Iterator[Input]:
        """The inputs, each duplicate with the name of the first; a file that has changed since is none."""
        for number, item in enumerate(inputs):
            query = "select first from duplicate where number = ? and sha256 = ?"
            row = self._base.execute(query, (number, item.sha256)).fetchone()
            yield Input(item.id, b"", item.sha256, duplicate_of=row[0]) if row else item

    def report(self) -> Iterator[Duplicate]:
        """All duplicates in the order of the inputs."""
        rows = self._base.execute("select id, first, similarity from duplicate order by number")
        return (Duplicate(*row) for row in rows)

    def _take(self, result: ShardResult) -> None:
        prints = result.tables[FINGERPRINTS]
        self._base.execute("begin")
        for place, item in enumerate(result.shard.inputs):
            print_ = prints[place * SIZE : (place + 1) * SIZE]
            if any(print_):
                self._note(self._count, item, print_)
            self._count += 1
        self._base.execute("commit")

    def _note(self, number: int, item: Input, print_: bytes) -> None:
        found = self._first_of(print_)
        if found:
            row = (number, item.id, item.sha256, *found)
            self._base.execute("insert into duplicate values (?, ?, ?, ?, ?)", row)
            return
        self._base.execute("insert into first values (?, ?, ?)", (number, item.id, print_))
        self._base.execute("insert into digest values (?, ?)", (print_[:DIGEST], number))
        if self._mode is Deduplicate.near:
            self._base.executemany("insert into band values (?, ?)", ((band, number) for band in _bands(print_)))

    def _first_of(self, print_: bytes) -> tuple[str, float] | None:
        """The document that this one repeats, and their similarity."""
        query = "select id from digest join first using (number) where digest = ?"
        row = self._base.execute(query, (print_[:DIGEST],)).fetchone()
        if row:
            return str(row[0]), 1.0
        return self._nearest(print_) if self._mode is Deduplicate.near else None

    def _nearest(self, print_: bytes) -> tuple[str, float] | None:
        marks = ", ".join("?" * _BANDS)
        query = f"select id, print from first where number in (select number from band where band in ({marks}))"
        alike = [
            (similarity(signature_of(print_), signature_of(other)), id)
            for id, other in self._base.execute(f"{query} order by number", _bands(print_))
        ]
        best = max(alike, key=lambda pair: pair[0], default=(0.0, ""))
        return (best[1], best[0]) if best[0] >= NEAR else None


def _bands(print_: bytes) -> list[bytes]:
    """Parts of the signature, each with its number; near-identical texts have at least one in common."""
    return [bytes([band]) + print_[DIGEST + band * _BAND :][:_BAND] for band in range(_BANDS)]
