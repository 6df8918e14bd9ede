"""Figures as tables on a terminal."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from data.kind import KINDS, Kind
from data.labels import LABELS
from eval.agreement import Agreement, Difference
from eval.curve import Curve
from eval.metrics import Figures, Scores
from eval.result import Evaluation, Pair, Result
from eval.robustness import Condition
from eval.segmentation import Segmentation
from eval.significance import Interval, Spread
from eval.speed import LONG, TRIES, Speed
from eval.throughput import Throughput
from eval.tradeoff import Point


def print_evaluation(console: Console, evaluation: Evaluation) -> None:
    """Overview of all models, each one's labels, and the comparisons."""
    console.print(_overview(evaluation.results))
    trained_often = [result for result in evaluation.results if len(result.seeds) > 1]
    if trained_often:
        console.print(_seeds(trained_often))
    console.print(_kinds(evaluation.results))
    for result in evaluation.results:
        console.print(_labels(result))
    if evaluation.pairs:
        console.print(_pairs(evaluation.pairs))


def print_agreement(console: Console, agreement: Agreement, differences: int) -> None:
    """Each label's agreement, each pair's F1, and the first differing units."""
    table = _table(f"{agreement.units} body and row units, {len(agreement.names)} annotators", ["label", ""])
    for name in ("F1", "Cohen κ", "Fleiss κ", "Krippendorff α"):
        table.add_column(name, justify="right")
    for label in LABELS:
        one = agreement.labels[label.key]
        table.add_row(label.key, label.korean, *map(_number, (one.f1, one.cohen, one.fleiss, one.alpha)))
    console.print(table)
    console.print(f"α of label sets (MASI distance): {_number(agreement.masi_alpha)}")
    for (one_name, other_name), scores in agreement.pairs.items():
        console.print(
            f"F1 {one_name} – {other_name}: micro/macro {_micro_macro(scores)}, exact {_number(scores.exact)}"
        )
    for difference in agreement.differences[:differences]:
        console.print(_difference(difference), markup=False, highlight=False)
    if len(agreement.differences) > differences:
        console.print(
            f"… and {len(agreement.differences) - differences} more (--differences {len(agreement.differences)})"
        )


def print_curve(console: Console, learning: Curve) -> None:
    """F1 by number of training policies."""
    draws = len(learning.points[0].micro_seeds.values)
    over = "documents and draws" if draws > 1 else "documents"
    title = f"{learning.model} by training policies; mean of {draws} draws, 95 % by bootstrap over {over}, ± s"
    table = _table(title, [])
    for name in ("policies", "units", "micro F1", "±", "macro F1", "±"):
        table.add_column(name, justify="right")
    for one in learning.points:
        micro, macro = (_number(spread.deviation) for spread in (one.micro_seeds, one.macro_seeds))
        table.add_row(str(one.policies), str(one.units), _interval(one.micro), micro, _interval(one.macro), macro)
    console.print(table)


def print_segmentation(console: Console, found: Segmentation) -> None:
    """Boundary figures on one line each."""
    table = _table("Boundaries of clauses (starts and ends)", [])
    for name in ("P", "R", "F1", "right", "wrong", "missed", "finer in whole lines", "WindowDiff"):
        table.add_column(name, justify="right")
    counts = (found.right, found.wrong, found.missed, found.finer)
    ratios = map(_number, (found.precision, found.recall, found.f1))
    table.add_row(*ratios, *map(str, counts), _number(found.window_diff))
    console.print(table)


def print_robustness(console: Console, name: str, conditions: Iterable[Condition]) -> None:
    """F1 under each condition."""
    table = _table(f"{name}, body and row units, as the annotator cut them", ["condition"])
    for column in ("micro F1", "macro F1"):
        table.add_column(column, justify="right")
    for condition in conditions:
        table.add_row(condition.name, *map(_number, (condition.scores.micro.f1, condition.scores.macro.f1)))
    console.print(table)


