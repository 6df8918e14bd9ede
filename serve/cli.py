"""The command `bangchim`: policies in, labelled clauses out."""

import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from data.document import Document, DocumentError, read_document
from model.bundle import BUNDLED, BundleError
from serve.batch.command import batch
from serve.http.command import serve
from serve.label import LabelledPolicy, Labeller, load_labeller
from serve.render import to_csv, to_jsonl, to_table

STANDARD_INPUT = "-"
TOGETHER = 8
"""Documents labelled at a time: enough to keep the cores busy, few enough for the bar to move."""

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Clauses of Korean privacy policies, classified.")


class Format(StrEnum):
    """How labelled clauses are written."""

    table = "table"
    jsonl = "jsonl"
    csv = "csv"


@app.callback()
def main() -> None:
    """Clauses of Korean privacy policies (개인정보 처리방침), classified."""


app.command()(batch)
app.command()(serve)


@app.command()
def classify(
    files: Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input.")],
    format: Annotated[Format, typer.Option(help="How results are written.")] = Format.table,
    model: Annotated[Path, typer.Option(help="A bundle; by default the one that ships.")] = BUNDLED,
    device: Annotated[str, typer.Option(help="auto, cpu (ONNX Runtime), cuda or torch.")] = "auto",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of standard output.")] = None,
    threads: Annotated[int | None, typer.Option(help="Threads; by default one a core.", min=1)] = None,
) -> None:
    """Labels every clause of each policy. Exit status 1 if some file could not be read, 2 if the model could not."""
    errors = Console(stderr=True)
    try:
        labeller = load_labeller(model, device, threads)
    except (BundleError, RuntimeError) as error:
        errors.print(f"bangchim: {error}", style="red", markup=False)
        raise typer.Exit(2) from error
    reader = _Reader(errors)
    policies = _labelled(labeller, reader, _paths(files), errors)
    if output:
        _write_file(policies, format, output)
    else:
        _write(policies, format)
    raise typer.Exit(1 if reader.failed else 0)


class _Reader:
    """Reads documents; names those that cannot be read and goes on."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.failed = 0

    def read(self, path: str) -> Document | None:
        try:
            if path == STANDARD_INPUT:
                return read_document(sys.stdin.buffer.read(), id="standard input")
            return read_document(Path(path))
        except (DocumentError, OSError) as error:
            self.failed += 1
            self._console.print(f"bangchim: {error}", style="red", markup=False, soft_wrap=True)
            return None


def _paths(names: Sequence[str]) -> list[str]:
    """The files that are meant, folders replaced by the files in them."""
    paths: list[str] = []
    for name in names:
        if name != STANDARD_INPUT and Path(name).is_dir():
            paths += sorted(str(path) for path in Path(name).rglob("*") if path.is_file() and path.name[0] != ".")
        else:
            paths.append(name)
    return paths


def _labelled(labeller: Labeller, reader: _Reader, paths: Sequence[str], console: Console) -> Iterator[LabelledPolicy]:
    """Labelled policies, a few documents at a time, with a bar where a person looks on."""
    shown = console.is_terminal and len(paths) > 1
    with Progress(console=console, transient=True, disable=not shown) as progress:
        task = progress.add_task("분류 classifying", total=len(paths))
        for start in range(0, len(paths), TOGETHER):
            group = paths[start : start + TOGETHER]
            documents = [document for path in group if (document := reader.read(path))]
            yield from labeller.label(documents)
            progress.advance(task, len(group))


def _write(policies: Iterator[LabelledPolicy], form: Format) -> None:
    if form is Format.table:
        console = Console(width=None if sys.stdout.isatty() else 120)
        for policy in policies:
            console.print(to_table(policy))
        return
    for chunk in _chunks(policies, form):
        sys.stdout.write(chunk)


def _write_file(policies: Iterator[LabelledPolicy], form: Format, output: Path) -> None:
    """Writes beside the file's place and moves it there whole."""
    building = output.with_name(f".{output.name}.building")
    # A mark of the byte order tells Excel that a CSV file is UTF-8.
    encoding = "utf-8-sig" if form is Format.csv else "utf-8"
    with building.open("w", encoding=encoding, newline="") as file:
        if form is Format.table:
            console = Console(file=file, width=120)
            for policy in policies:
                console.print(to_table(policy))
        else:
            for chunk in _chunks(policies, form):
                file.write(chunk)
    building.replace(output)


def _chunks(policies: Iterator[LabelledPolicy], form: Format) -> Iterator[str]:
    header = True
    for policy in policies:
        if form is Format.jsonl:
            yield to_jsonl([policy])
            continue
        rows = to_csv([policy])
        yield rows if header else rows.partition("\n")[2]
        header = False
