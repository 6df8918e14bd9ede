"""The command `bangchim-train`: from texts and labelled documents to a bundle."""

import logging
from collections import Counter
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from training.config import FinetuneConfig, PretrainConfig, load

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Trains clause classifiers.")

MOST_SHARED_INSIDE = 0.25
MOST_SHARED_OUTSIDE = 0.03

T = TypeVar("T")
ConfigFile = Annotated[
    Path | None, typer.Argument(help="A TOML file; see training/configs.", exists=True, dir_okay=False)
]
Settings = Annotated[list[str] | None, typer.Option("--set", help="key=value over the file, e.g. --set epochs=3.")]
Resume = Annotated[bool, typer.Option(help="Go on from the run's last checkpoint.")]


@app.callback()
def main() -> None:
    """Trains clause classifiers."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("training").setLevel(logging.INFO)


@app.command()
def pretrain(config: ConfigFile = None, set_: Settings = None, resume: Resume = False) -> None:
    """Masked language modelling over policies and statutes; makes an encoder."""
    from training.pretrain import pretrain as run

    typer.echo(run(_config(PretrainConfig, config, set_), resume))


@app.command()
def finetune(config: ConfigFile = None, set_: Settings = None, resume: Resume = False) -> None:
    """An encoder and labelled documents become a bundle."""
    from training.finetune import finetune as run

    typer.echo(run(_config(FinetuneConfig, config, set_), resume).folder)


@app.command()
def ablate(
    config: Annotated[Path, typer.Argument(help="A TOML file; see training/configs/ablation.toml.", dir_okay=False)],
    set_: Settings = None,
) -> None:
    """Trains a small recipe with one part taken away at a time; prints what each reaches on dev."""
    from training.ablation import AblationConfig, as_markdown
    from training.ablation import ablate as run

    typer.echo(as_markdown(run(_config(AblationConfig, config, set_))))


@app.command()
def export(
    bundle: Annotated[Path, typer.Argument(help="A bundle whose weights are read.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder of the new bundle.")],
) -> None:
    """Writes a bundle's ONNX graph, checks it against torch and hashes the files anew."""
    from training.export import export_again

    typer.echo(export_again(bundle, output).folder)


@app.command()
def quantize(
    bundle: Annotated[Path, typer.Argument(help="A bundle.")],
    documents: Annotated[list[Path], typer.Argument(help="Labelled documents that show the range of activations.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder of the new bundle.")],
    every: Annotated[int, typer.Option(help="Read every n-th document alone.", min=1)] = 1,
) -> None:
    """Writes a bundle whose ONNX graph computes with 8-bit integers, fixed ranges of activations."""
    from data.gold import read_gold
    from training.quantize import quantize as run

    typer.echo(run(bundle, read_gold(*documents)[::every], output).folder)


@app.command()
def card(
    bundle: Annotated[Path, typer.Argument(help="The bundle that gets a model card.")],
    run: Annotated[Path, typer.Option(help="config.json of the run that made it.")],
    scores: Annotated[list[Path], typer.Option(help="What bangchim-eval score --json wrote.")],
    notes: Annotated[Path | None, typer.Option(help="Text to close the card with.")] = None,
) -> None:
    """Writes a bundle's model card from its run and its measured figures."""
    from training.card import write_card

    typer.echo(write_card(bundle, run, scores, notes).folder / "README.md")


@app.command()
def kinds(
    train: Annotated[list[Path], typer.Argument(help="Labelled documents to learn from.")],
    dev: Annotated[Path, typer.Option(help="Labelled documents to measure on.")],
    output: Annotated[Path, typer.Option("--output", "-o")] = Path("data/kind.json"),
) -> None:
    """Fits the model that tells headings, rows and body text apart; prints its accuracy on dev."""
    from data.gold import read_gold
    from training.kinds import fit_kinds, measure

    fit_kinds(read_gold(*train), output)
    accuracy, confusion = measure(read_gold(dev))
    typer.echo(f"accuracy {accuracy:.4f}")
    for (true, found), count in sorted(confusion.items()):
        typer.echo(f"{true:8} taken for {found:8} {count}")


@app.command("corpus-check")
def corpus_check(
    corpus: Annotated[list[Path], typer.Argument(help="Labelled documents of our own.")],
    against: Annotated[
        list[Path] | None, typer.Option(help="Labelled documents whose wording must not be copied.")
    ] = None,
) -> None:
    """Prints how much wording the documents share with each other and with others; exit status 1 over the limits."""
    from data.clause import ClauseSplitter
    from data.gold import read_gold
    from data.originality import closest_pairs, shared_morpheme_runs, verbatim_units

    documents = read_gold(*corpus)
    labels = Counter(label for document in documents for unit in document.units for label in unit.labels or ("none",))
    traits = Counter(trait for document in documents for trait in document.meta.get("traits", ()))
    closest = closest_pairs(documents)
    typer.echo(f"{len(documents)} documents, {sum(len(document.units) for document in documents)} units")
    typer.echo("units: " + ", ".join(f"{label} {count}" for label, count in labels.most_common()))
    typer.echo("documents: " + ", ".join(f"{trait} {count}" for trait, count in traits.most_common()))
    for pair in closest:
        typer.echo(f"{pair.share:6.1%} of five-word runs shared by {pair.one} and {pair.other}")
    over = closest[0].share > MOST_SHARED_INSIDE
    if against:
        others = read_gold(*against)
        verbatim = verbatim_units(documents, others)
        shared = shared_morpheme_runs(documents, others, ClauseSplitter())
        typer.echo(f"{len(verbatim)} units of 25 letters or more stand verbatim in the others")
        for document, text in verbatim:
            typer.echo(f"  {document}: {text}")
        typer.echo(f"{shared:6.2%} of eight-morpheme runs occur in the others")
        over = over or bool(verbatim) or shared > MOST_SHARED_OUTSIDE
    raise typer.Exit(1 if over else 0)


def _config(kind: type[T], file: Path | None, settings: list[str] | None) -> T:
    try:
        config: T = load(kind, file, settings or [])
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    return config


if __name__ == "__main__":
    app()
