"""The corpus of files: a policy in every format, layout and charset gives the clauses of its plain text."""

import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import policy_html
import policy_office
import pytest
from patience import PATIENT
from policy_files import PolicyFile, policy_files
from policy_parts import Rows, boundary_f1, parts, spans

from data.clause import Clause, ClauseSplitter
from data.document import Document, read_document
from data.gold import read_gold

POLICIES = Path(__file__).parents[1] / "data" / "policies"
SAMPLE = (POLICIES / "sample.txt").read_text(encoding="utf-8")
LEAST = {"text": 1.0, "html": 0.98, "docx": 0.98, "hwpx": 0.98, "hwp": 0.97, "markdown": 0.98, "pdf": 0.93}
LEAST_IN_THE_MIDDLE = 0.85
"""Without rules, a cell in the middle of the rows that it hangs over may stand between two of them, a line alone."""

LEAST_TO_THE_BLANK = 0.88
"""A PDF tells not whether a line ended inside a word: so many of its clauses are the same with all their blanks."""

FILES = list(policy_files(SAMPLE))
OTHERS = ("own-007", "own-034", "own-086", "own-110", "own-147", "own-152")
STYLE = """<meta charset=utf-8><style>body { font: 11pt 'Noto Sans CJK KR' } table { border-collapse: collapse }
td, th { border: 1px solid #444; padding: 3px }</style>"""
WITHOUT_RULES = STYLE.replace("border: 1px solid #444; padding: 3px", "padding: 3px 8px; vertical-align: top")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
OFFICE = shutil.which("soffice")
HEADLESS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


_SYLLABLE = re.compile(r"[가-힣]")


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)


def f1(splitter: ClauseSplitter, raw: bytes, expected: list[Clause]) -> float:
    return boundary_f1(splitter.split(read_document(raw, "file", PATIENT)), expected)


@pytest.fixture(scope="module")
def expected(splitter: ClauseSplitter) -> list[Clause]:
    """The clauses of the plain text."""
    return splitter.split(Document("sample", SAMPLE))


def test_the_corpus_has_every_format() -> None:
    assert {file.format for file in FILES} == {"text", "html", "docx", "hwpx", "hwp", "markdown"}
    assert len(FILES) > 50


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.format} {file.way}")
def test_every_file_gives_the_clauses_of_the_text(
    file: PolicyFile, splitter: ClauseSplitter, expected: list[Clause]
) -> None:
    assert f1(splitter, file.raw, expected) >= LEAST[file.format]


def lost(text: str, document: Document) -> Counter[str]:
    """The syllables of the text that the document has fewer of; a cell over several rows may stand more often."""
    return Counter(_SYLLABLE.findall(unicodedata.normalize("NFC", text))) - Counter(
        _SYLLABLE.findall(unicodedata.normalize("NFC", document.text))
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.format} {file.way}")
def test_clauses_of_every_file_are_slices_and_nothing_is_lost(file: PolicyFile, splitter: ClauseSplitter) -> None:
    document = read_document(file.raw, "file", PATIENT)
    clauses = splitter.split(document)
    assert all(clause.text == document.text[clause.start : clause.end] for clause in clauses)
    assert all(one.end <= other.start for one, other in pairwise(clauses))
    assert sum(map(_letters, (clause.text for clause in clauses))) == _letters(document.text)
    assert not lost(SAMPLE, document)


@cache
def policy(name: str) -> str:
    return next(gold.document.text for gold in read_gold(POLICIES / "test.jsonl") if gold.document.id == name)


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_other_policies_in_every_format(name: str, splitter: ClauseSplitter) -> None:
    expected = splitter.split(Document(name, policy(name)))
    found = {f"{file.format} {file.way}": file for file in policy_files(policy(name)) if file.format != "text"}
    assert len(found) > 35
    short = {way: f1(splitter, file.raw, expected) for way, file in found.items()}
    assert {way: value for way, value in short.items() if value < LEAST[found[way].format]} == {}


def printed_by_chromium(page: str, folder: Path) -> bytes:
    """The page as PDF."""
    if not CHROMIUM:
        pytest.skip("no chromium here: apt-get install chromium")
    (folder / "page.html").write_text(page, encoding="utf-8")
    target = folder / "page.pdf"
    call = [CHROMIUM, *HEADLESS, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={target}"]
    subprocess.run([*call, (folder / "page.html").as_uri()], check=True, capture_output=True, timeout=300)
    return target.read_bytes()


def printed_by_office(word: bytes, folder: Path) -> bytes:
    """The DOCX as PDF."""
    if not OFFICE:
        pytest.skip("no LibreOffice here: apt-get install libreoffice-writer-nogui")
    (folder / "file.docx").write_bytes(word)
    call = [OFFICE, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "pdf"]
    subprocess.run([*call, "--outdir", folder, folder / "file.docx"], check=True, capture_output=True, timeout=300)
    return (folder / "file.pdf").read_bytes()


def written_once(text: str) -> str:
    """The text as a page shows it: equal cells one above the other as one."""
    return "\n".join(
        " ".join(cell for row in spans(part.cells) for cell, high in row if high)
        if isinstance(part, Rows)
        else part.text
        for part in parts(text)
    )


def check_printed(splitter: ClauseSplitter, raw: bytes, name: str) -> None:
    expected = splitter.split(Document(name, policy(name)))
    document = read_document(raw, "file", PATIENT)
    assert not lost(written_once(policy(name)), document)
    found = splitter.split(document)
    assert boundary_f1(found, expected, blanks=False) >= LEAST["pdf"]
    assert boundary_f1(found, expected) >= LEAST_TO_THE_BLANK


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["headings", "lists", "inline"])
@pytest.mark.parametrize("name", ["own-070", "own-007", "own-147", "own-152"])
def test_pages_printed_by_chromium(name: str, layout: str, splitter: ClauseSplitter, tmp_path: Path) -> None:
    page = policy_html.page(policy_html.LAYOUTS[layout](parts(policy(name))), STYLE)
    check_printed(splitter, printed_by_chromium(page, tmp_path), name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["own-070", "own-007", "own-147", "own-152"])
def test_tables_without_rules_printed_by_chromium(name: str, splitter: ClauseSplitter, tmp_path: Path) -> None:
    page = policy_html.page(policy_html.headed(parts(policy(name))), WITHOUT_RULES)
    check_printed(splitter, printed_by_chromium(page, tmp_path), name)


@pytest.mark.slow
def test_cells_in_the_middle_of_several_rows_without_rules(splitter: ClauseSplitter, tmp_path: Path) -> None:
    style = WITHOUT_RULES.replace("vertical-align: top", "vertical-align: middle")
    page = policy_html.page(policy_html.headed(parts(policy("own-152"))), style)
    found = splitter.split(read_document(printed_by_chromium(page, tmp_path), "file", PATIENT))
    expected = splitter.split(Document("own-152", policy("own-152")))
    assert boundary_f1(found, expected, blanks=False) >= LEAST_IN_THE_MIDDLE


@pytest.mark.slow
@pytest.mark.parametrize("write", [policy_office.docx_plain, policy_office.docx_numbered], ids=["plain", "numbered"])
@pytest.mark.parametrize("name", ["own-070", "own-007", "own-147", "own-152"])
def test_files_printed_by_libreoffice(name: str, write: object, splitter: ClauseSplitter, tmp_path: Path) -> None:
    assert callable(write)
    check_printed(splitter, printed_by_office(write(parts(policy(name))), tmp_path), name)
