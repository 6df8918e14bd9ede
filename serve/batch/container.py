"""Files that hold many documents: ZIP and TAR archives, and JSONL, CSV and Parquet with a column of texts."""

import csv
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

from data.document import DEFAULT_LIMITS, DocumentError
from serve.batch.inputs import Columns, Source, broken, check_size

LONGEST_LINE = 2 * DEFAULT_LIMITS.size
"""Bytes of one line of JSONL: a text of the greatest size, escaped."""

_TAR_ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_UTF8_NAME = 0x800
_LOCKED = 0x1
_BROKEN = (OSError, ValueError, EOFError, zipfile.BadZipFile, tarfile.TarError, csv.Error, NotImplementedError)
_PARQUET_ROWS = 64
_BOM = b"\xef\xbb\xbf"

Opener = Callable[[Path, Columns], Iterator[Source]]


def open_container(path: Path, columns: Columns) -> Iterator[Source] | None:
    """The sources in an archive or table, known by the ending of its name; None for any other file."""
    opener = _opener_of(path.name.lower())
    return _guarded(path, opener(path, columns)) if opener and path.is_file() else None


def _opener_of(name: str) -> Opener | None:
    if name.endswith(_TAR_ENDINGS):
        return _tar
    openers: dict[str, Opener] = {
        ".zip": _zip,
        ".jsonl": _jsonl,
        ".ndjson": _jsonl,
        ".csv": _csv,
        ".parquet": _parquet,
    }
    return openers.get(Path(name).suffix)


def _guarded(path: Path, sources: Iterator[Source]) -> Iterator[Source]:
    """The sources; where the container breaks, one more that says so."""
    try:
        yield from sources
    except DocumentError as error:
        yield broken(str(path), error)
    except _BROKEN as error:
        found = f"{path.name} cannot be read to its end ({error}); pack or save it again"
        yield broken(str(path), DocumentError("broken", found))


def _zip(path: Path, columns: Columns) -> Iterator[Source]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            name = _name_in_zip(member)
            if not member.is_dir() and _is_document(name):
                yield Source(f"{path}!/{name}", partial(_read_zipped, archive, member))


def _name_in_zip(member: zipfile.ZipInfo) -> str:
    """The member's name; Korean Windows writes CP949, which zipfile reads as CP437."""
    if member.flag_bits & _UTF8_NAME or member.filename.isascii():
        return member.filename
    try:
        return member.filename.encode("cp437").decode("cp949")
    except UnicodeError:
        return member.filename


def _read_zipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & _LOCKED:
        raise DocumentError("encrypted", "locked by a password; pack it without one")
    check_size(member.file_size)
    try:
        return archive.read(member)
    except Exception as error:  # zlib, lzma and zipfile each have errors of their own.
        raise DocumentError("broken", f"cannot be unpacked ({error}); pack the archive again") from error


def _tar(path: Path, columns: Columns) -> Iterator[Source]:
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            if member.isfile() and _is_document(member.name):
                yield Source(f"{path}!/{member.name}", partial(_read_tarred, archive, member))
            archive.members = []  # type: ignore[attr-defined]  # It would keep a record of every member.


def _read_tarred(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    check_size(member.size)
    try:
        file = archive.extractfile(member)
        return file.read() if file else b""
    except (OSError, EOFError, tarfile.TarError) as error:
        raise DocumentError("broken", f"cannot be unpacked ({error}); pack the archive again") from error


def _is_document(name: str) -> bool:
    return not any(part.startswith(".") or part == "__MACOSX" for part in name.split("/") if part not in (".", ".."))


def _jsonl(path: Path, columns: Columns) -> Iterator[Source]:
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), start=1):
            where = f"{path}:{number}"
            if line is None:
                yield broken(where, DocumentError("too-large", f"a line over {LONGEST_LINE:,} bytes; cut it"))
            elif line.strip():
                yield _source_of_line(where, line, columns)


def _lines(file: IO[bytes]) -> Iterator[bytes | None]:
    """The lines of the file, None for one that is too long."""
    while line := file.readline(LONGEST_LINE):
        whole = len(line) < LONGEST_LINE or line.endswith(b"\n")
        yield line if whole else None
        while not whole:
            rest = file.readline(LONGEST_LINE)
            whole = len(rest) < LONGEST_LINE or rest.endswith(b"\n")


def _source_of_line(where: str, line: bytes, columns: Columns) -> Source:
    try:
        record = json.loads(line.removeprefix(_BOM))
    except ValueError as error:
        return broken(where, DocumentError("broken", f"broken JSON ({error}); each line holds one JSON object"))
    if not isinstance(record, dict):
        found = f"expected a JSON object, found {type(record).__name__}; wrap it in {{…}}"
        return broken(where, DocumentError("broken", found))
    return _source_of_row(where, record, columns)


def _csv(path: Path, columns: Columns) -> Iterator[Source]:
    csv.field_size_limit(DEFAULT_LIMITS.size)
    with path.open(encoding=_charset_of(path), newline="") as file:
        rows = csv.DictReader(file)
        _check_columns(rows.fieldnames or (), columns)
        for number, row in enumerate(rows, start=1):
            yield _source_of_row(f"{path}:{number}", row, columns)


def _charset_of(path: Path) -> str:
    """UTF-8 or, as Korean Excel saves, CP949, by the beginning of the file."""
    with path.open("rb") as file:
        sample = file.read(1 << 16)
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4:  # A character cut off at the end of the sample is no mistake.
            return "cp949"
    return "utf-8-sig"


def _parquet(path: Path, columns: Columns) -> Iterator[Source]:
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise DocumentError("unreadable", "Parquet needs pyarrow: pip install 'bangchim[batch]'") from error
    with parquet.ParquetFile(path) as file:
        names = file.schema_arrow.names
        _check_columns(names, columns)
        wanted = [name for name in (columns.text, columns.id) if name in names]
        number = 0
        for batch in file.iter_batches(batch_size=_PARQUET_ROWS, columns=wanted):
            for row in batch.to_pylist():
                number += 1
                yield _source_of_row(f"{path}:{number}", row, columns)


def _check_columns(names: Any, columns: Columns) -> None:
    if columns.text not in names:
        raise DocumentError("format", _no_column(columns, names))


def _source_of_row(where: str, row: dict[str, Any], columns: Columns) -> Source:
    name = str(row.get(columns.id) or where)
    text = row.get(columns.text)
    if columns.text not in row:
        return broken(name, DocumentError("format", _no_column(columns, row)))
    if not isinstance(text, str):
        found = f"column '{columns.text}' holds {type(text).__name__}, expected text"
        return broken(name, DocumentError("empty" if text is None else "format", f"{found}; fill it"))
    return Source(name, lambda: text)


def _no_column(columns: Columns, names: Any) -> str:
    return f"no column '{columns.text}'; it has {', '.join(map(str, names)) or 'none'}: name one by --text-column"
