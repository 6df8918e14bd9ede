"""The command bangchim-eval: how good and how fast a classifier is, and how far annotators agree."""

import json
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from data.clause import ClauseSplitter
from data.gold import LabelledDocument, read_gold
from eval.agreement import agree
from eval.harness import Answer, Cut, cut
from eval.report import render
from eval.result import Evaluation, Result, measure, pair, provenance
from eval.segmentation import segmentation as segment
from eval.source import Source, open_classifier, open_source
from eval.speed import measure_peer, measure_speed
from eval.table import print_agreement, print_evaluation, print_segmentation, print_speed

app = typer.Typer(help="How good and how fast a classifier is.", no_args_is_help=True, add_completion=False)


@app.command()
def score(
    gold: Annotated[list[Path], typer.Argument(help="Labelled policies to score on (JSONL).")],
    model: Annotated[
        list[str],
        typer.Option(help="bundled, keywords, tfidf, stack, a bundle's folder, or a .jsonl file of predictions."),
    ] = ["bundled"],  # noqa: B006
    train: Annotated[list[Path], typer.Option(help="Policies that tfidf and stack learn from.")] = [],  # noqa: B006
    units: Annotated[Literal["ours", "gold"], typer.Option(help="Whose units a model reads.")] = "ours",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or torch.")] = "auto",
    json_out: Annotated[Path | None, typer.Option("--json", help="Write all figures as JSON.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write one HTML page.")] = None,
) -> None:
    """Scores models on labelled policies: F1 by label with intervals, comparisons, calibration."""
    with _errors():
        documents, learnt = read_gold(*gold), read_gold(*train)
        splitter = ClauseSplitter()
        sources = [open_source(name, learnt, splitter, units, device) for name in model]
        answers = [source.answers(documents) for source in sources]
    made = provenance(shlex.join(["bangchim-eval", *sys.argv[1:]]), [*gold, *train], documents)
    evaluation = _evaluation(made, sources, answers, documents, learnt, units)
    print_evaluation(Console(), evaluation)
    if json_out:
        json_out.write_text(json.dumps(evaluation.to_record(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if report:
        report.write_text(render(evaluation), encoding="utf-8")


@app.command()
def agreement(
    files: Annotated[list[Path], typer.Argument(help="The same policies, labelled by each annotator.")],
    differences: Annotated[int, typer.Option(help="Differing units to list.")] = 20,
) -> None:
    """Shows how far annotators agree: kappa, alpha and F1 by label, and where they differ."""
    with _errors():
        print_agreement(Console(), agree([(path.name, read_gold(path)) for path in files]), differences)


@app.command()
def segmentation(gold: Annotated[list[Path], typer.Argument(help="Labelled policies (JSONL).")]) -> None:
    """Compares the clauses that our splitter finds with the gold's units."""
    with _errors():
        documents = read_gold(*gold)
        print_segmentation(Console(), segment(documents, cut(documents, ClauseSplitter(), "ours")))


@app.command()
def speed(
    gold: Annotated[list[Path], typer.Argument(help="Policies (JSONL, labels are not looked at).")],
    model: Annotated[str, typer.Option(help="bundled, keywords, or a bundle's folder.")] = "bundled",
    peer: Annotated[bool, typer.Option(help="Also run a BERT-base pipeline, clause by clause (slow).")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or torch.")] = "auto",
    threads: Annotated[int | None, typer.Option(help="Of Kiwi and of the model; by default one a core.")] = None,
) -> None:
    """Measures speed, latency and memory; the floor is Kiwi alone, the peer a BERT-base pipeline."""
    with _errors():
        documents = [labelled.document for labelled in read_gold(*gold)]
        splitter = ClauseSplitter(threads)
        classifier = open_classifier(model, device, threads)
        found = measure_speed(classifier, splitter, documents)
        print_speed(
            Console(), classifier.identity.id, found, measure_peer(splitter, documents, threads) if peer else None
        )


def _evaluation(
    made: dict[str, object],
    sources: Sequence[Source],
    answers: Sequence[Sequence[Answer]],
    documents: Sequence[LabelledDocument],
    learnt: Sequence[LabelledDocument],
    units: Cut,
) -> Evaluation:
    results: list[Result] = [
        measure(source.identity, units, documents, found, learnt)
        for source, found in zip(sources, answers, strict=True)
    ]
    named = [(source.identity.id, found) for source, found in zip(sources, answers, strict=True)]
    return Evaluation(made, tuple(results), tuple(pair(one, other) for one, other in pairwise(named)))


@contextmanager
def _errors() -> Iterator[None]:
    """Turns errors that name their cure into a line and exit status 1."""
    try:
        yield
    except (ValueError, RuntimeError, OSError) as error:
        Console(stderr=True).print(f"[red]{error}[/red]", highlight=False)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
