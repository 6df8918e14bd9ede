"""What a clause is on the page: a heading, a row of a table, or body text.

Decided by a linear model over how a line and its neighbours look. Its weights stand in
kind.json; `bangchim-train kinds` fits them.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from data.marker import marker_style, without_marker

Kind = Literal["heading", "body", "row"]
KINDS: tuple[Kind, ...] = ("heading", "body", "row")

NEIGHBOURS = (-2, -1, 1, 2)

_ENDINGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("sentence", re.compile(r"(?:다|요|죠|까|시오)\s*[.!)」』”\"']*$")),
    ("question", re.compile(r"\?\s*[)」』”\"']*$")),
    ("terse", re.compile(r"[음함됨임]\s*\.?$")),
    ("colon", re.compile(r"[:：]\s*$")),
    ("open", re.compile(r"(?:[,·]|및|또는|[을를은는의에로와과]|한|된|하는|되는|있는)$")),
    ("mark", re.compile(r"[^\w\s]$")),
    ("digit", re.compile(r"\d$")),
    ("latin", re.compile(r"[A-Za-z]$")),
)
_VALUE = re.compile(r"\d\d-\d{3}|@|https?:|www\.")
_PERIOD = re.compile(r"\d\s?(?:년|개월|일)")
_WORD = re.compile(r"[가-힣]+|[A-Za-z]+")
_LENGTHS = (3, 6, 10, 16, 24, 36, 60, 100)


@dataclass(frozen=True, slots=True)
class _Line:
    """A clause as it looks: text without its marker, the marker's style, its ending, and whether it fills its line."""

    text: str
    bare: str
    style: str
    ending: str
    alone: bool

    @property
    def shape(self) -> str:
        """Style, ending and rough length in one word, for its neighbours to see."""
        size = (
            "tab"
            if "\t" in self.text
            else "long"
            if len(self.text) > 36
            else "short"
            if len(self.text) > 12
            else "tiny"
        )
        return f"{self.style}|{self.ending}|{size}"


def kinds_of(text: str, spans: Sequence[tuple[int, int]]) -> list[Kind]:
    """The kind of each span of the text; spans are in order and do not overlap."""
    weights = _weights()
    return [_best(weights, features) for features in features_of(text, spans)]


def features_of(text: str, spans: Sequence[tuple[int, int]]) -> list[list[str]]:
    """The names of the features that hold for each span."""
    lines = [_line(text, start, end) for start, end in spans]
    return [list(_features(lines, number)) for number in range(len(lines))]


def _best(weights: Mapping[str, Sequence[float]], features: Sequence[str]) -> Kind:
    rows = [weights[feature] for feature in features if feature in weights]
    scores = [sum(column) for column in zip(*rows, strict=True)]
    return KINDS[scores.index(max(scores))]


@cache
def _weights() -> Mapping[str, Sequence[float]]:
    weights: dict[str, list[float]] = json.loads(files("data").joinpath("kind.json").read_text(encoding="utf-8"))
    return weights


def _line(text: str, start: int, end: int) -> _Line:
    content = text[start:end]
    opens = not text[text.rfind("\n", 0, start) + 1 : start].strip()
    stop = text.find("\n", end)
    closes = not text[end : stop if stop >= 0 else len(text)].strip()
    bare = without_marker(content)
    ending = next((name for name, pattern in _ENDINGS if pattern.search(bare)), "noun")
    return _Line(content, bare, marker_style(content), ending, opens and closes)


def _features(lines: Sequence[_Line], number: int) -> Iterator[str]:
    line = lines[number]
    yield "always"
    yield from (f"style={line.style}", f"ending={line.ending}", f"shape={line.shape}", f"alone={line.alone}")
    yield f"alone={line.alone} shape={line.shape}"
    yield f"length={sum(len(line.bare) > limit for limit in _LENGTHS)}"
    yield from (f"last={line.bare[-size:]}" for size in (1, 2, 3))
    yield f"first={line.text[:1]}"
    yield from (f"word={word}" for word in set(_WORD.findall(line.bare)))
    yield from _marks(line)
    yield from _cells(line)
    yield from _around(lines, number)


def _marks(line: _Line) -> Iterator[str]:
    for name, found in (("value", _VALUE.search(line.bare)), ("period", _PERIOD.search(line.bare))):
        if found:
            yield name
    for mark in ":,()<>[]「'\"/":
        if mark in line.bare:
            yield f"has={mark}"


def _cells(line: _Line) -> Iterator[str]:
    cells = line.text.split("\t")
    if len(cells) > 1:
        yield f"cells={min(len(cells), 5)} longest={sum(max(map(len, cells)) > limit for limit in _LENGTHS)}"
        yield f"digits={any(character.isdigit() for character in line.text)}"


def _around(lines: Sequence[_Line], number: int) -> Iterator[str]:
    line = lines[number]
    shapes = {}
    for step in NEIGHBOURS:
        inside = 0 <= number + step < len(lines)
        shapes[step] = lines[number + step].shape if inside else "edge"
        yield f"{step}:{shapes[step]}"
        yield f"{step}:same={inside and lines[number + step].style == line.style}"
    yield f"{line.style} before {shapes[-1].partition('|')[0]} after {shapes[1].partition('|')[0]}"
    yield f"{line.shape} before {shapes[-1]}"
    yield f"{line.shape} after {shapes[1]}"
    yield f"opens={number < 3}"
