"""What more labels would buy: F1 of a baseline, trained on growing numbers of policies."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.clause import Clause, ClauseSplitter
from data.gold import GoldError, LabelledDocument, field_of, object_of, parse, read_utf8
from eval.harness import answer_clauses, cut, of_kind
from eval.metrics import Counts, macro_f1, micro_f1
from eval.significance import Interval, Spread, document_counts, interval, spread
from eval.source import train_baseline


@dataclass(frozen=True, slots=True)
class Point:
    """F1 over body and row units after training on so many policies: mean of several draws of these, and each draw.

    The intervals are over documents and draws.
    `units`: mean number of units that were learnt from.
    """

    policies: int
    units: int
    micro: Interval
    macro: Interval
    micro_seeds: Spread
    macro_seeds: Spread


@dataclass(frozen=True, slots=True)
class Curve:
    """The points of one model, and how they were made."""

    model: str
    points: tuple[Point, ...]
    made: Mapping[str, Any]

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_curve(path: Path) -> Curve:
    """What `Curve.write` wrote. Raises GoldError for another file."""
    record = object_of(str(path), parse(str(path), read_utf8(path)))
    model, points, made = (field_of(str(path), record, *one) for one in _FIELDS)
    try:
        return Curve(model, tuple(map(_point, points)), made)
    except (KeyError, TypeError) as error:
        raise GoldError(f"{path}: no learning curve ({error}); make it by bangchim-eval curve --json") from error


def learning_curve(
    model: str,
    train: Sequence[LabelledDocument],
    dev: Sequence[LabelledDocument],
    sizes: Sequence[int],
    splitter: ClauseSplitter,
    seeds: int = 1,
) -> Iterator[Point]:
    """A point a size. `seeds`: how many orders of the policies are drawn; each order's larger sets hold its smaller.

    Raises GoldError where there are fewer policies than the largest size.
    """
    if max(sizes) > len(train):
        raise GoldError(f"{len(train)} policies to train on, fewer than {max(sizes)}; give more, or smaller --sizes")
    orders = [np.random.default_rng(seed).permutation(len(train)).tolist() for seed in range(seeds)]
    clauses = cut(dev, splitter, "ours")
    for size in sorted(sizes):
        drawn = [[train[number] for number in order[:size]] for order in orders]
        counts = [_counts(model, chosen, dev, clauses, splitter) for chosen in drawn]
        yield _measured(size, sum(len(one.units) for chosen in drawn for one in chosen) // seeds, counts)


_FIELDS: tuple[tuple[str, type[Any]], ...] = (("model", str), ("points", list), ("made", dict))


def _counts(
    model: str,
    chosen: Sequence[LabelledDocument],
    dev: Sequence[LabelledDocument],
    clauses: Sequence[Sequence[Clause]],
    splitter: ClauseSplitter,
) -> Counts:
    return document_counts(of_kind(answer_clauses(train_baseline(model, chosen, splitter), dev, clauses)))


def _measured(policies: int, units: int, seeds: Sequence[Counts]) -> Point:
    micro, macro = (interval(seeds, figure) for figure in (micro_f1, macro_f1))
    micro_seeds, macro_seeds = (
        spread([float(figure(counts.sum(axis=0))) for counts in seeds]) for figure in (micro_f1, macro_f1)
    )
    return Point(policies, units, micro, macro, micro_seeds, macro_seeds)


def _point(record: Mapping[str, Any]) -> Point:
    micro, macro = (Interval(**record[name]) for name in ("micro", "macro"))
    micro_seeds, macro_seeds = (_read_spread(record[name]) for name in ("micro_seeds", "macro_seeds"))
    return Point(record["policies"], record["units"], micro, macro, micro_seeds, macro_seeds)


def _read_spread(record: Mapping[str, Any]) -> Spread:
    return Spread(tuple(record["values"]), record["mean"], record["deviation"])
