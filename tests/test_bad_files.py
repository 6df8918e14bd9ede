"""Bad files: each ends soon and within memory with text or a named reason, and none harms the next."""

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import get_args

import pytest
from bad_files import GROUPS, POLICY, damaged, flipped, foreign, pages, truncated

from data.document import DocumentError, Reason, read_document

SECONDS = 10
MEMORY = 512_000_000
READER = """
import json, sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from data.document import DocumentError, read_document

def peak():
    # Not RUSAGE_SELF: that begins with what the process held that started this one.
    own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
    return 1024 * max(own, getrusage(RUSAGE_CHILDREN).ru_maxrss)

def used():
    return sum(use.ru_utime + use.ru_stime for use in (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)))

for path in sorted(Path(sys.argv[1]).iterdir()):
    start = used()
    try:
        outcome = "text" if read_document(path).text.strip() else "nothing"
    except DocumentError as error:
        outcome = error.reason
    assert read_document(Path(sys.argv[2])).text.startswith("개인정보 처리방침"), path.name
    print(json.dumps([path.name, outcome, used() - start, peak()]), flush=True)
"""


def read_all(files: dict[str, bytes], folder: Path) -> list[tuple[str, str, float, int]]:
    """(name, outcome, seconds of processor time, peak of memory so far) of each file, all read by one process."""
    (folder / "bad").mkdir()
    for name, raw in files.items():
        (folder / "bad" / name.replace("/", "∕")).write_bytes(raw)
    (folder / "good.txt").write_text(POLICY, encoding="utf-8")
    call = [sys.executable, "-c", READER, str(folder / "bad"), str(folder / "good.txt")]
    done = subprocess.run(call, capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def test_there_are_over_300_of_them() -> None:
    light = sum(1 for group in (truncated, flipped, damaged, foreign) for _ in group())
    assert light > 290
    assert {"archives", "pdfs", "pages"} <= set(GROUPS)


SAMPLE = [*islice(foreign(), 0, None, 3), *islice(damaged(), 0, 12, 3), *islice(flipped(), 0, 50, 6)]


@pytest.mark.parametrize("raw", [pytest.param(raw, id=name) for name, raw in SAMPLE])
def test_a_sample_ends_with_text_or_a_reason(raw: bytes) -> None:
    try:
        assert read_document(raw).text.strip()
    except DocumentError as error:
        assert error.reason in get_args(Reason)


@pytest.mark.parametrize("raw", [pytest.param(raw, id=name) for name, raw in pages() if len(raw) < 250_000])
def test_hostile_pages_end_with_text_or_a_reason(raw: bytes) -> None:
    test_a_sample_ends_with_text_or_a_reason(raw)


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_every_file_ends_soon_within_memory_and_harms_no_other(group: str, tmp_path: Path) -> None:
    found = read_all(dict(GROUPS[group]()), tmp_path)
    assert found
    for name, outcome, seconds, memory in found:
        assert outcome == "text" or outcome in get_args(Reason), name
        assert seconds < SECONDS, name
        assert memory < MEMORY, name
