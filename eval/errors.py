"""Wrong answers: each with its context, the surest first; and which labels stand in for which."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from data.gold import LabelledDocument, Unit
from data.kind import Kind
from data.labels import COLUMN, KEYS, in_order
from eval.harness import Answer

NONE = "-"
"""No label, in the confusion table."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A unit with a label too many or too few. `heading`, `before`, `after`: its context; `sureness`: how wrong.

    `added` was predicted instead of `missed`.
    """

    document: str
    start: int
    end: int
    kind: Kind
    text: str
    heading: str
    before: str
    after: str
    added: tuple[str, ...]
    missed: tuple[str, ...]
    truth: tuple[str, ...]
    found: tuple[str, ...]
    sureness: float
    scores: dict[str, float]


def mistakes(answers: Sequence[Answer], documents: Sequence[LabelledDocument]) -> list[Mistake]:
    """Every wrong unit, the one of which the model was surest first."""
    labelled = {one.document.id: one for one in documents}
    wrong = [one for one in answers if set(one.labels) != set(one.unit.labels)]
    found = [_mistake(one, labelled[one.document]) for one in wrong]
    return sorted(found, key=lambda one: (-one.sureness, one.document, one.start))


def write_mistakes(
    path: Path, answers: Iterable[tuple[str, Sequence[Answer]]], documents: Sequence[LabelledDocument]
) -> None:
    """JSONL: the mistakes of each named model, model after model."""
    found = ({"model": name, **asdict(one)} for name, of_model in answers for one in mistakes(of_model, documents))
    lines = [json.dumps(record, ensure_ascii=False) for record in found]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def confusion(answers: Sequence[Answer]) -> dict[str, dict[str, int]]:
    """For each missed label, how often which other was given in its place; `-` for none."""
    table = {key: dict.fromkeys((*KEYS, NONE), 0) for key in (*KEYS, NONE)}
    for one in answers:
        for true, found in _exchanges(set(one.unit.labels), set(one.labels)):
            table[true][found] += 1
    return table


def _exchanges(truth: set[str], found: set[str]) -> Iterator[tuple[str, str]]:
    """Right labels with themselves; missed ones with those added, or none; added ones alone with none."""
    missed, added = truth - found, found - truth
    yield from ((label, label) for label in truth & found)
    yield from ((true, other) for true in missed or {NONE} for other in added or {NONE} if missed or added)
    if not truth and not found:
        yield NONE, NONE


def _mistake(one: Answer, labelled: LabelledDocument) -> Mistake:
    added = tuple(key for key in KEYS if key in one.labels and key not in one.unit.labels)
    missed = tuple(key for key in KEYS if key in one.unit.labels and key not in one.labels)
    doubts = [one.scores[COLUMN[key]] for key in added] + [1.0 - one.scores[COLUMN[key]] for key in missed]
    number = labelled.units.index(one.unit)
    heading = next((unit for unit in reversed(labelled.units[:number]) if unit.kind == "heading"), None)
    before = labelled.units[number - 1] if number else None
    after = labelled.units[number + 1] if number + 1 < len(labelled.units) else None
    return Mistake(
        document=one.document,
        start=one.unit.start,
        end=one.unit.end,
        kind=one.unit.kind,
        text=labelled.text_of(one.unit),
        heading=_text(labelled, heading),
        before=_text(labelled, before),
        after=_text(labelled, after),
        added=added,
        missed=missed,
        truth=one.unit.labels,
        found=in_order(one.labels),
        sureness=max(doubts, default=0.0),
        scores={key: round(score, 4) for key, score in zip(KEYS, one.scores, strict=True)},
    )


def _text(labelled: LabelledDocument, unit: Unit | None) -> str:
    return labelled.text_of(unit) if unit else ""
