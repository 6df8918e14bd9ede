"""Prints how well files of every format are read: python tests/format_figures.py [POLICY …] [--formats | --pdf].

Each policy of data/policies/test.jsonl (own-007, own-070, own-147 and own-152 unless others are named) is written
in every format, and printed to PDF by Chromium and LibreOffice where they are installed. The figure is the F1 of the
clauses that are the same as those of the plain text (policy_parts.boundary_f1); of a PDF there are two, the second
one to the blank. Takes some minutes for the PDFs.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import policy_html
import policy_office
import pytest
from patience import PATIENT
from policy_files import policy_files
from policy_parts import Part, boundary_f1, parts
from test_formats import STYLE, WITHOUT_RULES, policy, printed_by_chromium, printed_by_office

from data.clause import Clause, ClauseSplitter
from data.document import Document, read_document

POLICIES = ("own-007", "own-070", "own-147", "own-152")

Print = Callable[[list[Part], Path], bytes]
"""A policy's parts to PDF, by way of files in a folder."""


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("policies", nargs="*", default=POLICIES, help="ids in data/policies/test.jsonl")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--formats", action="store_true", help="only the formats that Python writes")
    which.add_argument("--pdf", action="store_true", help="only PDF, printed by Chromium and LibreOffice")
    given = parser.parse_args()
    splitter = ClauseSplitter()
    if not given.pdf:
        table("lowest F1 of each format (files a policy)", given.policies, formats(splitter, given.policies))
    if not given.formats:
        table("PDF: F1, blanks aside / to the blank", given.policies, printed(splitter, given.policies))


def table(title: str, policies: Iterable[str], rows: Iterable[tuple[str, Iterable[str]]]) -> None:
    """As Markdown, a row as soon as it is measured."""
    print(f"\n| {' | '.join([title, *policies])} |\n|{'---|' * (1 + len(list(policies)))}")
    for name, cells in rows:
        print(f"| {' | '.join([name, *cells])} |", flush=True)


def formats(splitter: ClauseSplitter, policies: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """A row a format: of each policy the lowest figure over its files."""
    found: dict[str, list[list[float]]] = defaultdict(list)
    for name in policies:
        expected = splitter.split(Document(name, policy(name)))
        figures: dict[str, list[float]] = defaultdict(list)
        for file in policy_files(policy(name)):
            figures[file.format].append(boundary_f1(read(splitter, file.raw), expected))
        for format, of_policy in figures.items():
            found[format].append(of_policy)
    for format, rows in found.items():
        yield f"{format} ({len(rows[0])})", [f"{min(of_policy):.3f}" for of_policy in rows]


def printed(splitter: ClauseSplitter, policies: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """A row a way of printing: of each policy both figures."""
    for way, make in ways().items():
        yield way, [figures(splitter, name, make) for name in policies]


def ways() -> dict[str, Print]:
    """Every way of printing by its name."""
    pages = {f"Chromium, {name}": page(policy_html.LAYOUTS[name], STYLE) for name in ("headings", "lists", "inline")}
    words = {"LibreOffice, plain": policy_office.docx_plain, "LibreOffice, numbered": policy_office.docx_numbered}
    return (
        pages
        | {name: word(write) for name, write in words.items()}
        | {"Chromium, tables without rules": page(policy_html.headed, WITHOUT_RULES)}
    )


def page(layout: Callable[[list[Part]], str], style: str) -> Print:
    """By Chromium, as a page of that layout."""
    return lambda found, folder: printed_by_chromium(policy_html.page(layout(found), style), folder)


def word(write: Callable[[list[Part]], bytes]) -> Print:
    """By LibreOffice, from DOCX."""
    return lambda found, folder: printed_by_office(write(found), folder)


def figures(splitter: ClauseSplitter, name: str, make: Print) -> str:
    """Both figures of a policy printed that way; or why there are none."""
    with TemporaryDirectory() as folder:
        try:
            raw = make(parts(policy(name)), Path(folder))
        except pytest.skip.Exception as missing:
            return str(missing)
    expected = splitter.split(Document(name, policy(name)))
    found = read(splitter, raw)
    return f"{boundary_f1(found, expected, blanks=False):.3f} / {boundary_f1(found, expected):.3f}"


def read(splitter: ClauseSplitter, raw: bytes) -> list[Clause]:
    """The clauses of a file."""
    return splitter.split(read_document(raw, "file", PATIENT))


if __name__ == "__main__":
    main()
