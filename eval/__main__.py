"""The command bangchim-eval: how good and how fast a classifier is, and how far annotators agree."""

import json
import shlex
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from data.clause import ClauseSplitter
from data.gold import LabelledDocument, read_gold
from eval.agreement import agree
from eval.curve import learning_curve
from eval.errors import write_mistakes
from eval.fit import FittedSource, refuse_shared
from eval.harness import Answer, Cut, cut
from eval.interchange_command import from_doccano, from_labelstudio, to_doccano, to_labelstudio
from eval.refusal import refusals
from eval.report import render, render_curve
from eval.result import Evaluation, measure, pair, provenance
from eval.segmentation import segmentation as segment
from eval.source import Source, open_classifier, open_source
from eval.speed import measure_peer, measure_speed
from eval.table import print_agreement, print_curve, print_evaluation, print_segmentation, print_speed

app = typer.Typer(help="How good and how fast a classifier is.", no_args_is_help=True, add_completion=False)
app.command("to-labelstudio")(to_labelstudio)
app.command("from-labelstudio")(from_labelstudio)
app.command("to-doccano")(to_doccano)
app.command("from-doccano")(from_doccano)


@app.command()
def score(
    gold: Annotated[list[Path], typer.Argument(help="Labelled policies to score on (JSONL).")],
    model: Annotated[
        list[str],
        typer.Option(help="bundled, keywords, tfidf, stack, a bundle's folder, a .jsonl of predictions, or http://…"),
    ] = ["bundled"],  # noqa: B006
    train: Annotated[list[Path], typer.Option(help="Policies that tfidf and stack learn from.")] = [],  # noqa: B006
    fit: Annotated[list[Path], typer.Option(help="Fit temperature and thresholds on these policies.")] = [],  # noqa: B006
    units: Annotated[Literal["ours", "gold"], typer.Option(help="Whose units a model reads.")] = "ours",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or torch.")] = "auto",
    json_out: Annotated[Path | None, typer.Option("--json", help="Write all figures as JSON.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write one HTML page.")] = None,
    errors: Annotated[Path | None, typer.Option(help="Write every wrong unit, the surest first (JSONL).")] = None,
) -> None:
    """Scores models on labelled policies: F1 by label with intervals, comparisons, calibration."""
    with refusals():
        documents, learnt, fitted = read_gold(*gold), read_gold(*train), read_gold(*fit)
        refuse_shared(fitted, documents, "--fit", "scored")
        refuse_shared(fitted, learnt, "--fit", "trained on")
        splitter = ClauseSplitter()
        sources = [open_source(name, learnt, splitter, units, device) for name in model]
        if fit:
            sources = [FittedSource(source, fitted) for source in sources]
        answers = [(source, source.answers(documents)) for source in sources]
        made = _made([*gold, *train, *fit], documents, sources)
        evaluation = _evaluation(made, answers, documents, learnt, units, splitter)
        print_evaluation(Console(), evaluation)
        if json_out:
            json_out.write_text(_json(evaluation.to_record()), encoding="utf-8")
        if report:
            report.write_text(render(evaluation), encoding="utf-8")
        if errors:
            write_mistakes(errors, [(source.identity.id, found) for source, found in answers], documents)


@app.command()
def curve(
    train: Annotated[Path, typer.Argument(help="Labelled policies to learn from (JSONL).")],
    dev: Annotated[Path, typer.Argument(help="Labelled policies to score on.")],
    sizes: Annotated[str, typer.Option(help="Numbers of policies to learn from.")] = "10,20,40,80",
    seed: Annotated[int, typer.Option(help="Orders the policies.")] = 0,
    report: Annotated[Path | None, typer.Option(help="Write one HTML page.")] = None,
) -> None:
    """Shows what more labels would buy: F1 of tfidf, trained on growing numbers of policies."""
    with refusals():
        learnt, documents = read_gold(train), read_gold(dev)
        refuse_shared(learnt, documents, str(train), "scored")
        points = list(learning_curve(learnt, documents, _sizes(sizes), ClauseSplitter(), seed))
        print_curve(Console(), points)
        if report:
            report.write_text(render_curve(points, _made([train, dev], documents)), encoding="utf-8")


@app.command()
def agreement(
    files: Annotated[list[Path], typer.Argument(help="The same policies, labelled by each annotator.")],
    differences: Annotated[int, typer.Option(help="Differing units to list.")] = 20,
) -> None:
    """Shows how far annotators agree: kappa, alpha and F1 by label, and where they differ."""
    with refusals():
        print_agreement(Console(), agree([(path.name, read_gold(path)) for path in files]), differences)


@app.command()
def segmentation(gold: Annotated[list[Path], typer.Argument(help="Labelled policies (JSONL).")]) -> None:
    """Compares the clauses that our splitter finds with the gold's units."""
    with refusals():
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
    with refusals():
        documents = [labelled.document for labelled in read_gold(*gold)]
        splitter = ClauseSplitter(threads)
        classifier = open_classifier(model, device, threads)
        found = measure_speed(classifier, splitter, documents)
        print_speed(
            Console(), classifier.identity.id, found, measure_peer(splitter, documents, threads) if peer else None
        )


def _made(
    files: Sequence[Path], documents: Sequence[LabelledDocument], sources: Sequence[Source] = ()
) -> dict[str, object]:
    """How the figures were made, with what was fitted for them."""
    made = provenance(shlex.join(["bangchim-eval", *sys.argv[1:]]), files, documents)
    fitted = {one.identity.id: asdict(one.decision) for one in sources if isinstance(one, FittedSource)}
    return made | ({"fitted": fitted} if fitted else {})


def _evaluation(
    made: dict[str, object],
    answers: Sequence[tuple[Source, Sequence[Answer]]],
    documents: Sequence[LabelledDocument],
    learnt: Sequence[LabelledDocument],
    units: Cut,
    splitter: ClauseSplitter,
) -> Evaluation:
    """All figures; each other model is compared with the first."""
    results = tuple(measure(source.identity, units, documents, found, learnt) for source, found in answers)
    named = [(source.identity.id, found) for source, found in answers]
    pairs = tuple(pair(named[0], other) for other in named[1:])
    return Evaluation(made, results, pairs, segment(documents, cut(documents, splitter, "ours")))


def _sizes(text: str) -> list[int]:
    sizes = [int(size) for size in text.split(",") if size.strip().isdecimal()]
    if len(sizes) != text.count(",") + 1 or min(sizes) < 2:
        raise ValueError(f"--sizes: '{text}' is no list of numbers of policies, 2 at least; write 10,20,40,80")
    return sizes


def _json(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    app()
