"""Reads a document in a process of its own, so that a crash, a hang or a bomb hurts only that document."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

from data.readers.format import Format
from data.readers.reading import DocumentError, Limits, Place, Reading

OUT_OF_MEMORY = 3
"""Exit status of a child that was refused memory."""

_ROOT = Path(__file__).resolve().parents[2]


def read_isolated(format: Format, raw: bytes, limits: Limits) -> Reading:
    """What the reader of that format gives, within the limits of time and memory."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "data.readers.child", format, json.dumps(dataclasses.asdict(limits))],
            input=raw,
            capture_output=True,
            timeout=limits.seconds,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)])},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        cure = "cut the file or raise Limits.seconds"
        raise DocumentError("too-slow", f"{format} not read within {limits.seconds:g} s; {cure}") from error
    if done.returncode == OUT_OF_MEMORY:
        raise DocumentError("too-large", f"{format} needs over {limits.memory:,} bytes of memory; raise Limits.memory")
    return _answer(format, done)


def _answer(format: Format, done: subprocess.CompletedProcess[bytes]) -> Reading:
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit status {done.returncode}"]
        raise DocumentError("broken", f"{format} broke its reader ({lines[-1][:200]}); save the file again") from None
    if "reason" in answer:
        raise DocumentError(answer["reason"], answer["found"])
    places = tuple(Place(**place) for place in answer["places"])
    return Reading(answer["text"], tuple(answer["unread"]), places)
