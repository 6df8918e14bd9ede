"""Wrong answers: each with its context and the words that carried it, and which labels stand in for which."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from data.gold import LabelledDocument, Unit
from data.kind import Kind
from data.labels import COLUMN, KEYS, in_order
from eval.harness import Answer
from eval.source import Source
from eval.words import Influence

NONE = "-"
"""No label, in the confusion table."""


MOST_WORDS = 5
"""Words named of one wrong label, at most."""

SLIGHTEST = 0.005
"""A word that moves a probability less is not named."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A word of the unit, its offset in the document, and what it adds to the label's probability."""

    word: str
    start: int
    effect: float


@dataclass(frozen=True, slots=True)
class Mistake:
    """A unit with a label too many or too few. `heading`, `before`, `after`: its context; `sureness`: how wrong.

    `added` was predicted instead of `missed`. `words`: for each added label those that spoke for it,
    for each missed one those that spoke against it, the weightiest first.
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
    words: dict[str, tuple[Carrier, ...]]


def mistakes(
    source: Source, answers: Sequence[Answer], documents: Sequence[LabelledDocument], most: int | None = None
) -> list[Mistake]:
    """The wrong units among a source's answers, `most` at most, those of which the model was surest first."""
    wrong = [one for one in answers if set(one.labels) != set(one.unit.labels)]
    wrong = sorted(wrong, key=lambda one: (-_sureness(one), one.document, one.unit.start))[:most]
    labelled = {one.document.id: one for one in documents}
    influences = source.influences(wrong, documents)
    return [_mistake(one, labelled[one.document], found) for one, found in zip(wrong, influences, strict=True)]


def write_mistakes(path: Path, found: Mapping[str, Sequence[Mistake]]) -> None:
    """JSONL: the mistakes of each named model, model after model."""
    records = ({"model": name, **asdict(one)} for name, of_model in found.items() for one in of_model)
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
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


def _added(one: Answer) -> tuple[str, ...]:
    return in_order(set(one.labels) - set(one.unit.labels))


def _missed(one: Answer) -> tuple[str, ...]:
    return in_order(set(one.unit.labels) - set(one.labels))


def _sureness(one: Answer) -> float:
    doubts = [one.scores[COLUMN[key]] for key in _added(one)] + [1.0 - one.scores[COLUMN[key]] for key in _missed(one)]
    return max(doubts, default=0.0)


def _mistake(one: Answer, labelled: LabelledDocument, influences: Sequence[Influence]) -> Mistake:
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
        added=_added(one),
        missed=_missed(one),
        truth=one.unit.labels,
        found=in_order(one.labels),
        sureness=_sureness(one),
        scores={key: round(score, 4) for key, score in zip(KEYS, one.scores, strict=True)},
        words=_words(one, influences),
    )


def _words(one: Answer, influences: Sequence[Influence]) -> dict[str, tuple[Carrier, ...]]:
    """For each wrong label the words of the clause that gives it the highest probability."""
    if not influences:
        return {}
    signs = dict.fromkeys(_added(one), 1) | dict.fromkeys(_missed(one), -1)
    best = {label: max(influences, key=lambda found: found.whole.score_of(label)) for label in signs}
    return {label: _carriers(best[label], label, sign) for label, sign in signs.items()}


def _carriers(influence: Influence, label: str, sign: int) -> tuple[Carrier, ...]:
    """None where the clause among its neighbours is judged otherwise: then what stands further off carried it."""
    if (label in influence.whole.labels) != (sign > 0):
        return ()
    named = zip(influence.words, influence.effects[:, COLUMN[label]].tolist(), strict=True)
    carriers = [Carrier(word, start, round(effect, 3)) for (start, word), effect in named if sign * effect >= SLIGHTEST]
    return tuple(sorted(carriers, key=lambda one: -sign * one.effect)[:MOST_WORDS])


def _text(labelled: LabelledDocument, unit: Unit | None) -> str:
    return labelled.text_of(unit) if unit else ""
