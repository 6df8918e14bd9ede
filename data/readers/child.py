"""The child process of isolate.py: bytes of one document on standard input, its reading as JSON on standard output."""

import dataclasses
import json
import os
import sys
from contextlib import suppress
from typing import Any, cast

from data.readers.format import Format
from data.readers.isolate import OUT_OF_MEMORY
from data.readers.read import read_as
from data.readers.reading import DocumentError, Limits


def main() -> int:
    """Reads one document. Exit status 0 with an answer, OUT_OF_MEMORY, or whatever a crash gives."""
    # Parsers in C may write to standard output; the answer goes out by a descriptor they do not know.
    answer_to = os.dup(1)
    os.dup2(2, 1)
    limits = Limits(**json.loads(sys.argv[2]))
    raw = sys.stdin.buffer.read()
    _confine(limits)
    try:
        answer = _read(cast(Format, sys.argv[1]), raw, limits)
    except MemoryError:
        return OUT_OF_MEMORY
    with os.fdopen(answer_to, "wb") as out:
        out.write(json.dumps(answer).encode("ascii"))
    return 0


def _read(format: Format, raw: bytes, limits: Limits) -> dict[str, Any]:
    try:
        return dataclasses.asdict(read_as(format, raw, limits))
    except DocumentError as error:
        return {"reason": error.reason, "found": error.found}


def _confine(limits: Limits) -> None:
    """Bounds memory and processor time of this process where the system can."""
    if sys.platform == "win32":
        return
    import resource

    seconds = int(limits.seconds) + 1
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main())