def print_kinds(console: Console, found: Counter[tuple[Kind, Kind]]) -> None:
    """How often each kind was taken for which, and the share that is right."""
    right = sum(count for (true, other), count in found.items() if true == other)
    table = _table("Kinds of the gold's units, as we tell them", ["true"])
    for kind in KINDS:
        table.add_column(kind, justify="right")
    for true in KINDS:
        table.add_row(true, *(str(found[true, other]) for other in KINDS))
    console.print(table)
    console.print(f"kinds told rightly: {right / max(found.total(), 1):.4f} of {found.total()} units")


def print_speed(console: Console, name: str, speed: Speed, peer: float | None) -> None:
    """Rates and steps of a model, and, where it was run, how the peer compares."""
    table = _table(f"{name}: {speed.documents} documents in {speed.seconds:.2f} s", ["step"])
    for column in ("seconds", "share", "documents/min", "clauses/s", "characters/s"):
        table.add_column(column, justify="right")
    for step, seconds in speed.steps.items():
        table.add_row(step, *_rates(speed, seconds))
    table.add_section()
    table.add_row("all", *_rates(speed, speed.seconds))
    if peer is not None:
        took, _, *rates = _rates(speed, peer)
        table.add_row("peer in the model's place", took, "", *rates)
    console.print(table)
    console.print("one document: " + ", ".join(f"p{at} {speed.latency(at):.3f} s" for at in (50, 95, 99)))
    whole, model = speed.long_document
    console.print(
        f"one policy of {LONG:,} characters: model {model:.3f} s, whole way {whole:.3f} s (medians of {TRIES})"
    )
    console.print(f"peak memory: {speed.memory / 2**20:.0f} MiB")
    if peer is not None:
        ratio = peer / max(speed.predicting, 1e-9)
        whole = (peer + speed.reading + speed.splitting) / speed.seconds
        console.print(f"peer/model: {ratio:.1f} times the time of the model, {whole:.1f} times of the whole way")


def print_tradeoff(console: Console, points: Sequence[Point]) -> None:
    """A line a model."""
    table = _table("accuracy against speed, the model alone", ["model"])
    for column in ("micro F1", "macro F1", "clauses/s", f"s for {LONG:,} characters"):
        table.add_column(column, justify="right")
    for one in points:
        figures = (f"{one.micro:.3f}", f"{one.macro:.3f}", f"{one.rate:,.0f}", f"{one.long:.3f}")
        table.add_row(f"{one.model.id} {one.model.sha256[:12]}", *figures)
    console.print(table)


def _rates(speed: Speed, seconds: float) -> list[str]:
    """Seconds of a step, its share of the whole way, and what it would do alone."""
    rates = (total / max(seconds, 1e-9) for total in (60 * speed.documents, speed.clauses, speed.characters))
    return [f"{seconds:.2f}", f"{100 * seconds / speed.seconds:.0f} %", *(f"{rate:,.0f}" for rate in rates)]


def print_throughput(console: Console, found: Throughput) -> None:
    """Rate, memory and use of the cores of a batch, and how Kiwi alone and the peer compare."""
    rate = 60 * found.documents / found.seconds
    console.print(f"{found.documents} documents, {found.characters:,} characters in {found.seconds:.1f} s")
    console.print(f"{rate:.0f} documents a minute on {found.cores} cores, {found.busy:.1%} of them used")
    console.print(f"peak memory of all processes: at most {found.memory / 2**20:.0f} MiB")
    ratio = found.seconds / found.floor
    console.print(f"Kiwi alone, a process a core: {found.floor:.1f} s; the batch takes {ratio:.2f} times that")
    if found.peer is not None:
        ratio = found.peer / found.seconds
        console.print(f"Kiwi, then the peer: {found.peer:.0f} s (from a sample), {ratio:.1f} times the batch")


def _difference(one: Difference) -> str:
    sets = " | ".join(",".join(labels) or "-" for labels in one.sets)
    return f"{one.document}:{one.start}  {sets}\n    {one.before[:80]}\n  ▸ {one.text[:160]}"


