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
from data.gold import GoldError, LabelledDocument, read_gold
from eval import chart
from eval.agreement import agree
from eval.contender import Contender, Opener, Units
from eval.curve import Curve, learning_curve, read_curve
from eval.errors import Mistake, mistakes, write_mistakes
from eval.fit import FittedSource, refuse_shared
from eval.harness import Answer, cut
from eval.interchange_command import from_doccano, from_labelstudio, to_doccano, to_labelstudio
from eval.load_command import load, soak
from eval.reading import KeepingSplitter
from eval.recombine import recombine
from eval.refusal import refusals
from eval.report import render, render_curve
from eval.result import evaluate, provenance
from eval.robustness import robustness as conditions
from eval.segmentation import kinds_found
from eval.segmentation import segmentation as segment
from eval.source import open_classifier
from eval.speed import measure_peer, measure_speed, open_timed
from eval.table import (
    print_agreement,
    print_curve,
    print_evaluation,
    print_kinds,
    print_robustness,
    print_segmentation,
    print_speed,
    print_throughput,
    print_tradeoff,
)
from eval.throughput import measure_batch
from eval.tradeoff import measure

Gold = Annotated[list[Path], typer.Argument(help="Labelled policies to measure on (JSONL).")]
Without = Annotated[str, typer.Option(help="Leave out these policies: ids, joined by commas.", metavar="ID,…")]
Device = Annotated[str, typer.Option(help="auto or cpu (ONNX Runtime), cuda or torch (torch).")]
OneModel = Annotated[str, typer.Option(help="bundled, keywords, or a bundle's folder.")]

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
    gold: Gold,
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
    units: Annotated[Units, typer.Option(help="Whose units a model reads: our splitter's, the gold's, both.")] = "ours",
    without: Without = "",
    device: Device = "auto",
    json_out: Annotated[Path | None, typer.Option("--json", help="Write all figures as JSON.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write one HTML page.")] = None,
    curve: Annotated[Path | None, typer.Option(help="Show this learning curve in the page (curve --json).")] = None,
    errors: Annotated[Path | None, typer.Option(help="Write every wrong unit, the surest first (JSONL).")] = None,
) -> None:
    """Scores models on labelled policies: F1 by label with intervals, comparisons with the first model, calibration.

    Figures are over body and row units; headings stand apart. Of several trainings of a model
    they are means, and the intervals and p-values are over trainings too.
    """
    with refusals():
        documents, learnt, fitted = _read(gold, without), read_gold(*train), read_gold(*fit)
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
    gold: Gold,
    train: Annotated[list[Path], typer.Option(help="Labelled policies to learn from.")],
    model: Annotated[Literal["tfidf", "stack"], typer.Option(help="The baseline that is trained.")] = "tfidf",
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
def segmentation(gold: Gold, without: Without = "") -> None:
    """Compares our splitter with the gold: where clauses begin and end, and which are headings, rows and body text."""
    with refusals():
        documents = _read(gold, without)
        print_segmentation(Console(), segment(documents, cut(documents, KeepingSplitter(), "ours")))
        print_kinds(Console(), kinds_found(documents))


@app.command()
def robustness(
    gold: Gold,
    model: OneModel = "bundled",
    without: Without = "",
    device: Device = "auto",
) -> None:
    """Scores a model under noise: spacing removed, typos, markers stripped, decomposed letters, each clause alone."""
    with refusals():
        documents, classifier = _read(gold, without), open_classifier(model, device)
        print_robustness(Console(), classifier.identity.id, conditions(classifier, documents, KeepingSplitter()))


@app.command()
def speed(
    gold: Annotated[list[Path], typer.Argument(help="Policies (JSONL, labels are not looked at).")],
    model: OneModel = "bundled",
    peer: Annotated[bool, typer.Option(help="Also run a BERT-base pipeline, clause by clause (slow).")] = False,
    device: Device = "auto",
    threads: Annotated[int | None, typer.Option(help="Of Kiwi and of the model; by default one a core.")] = None,
    policies: Annotated[
        int | None, typer.Option(min=1, help="Make so many of them, and measure bangchim batch (processes: --threads).")
    ] = None,
) -> None:
    """Measures where the time goes, latency and memory; the floor is Kiwi alone, the peer a BERT-base pipeline."""
    with refusals():
        if policies:
            made = list(recombine(read_gold(*gold), policies))
            print_throughput(Console(), measure_batch(made, _batch_options(model, device, threads), peer))
            return
        documents = [labelled.document for labelled in read_gold(*gold)]
        splitter = ClauseSplitter(threads)
        classifier, clock = open_timed(model, device, threads)
        found = measure_speed(classifier, splitter, documents, clock)
        print_speed(
            Console(), classifier.identity.id, found, measure_peer(splitter, documents, threads) if peer else None
        )


@app.command()
def tradeoff(
    gold: Gold,
    model: Annotated[list[str], typer.Option(help="A bundle's folder, bundled, or keywords; several.")],
    picture: Annotated[Path | None, typer.Option(help="Write the picture here, as SVG.")] = None,
    threads: Annotated[int | None, typer.Option(help="Of each model; by default one a core.")] = None,
) -> None:
    """Compares models by accuracy (gold units) and by clauses a second."""
    with refusals():
        points = measure(model, read_gold(*gold), ClauseSplitter(), threads)
        print_tradeoff(Console(), points)
        if picture:
            dots = chart.tradeoff({f"{one.model.id} {one.model.sha256[:6]}": (one.rate, one.micro) for one in points})
            picture.write_text(chart.as_file(dots), encoding="utf-8")


def _read(gold: Sequence[Path], without: str) -> list[LabelledDocument]:
    """The policies of the files but those named. Raises GoldError for a name that is none of theirs, or all of them."""
    documents, named = read_gold(*gold), set(filter(None, map(str.strip, without.split(","))))
    unknown = sorted(named - {labelled.document.id for labelled in documents})
    if unknown:
        raise GoldError(f"--without: no policy '{unknown[0]}' in {', '.join(map(str, gold))}; name ids of these files")
    kept = [labelled for labelled in documents if labelled.document.id not in named]
    if not kept:
        raise GoldError(f"--without: names all {len(documents)} policies; leave one in")
    return kept


def _batch_options(model: str, device: str, threads: int | None) -> list[str]:
    workers = ["--workers", str(threads)] if threads else []
    return ["--device", device, *workers, *([] if model == "bundled" else ["--model", model])]


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
