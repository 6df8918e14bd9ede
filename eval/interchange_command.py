"""The commands to-labelstudio, from-labelstudio, to-doccano and from-doccano."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.clause import ClauseSplitter
from data.gold import LabelledDocument, read_gold, write_gold
from data.interchange import (
    Proposed,
    labelstudio_interface,
    read_doccano,
    read_labelstudio,
    write_doccano,
    write_labelstudio,
)
from eval.preannotate import propose
from eval.refusal import refusals
from eval.source import open_classifier

Gold = Annotated[list[Path], typer.Argument(help="Labelled policies (JSONL); `units` may be empty.")]
Export = Annotated[Path, typer.Argument(help="The tool's export.")]
Out = Annotated[Path, typer.Option("--output", "-o", help="The file to write.")]
Model = Annotated[
    str,
    typer.Option(help="Pre-annotate by bundled, keywords, or a bundle's folder; the most uncertain policies first."),
]


def to_labelstudio(gold: Gold, output: Out, model: Model = "") -> None:
    """Labelled policies as Label Studio tasks; prints the labelling interface for the project's settings."""
    with refusals():
        write_labelstudio(output, _proposed(gold, model))
    typer.echo(labelstudio_interface())


def from_labelstudio(
    export: Export,
    output: Out,
    annotator: Annotated[str, typer.Option(help="Whose annotations, by email or number.")] = "",
) -> None:
    """A Label Studio export (JSON) as labelled policies; tasks that nobody labelled are left out."""
    with refusals():
        _write(output, read_labelstudio(export, annotator))


def to_doccano(gold: Gold, output: Out, model: Model = "") -> None:
    """Labelled policies as doccano JSONL; with a model, its proposals in the place of the gold's labels."""
    with refusals():
        write_doccano(output, _proposed(gold, model))


def from_doccano(export: Export, output: Out) -> None:
    """A doccano export (JSONL) as labelled policies."""
    with refusals():
        _write(output, read_doccano(export))


def _proposed(gold: list[Path], model: str) -> Sequence[Proposed]:
    documents = read_gold(*gold)
    return propose(open_classifier(model), ClauseSplitter(), documents) if model else [(one, None) for one in documents]


def _write(path: Path, documents: list[LabelledDocument]) -> None:
    write_gold(path, documents)
    units = sum(len(labelled.units) for labelled in documents)
    Console(stderr=True).print(f"{len(documents)} policies, {units} units", highlight=False)