def _overview(results: Sequence[Result]) -> Table:
    units = results[0].content.units if results else 0
    drawn = "documents and trainings" if any(len(one.seeds) > 1 for one in results) else "documents"
    table = _table(f"{units} body and row units; 95 % intervals by bootstrap over {drawn}", ["model"])
    for name in ("micro F1", "macro F1", "P", "R", "exact", "ECE"):
        table.add_column(name, justify="right")
    for one in results:
        micro = one.content.micro
        ratios = (micro.precision, micro.recall, one.content.exact, one.calibration.error)
        table.add_row(one.name, _interval(one.micro), _interval(one.macro), *map(_number, ratios))
    return table


def _seeds(results: Sequence[Result]) -> Table:
    table = _table("Several trainings: F1 of each, mean ± s; ECE and missing topics are those of the first", ["model"])
    for name in ("micro F1", "", "macro F1", ""):
        table.add_column(name, justify="right")
    for one in results:
        table.add_row(one.name, *(cell for found in (one.micro_seeds, one.macro_seeds) for cell in _spread(found)))
    return table


def _kinds(results: Sequence[Result]) -> Table:
    """By kind and, where training policies are known, by whether these hold the unit too."""
    seen = [name for name in ("seen", "unseen") if any(name in result.groups.get("seen", {}) for result in results)]
    table = _table("micro / macro F1 by kind of unit" + (", and by unit in training or not" if seen else ""), ["model"])
    for name in (*KINDS, *seen):
        table.add_column(name, justify="right")
    for result in results:
        parts = {**result.kinds, **result.groups.get("seen", {})}
        table.add_row(result.name, *(_micro_macro(parts[name]) for name in (*KINDS, *seen)))
    return table


def _labels(result: Result) -> Table:
    table = _table(f"{result.name}, body and row; documents without the topic", ["label"])
    for name in ("P", "R", "F1", "support", "AP", "missing", "found", "false"):
        table.add_column(name, justify="right")
    for label in LABELS:
        found = result.presence[label.key]
        absent = map(str, (found.missing, found.right, found.reported - found.right))
        average = _number(result.average_precision[label.key])
        table.add_row(label.key, *_cells(result.content.labels[label.key]), average, *absent)
    table.add_section()
    table.add_row("micro", *_cells(result.content.micro))
    table.add_row("macro", *_cells(result.content.macro))
    whole = result.presence_overall
    table.caption = f"missing topics: P {_number(whole.precision)}, R {_number(whole.recall)}"
    return table


def _pairs(pairs: Sequence[Pair]) -> Table:
    bootstrap = any(one.micro.test == "bootstrap" for one in pairs)
    p_value = "permutation" + (", bootstrap where a model was trained several times" if bootstrap else "")
    table = _table(f"Differences on the same documents (95 %: paired bootstrap; p: {p_value})", ["models"])
    for name in ("micro F1", "95 %", "p", "macro F1", "95 %", "p"):
        table.add_column(name, justify="right")
    for one in pairs:
        cells = [cell for comparison in (one.micro, one.macro) for cell in (
            f"{comparison.difference.value:+.3f}",
            f"{comparison.difference.low:+.3f} … {comparison.difference.high:+.3f}",
            f"{comparison.p_value:.4f}",
        )]  # fmt: skip
        table.add_row(f"{one.one} − {one.other}", *cells)
    return table


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, overflow="fold")  # a model's name is never cut short
    return table


def _cells(figures: Figures) -> list[str]:
    return [_number(figures.precision), _number(figures.recall), _number(figures.f1), str(figures.support)]


def _micro_macro(scores: Scores) -> str:
    return f"{_number(scores.micro.f1)}/{_number(scores.macro.f1)}"


def _interval(one: Interval) -> str:
    return f"{_number(one.value)} ({_number(one.low)}–{_number(one.high)})"


def _spread(one: Spread) -> tuple[str, str]:
    return " ".join(map(_number, one.values)), f"{_number(one.mean)} ± {_number(one.deviation)}"


def _number(value: float) -> str:
    return f"{value:.3f}".removeprefix("0") if value < 1 else f"{value:.2f}"
