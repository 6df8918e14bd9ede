"""Inputs of a batch: files, folders, globs, archives, tables and lists of names, as one stream of sources."""

import glob
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from data.document import DEFAULT_LIMITS, DocumentError

STANDARD_INPUT = "-"
"""A list of names, one a line, on standard input."""

_MAGIC = ("*", "?", "[")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table (JSONL, CSV, Parquet) hold the policy and its name."""

    text: str = "text"
    id: str = "id"


@dataclass(frozen=True, slots=True)
class Source:
    """One document still to be read. `read` gives its bytes, or a row's text, or raises DocumentError.

    Call `read` before the next source. An archive or a table that cannot be opened is a source too, and tells why.
    """

    id: str
    read: Callable[[], bytes | str]


def find_sources(names: Iterable[str], columns: Columns) -> Iterator[Source]:
    """The sources of the names in order, folders by name; holds no more than one folder's names at a time."""
    for name in names:
        if name == STANDARD_INPUT:
            yield from find_sources((line for line in _listed_names() if line != STANDARD_INPUT), columns)
        elif any(mark in name for mark in _MAGIC) and not Path(name).exists():
            yield from _in_glob(name, columns)
        else:
            yield from _in_path(Path(name), columns)


def broken(id: str, error: DocumentError) -> Source:
    """A source that can only tell why it is none."""

    def read() -> bytes:
        raise error

    return Source(id, read)


def _listed_names() -> Iterator[str]:
    return (name for line in sys.stdin if (name := line.rstrip("\r\n")))


def _in_glob(pattern: str, columns: Columns) -> Iterator[Source]:
    paths = sorted(glob.iglob(pattern, recursive=True))  # noqa: PTH207 - Path.glob knows no absolute patterns.
    if not paths:
        yield broken(pattern, DocumentError("unreadable", "no file fits this pattern; check it and its quotes"))
    for path in paths:
        yield from _in_path(Path(path), columns)


def _in_path(path: Path, columns: Columns) -> Iterator[Source]:
    if path.is_dir():
        yield from _in_folder(path, columns)
        return
    from serve.batch.container import open_container

    opened = open_container(path, columns)
    if opened is None:
        yield Source(str(path), lambda: read_file(path))
    else:
        yield from opened


def _in_folder(folder: Path, columns: Columns) -> Iterator[Source]:
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError as error:
        yield broken(str(folder), _unreadable(error))
        return
    for name, is_folder in found:
        if name.startswith("."):
            continue
        path = folder / name
        if is_folder:
            yield from _in_folder(path, columns)
        elif not path.is_dir():  # A link to a folder might lead round in a circle.
            yield from _in_path(path, columns)


def read_file(path: Path) -> bytes:
    """The bytes of a file within the limit of size. Raises DocumentError."""
    try:
        if not path.is_file():
            raise DocumentError("unreadable", "no such file; give the path of a policy")
        check_size(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(error) from error


def check_size(size: int) -> None:
    """Raises DocumentError `too-large` for more bytes than a document may have."""
    if size > DEFAULT_LIMITS.size:
        raise DocumentError("too-large", f"{size:,} bytes, over the limit of {DEFAULT_LIMITS.size:,}; cut the file")


def _unreadable(error: OSError) -> DocumentError:
    return DocumentError("unreadable", f"cannot be opened ({error.strerror}); check its path and rights")
