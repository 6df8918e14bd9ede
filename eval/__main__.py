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
from eval.contender import Contender, Opener, Units
from eval.curve import Curve, learning_curve, read_curve
from eval.errors import Mistake, mistakes, write_mistakes
from eval.fit import FittedSource, refuse_shared
from eval.harness import Answer, cut
from eval.interchange_command import from_doccano, from_labelstudio, to_doccano, to_labelstudio
from eval.load_command import load, soak
from eval.reading import KeepingSplitter
from eval.refusal import refusals
from eval.report import render, render_curve
from eval.result import evaluate, provenance
from eval.robustness import robustness as conditions
from eval.segmentation import segmentation as segment
from eval.source import open_classifier
from eval.speed import measure_peer, measure_speed
from eval.table import print_agreement, print_curve, print_evaluation, print_robustness, print_segmentation, print_speed

SHOWN = 50
"""Wrong units of each model on the page; --errors writes all."""

app = typer.Typer(help="How good and how fast a classifier is.", no_args_is_help=True, add_completion=False)
app.command("to-labelstudio")(to_labelstudio)
app.command("from-labelstudio")(from_labelstudio)
app.command("to-doccano")(to_doccano)
app.command("from-doccano")(from_doccano)
app.command()(load)
app.command()(soak)


@app.command()
def score(
    gold: Annotated[list[Path], typer.Argument(help="Labelled policies to score on (JSONL).")],
    model: Annotated[
        list[str],
        typer.Option(
            help="bundled, keywords, tfidf, stack, a bundle's folder, a .jsonl of predictions, or http://…; "
            "trainings of one model are joined by commas."
        ),
    ] = ["bundled"],  # noqa: B006
    train: Annotated[list[Path], typer.Option(help="Policies that tfidf and stack learn; tell seen from unseen.")] = [],  # noqa: B006
    seeds: Annotated[int, typer.Option(min=1, help="How often tfidf and stack are trained.")] = 1,
    fit: Annotated[list[Path], typer.Option(help="Fit temperature and thresholds on these policies.")] = [],  # noqa: B006
    units: Annotated[Units, typer.Option(help="Whose units a model reads.")] = "ours",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or torch.")] = "auto",
    json_out: Annotated[Path | None, typer.Option("--json", help="Write all figures as JSON.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write one HTML page.")] = None,
    curve: Annotated[Path | None, typer.Option(help="Show this learning curve in the page (curve --json).")] = None,
    errors: Annotated[Path | None, typer.Option(help="Write every wrong unit, the surest first (JSONL).")] = None,
) -> None:
    """Scores models on labelled policies: F1 by label with intervals, comparisons, calibration."""
    with refusals():
        documents, learnt, fitted = read_gold(*gold), read_gold(*train), read_gold(*fit)
        made = provenance(_command(), [*gold, *train, *fit], documents)
        refuse_shared(fitted, documents, "--fit", "scored")
        refuse_shared(fitted, learnt, "--fit", "trained on")
        learning = read_curve(curve) if curve else None
        splitter = KeepingSplitter()
        contenders = Opener(splitter, learnt, device, seeds).contenders(model, units, fitted)
        answers = [contender.answers(documents) for contender in contenders]
        evaluation = evaluate(
            made | _fitted(contenders), contenders, answers, documents, learnt, cut(documents, splitter, "ours")
        )
        print_evaluation(Console(), evaluation)
        if json_out:
            json_out.write_text(_json(evaluation.to_record()), encoding="utf-8")
        if errors or report:
            wrong = _mistakes(contenders, answers, documents, None if errors else SHOWN)
        if report:
            shown = {name: found[:SHOWN] for name, found in wrong.items()}
            report.write_text(render(evaluation, shown, learning), encoding="utf-8")
        if errors:
            write_mistakes(errors, wrong)


@app.command()
def curve(
    gold: Annotated[list[Path], typer.Argument(help="Labelled policies to score on (JSONL).")],
    train: Annotated[list[Path], typer.Option(help="Labelled policies to learn from.")],
    model: Annotated[Literal["tfidf", "stack"], typer.Option(help="What is trained.")] = "tfidf",
    sizes: Annotated[str, typer.Option(help="Numbers of policies to learn from.")] = "10,20,40,80",
    seeds: Annotated[int, typer.Option(min=1, help="How often the policies are drawn.")] = 1,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the curve, for score --curve.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write one HTML page.")] = None,
) -> None:
    """Shows what more labels would buy: F1 of a baseline, trained on growing numbers of policies."""
    with refusals():
        learnt, documents = read_gold(*train), read_gold(*gold)
        made = provenance(_command(), [*gold, *train], documents)
        refuse_shared(learnt, documents, "--train", "scored")
        points = learning_curve(model, learnt, documents, _sizes(sizes), KeepingSplitter(), seeds)
        learning = Curve(model, tuple(points), made)
        print_curve(Console(), learning)
        if json_out:
            learning.write(json_out)
        if report:
            report.write_text(render_curve(learning), encoding="utf-8")


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
def robustness(
    gold: Annotated[list[Path], typer.Argument(help="Labelled policies to score on (JSONL).")],
    model: Annotated[str, typer.Option(help="bundled, keywords, or a bundle's folder.")] = "bundled",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or torch.")] = "auto",
) -> None:
    """Scores a model under noise: spacing removed, typos, markers stripped, decomposed letters, each clause alone."""
    with refusals():
        classifier = open_classifier(model, device)
        print_robustness(Console(), classifier.identity.id, conditions(classifier, read_gold(*gold), KeepingSplitter()))


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


def _command() -> str:
    return shlex.join(["bangchim-eval", *sys.argv[1:]])


def _fitted(contenders: Sequence[Contender]) -> dict[str, object]:
    """What was fitted for the figures, of each model's seeds; empty where nothing was."""
    fitted = {
        one.name: [asdict(seed.decision) for seed in one.seeds if isinstance(seed, FittedSource)] for one in contenders
    }
    return {"fitted": fitted} if any(fitted.values()) else {}


def _mistakes(
    contenders: Sequence[Contender],
    answers: Sequence[Sequence[Sequence[Answer]]],
    documents: Sequence[LabelledDocument],
    most: int | None,
) -> dict[str, list[Mistake]]:
    """Of each contender's first seed."""
    return {
        contender.name: mistakes(contender.seeds[0], seeds[0], documents, most)
        for contender, seeds in zip(contenders, answers, strict=True)
    }


def _sizes(text: str) -> list[int]:
    sizes = [int(size) for size in text.split(",") if size.strip().isdecimal()]
    if len(sizes) != text.count(",") + 1 or min(sizes) < 2:
        raise ValueError(f"--sizes: '{text}' is no list of numbers of policies, 2 at least; write 10,20,40,80")
    return sizes


def _json(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    app()
