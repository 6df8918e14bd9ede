"""Tests of data/readers/isolate.py and child.py: what happens to one document harms no other."""

import subprocess
import sys
from pathlib import Path

import pytest

from data.readers import isolate
from data.readers.isolate import read_isolated
from data.readers.reading import DocumentError, Limits

PAGE = "<p>개인정보 처리방침</p>".encode()


def test_a_child_gives_what_the_reader_gives() -> None:
    assert read_isolated("html", PAGE, Limits()).text == "개인정보 처리방침"


def test_an_error_of_the_reader_comes_over() -> None:
    with pytest.raises(DocumentError, match="OCR") as caught:
        read_isolated("html", b"<p></p><img>", Limits())
    assert caught.value.reason == "no-text"


def test_a_child_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(DocumentError, match=r"Limits\.seconds") as caught:
        read_isolated("html", PAGE, Limits(seconds=0.001))
    assert caught.value.reason == "too-slow"


def test_memory_is_bounded() -> None:
    page = b"<p>" + b"<b>a</b>" * 1_000_000
    with pytest.raises(DocumentError) as caught:
        read_isolated("html", page, Limits(memory=80_000_000, seconds=30))
    assert caught.value.reason in ("too-large", "broken")


def test_a_crash_is_told_as_a_broken_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess([], -11, b"", b"")

    monkeypatch.setattr(isolate.subprocess, "run", crash)
    with pytest.raises(DocumentError, match="exit status -11") as caught:
        read_isolated("pdf", b"", Limits())
    assert caught.value.reason == "broken"


def test_the_folder_of_the_caller_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "lxml.py").write_text("raise SystemExit('taken over')")
    root = Path(__file__).parents[1]
    program = (
        f"import sys; sys.path[:0] = [{str(root)!r}]; sys.path.remove('') if '' in sys.path else None\n"
        "from data.readers.isolate import read_isolated; from data.readers.reading import Limits\n"
        f"print(read_isolated('html', {PAGE!r}, Limits()).text)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "개인정보 처리방침"
