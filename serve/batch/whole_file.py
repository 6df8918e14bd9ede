"""Files that are whole or absent whenever the machine stops, and the lock that keeps other jobs away."""

import errno
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

_CURES = {
    errno.ENOSPC: "the disk is full; free some space and run again with --resume",
    errno.EDQUOT: "the quota is used up; free some space and run again with --resume",
    errno.EROFS: "the disk is read-only; name another folder by -o",
    errno.EACCES: "no right to write there; name another folder by -o or change its rights",
    errno.EPERM: "no right to write there; name another folder by -o or change its rights",
    errno.EIO: "the disk fails; name a folder on another one by -o",
}


class StoreError(RuntimeError):
    """An output file that cannot be written: names it, what happened and what to do."""


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Turns the system's errors into StoreError."""
    try:
        yield
    except OSError as error:
        what = _CURES.get(error.errno or 0, "mend this and run again with --resume")
        raise StoreError(f"{error.filename or path}: {error.strerror or error}: {what}") from error


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Writes a JSON object as write_whole does."""
    write_whole(path, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Writes one JSON object a line as write_whole does."""
    write_whole(path, "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Writes under another name, to the disk, and renames: under its own name the file is whole or absent."""
    building = path.with_name(f".{path.name}.building")
    with named(path):
        try:
            with building.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            building.replace(path)
            _sync_folder(path.parent)
        except OSError:
            with suppress(OSError):
                building.unlink(missing_ok=True)
            raise


def lock(path: Path) -> IO[bytes]:
    """Locks the file until it is closed or the process ends, however it ends. Raises StoreError if it is locked."""
    with named(path):
        file = path.open("ab")
    try:
        _lock(file)
    except OSError as error:
        file.close()
        raise StoreError(
            f"{path.parent}: another job writes there; wait for it or name another folder by -o"
        ) from error
    return file


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
