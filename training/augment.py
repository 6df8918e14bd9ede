"""Augmentation: changes to the layout and the typing of a labelled document that keep its labels true."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from data.clause import Clause, ClauseSplitter
from data.document import Document
from data.gold import LabelledDocument
from data.kind import Kind
from data.labels import KEYS
from data.marker import marker_style, without_marker
from data.noise import careless_spaces, changed, typos, without_spaces
from training.config import AugmentConfig

Truth = NDArray[np.float32]

Pair = tuple[Clause, Truth]
"""A clause and its labels (10,)."""

FURNITURE = (
    "TOP",
    "목록",
    "목록보기",
    "인쇄하기",
    "닫기",
    "이전",
    "다음",
    "맨 위로",
    "위로 가기",
    "바로가기",
    "홈",
    "홈 > 이용안내 > 개인정보처리방침",
    "이전 개인정보처리방침 보기",
    "다운로드",
    "-",
    "- 3 -",
    "4 / 12",
    "2",
    "2019-03-11",
    "2022.07.01",
    "[2015년 2월 9일 ~ 2017년 8월 31일]",
    "로그인",
    "사이트맵",
    "Copyright All rights reserved.",
)
"""What pages put between the clauses of a policy; none of it has a label (guideline, decisions 21 and 36)."""

DISCLOSED = frozenset({"third-party", "entrustment", "transfer"})
"""Labels that every cell of a table row shares, because its section comes first (guideline, decisions 1 and 21)."""

LINE = (22, 64)
"""Characters of the narrowest and of the widest hard-wrapped line."""


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled document, read: its clauses as the annotator cut them, and their labels (clauses, 10)."""

    clauses: Sequence[Clause]
    truth: Truth


class Augmenter:
    """Changes the layout of documents at random, a document at a time."""

    def __init__(self, config: AugmentConfig, furniture: Sequence[Clause], lots: Generator) -> None:
        self._config, self._furniture, self._random = config, furniture, lots

    def __call__(self, example: Example) -> Example:
        """The document with some of the changes that the configuration names; at least one clause stays."""
        pairs = list(zip(example.clauses, example.truth, strict=True))
        if self._hit(self._config.thinned):
            pairs = self._thinned(pairs)
        if self._hit(self._config.wrapped):
            pairs = list(wrapped(pairs, int(self._random.integers(*LINE))))
        if self._hit(self._config.cells):
            pairs = list(flattened(pairs))
        if self._hit(self._config.marker):
            pairs = [(bare(clause), truth) for clause, truth in pairs]
        if self._hit(self._config.contents):
            pairs = self._with_contents(pairs)
        if self._furniture and self._hit(self._config.furniture):
            pairs = list(self._with_furniture(pairs))
        return Example([clause for clause, _ in pairs], np.stack([truth for _, truth in pairs]))

    def _hit(self, probability: float) -> bool:
        return bool(self._random.random() < probability)

    def _thinned(self, pairs: Sequence[Pair]) -> list[Pair]:
        """All headings but a part of what stands under them: a terse policy, sections of a sentence or two."""
        share = self._random.uniform(0.1, 0.5)
        return [pair for pair in pairs if pair[0].kind == "heading" or self._hit(share)] or list(pairs)

    def _with_contents(self, pairs: Sequence[Pair]) -> list[Pair]:
        kind: Kind = "heading" if self._hit(0.3) else "body"
        lines = [(replace(heading, kind=kind), np.zeros_like(truth)) for heading, truth in top_headings(pairs)]
        place = int(self._random.integers(0, min(6, len(pairs))))
        return [*pairs[:place], *lines, *pairs[place:]]

    def _with_furniture(self, pairs: Sequence[Pair]) -> Iterator[Pair]:
        share = self._random.uniform(0.01, 0.06)
        for pair in pairs:
            if self._hit(share):
                clause = self._furniture[int(self._random.integers(len(self._furniture)))]
                yield clause, np.zeros(len(KEYS), dtype=np.float32)
            yield pair


def careless(documents: Sequence[LabelledDocument], seed: int) -> list[LabelledDocument]:
    """The documents as if typed without care: about half of the units have spaces lost or typos."""
    lots = random.Random(seed)
    changes = (without_spaces, partial(careless_spaces, lots=lots), partial(typos, lots=lots), str, str)
    return [changed(document, lambda text: lots.choice(changes)(text)) for document in documents]


def read_furniture(splitter: ClauseSplitter) -> list[Clause]:
    """The lines of FURNITURE as clauses."""
    text = "\n".join(FURNITURE)
    spans = pairwise([0, *(at + 1 for at, letter in enumerate(text) if letter == "\n"), len(text) + 1])
    return splitter.read_units(Document("furniture", text), [(start, end - 1, "body") for start, end in spans])


def top_headings(pairs: Sequence[Pair]) -> list[Pair]:
    """The headings that a table of contents would list: those in the commonest marker style, or all without one."""
    headings = [pair for pair in pairs if pair[0].kind == "heading"]
    styles = Counter(marker_style(clause.text) for clause, _ in headings)
    return [pair for pair in headings if marker_style(pair[0].text) == styles.most_common(1)[0][0]]


def wrapped(pairs: Sequence[Pair], width: int) -> Iterator[Pair]:
    """Body clauses broken into lines of at most `width` characters; every line keeps its sentence's labels (38)."""
    for clause, truth in pairs:
        for piece in _lines(clause, width) if clause.kind == "body" else [clause]:
            yield piece, truth


def flattened(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Rows of disclosures, a cell a line: each cell has the labels of its table (21). Other rows stay whole."""
    for clause, truth in pairs:
        labels = {key for key, value in zip(KEYS, truth, strict=True) if value > 0.5}
        whole = not labels or not labels <= DISCLOSED or "\t" not in clause.text
        for piece in [clause] if whole else _cells(clause):
            yield piece, truth


def bare(clause: Clause) -> Clause:
    """The clause as if its list marker had been lost."""
    rest = without_marker(clause.text)
    if not marker_style(clause.text) or not rest:
        return clause
    return _part(clause, clause.end - len(rest), clause.end) or clause


def _lines(clause: Clause, width: int) -> list[Clause]:
    """Cuts at word borders, each line as full as it can be."""
    cuts, opening = [clause.start], 0
    for first, second in pairwise(_word_starts(clause)):
        if second - clause.start - opening > width and first > cuts[-1]:
            cuts.append(first)
            opening = first - clause.start
    return _parts(clause, cuts)


def _cells(clause: Clause) -> list[Clause]:
    cuts = [clause.start, *(clause.start + at + 1 for at, letter in enumerate(clause.text) if letter == "\t")]
    return [replace(cell, kind="row") for cell in _parts(clause, cuts)]


def _word_starts(clause: Clause) -> list[int]:
    text = clause.text
    starts = [at for at in range(1, len(text)) if text[at - 1] == " " and text[at] != " "]
    return [clause.start, *(clause.start + at for at in starts), clause.end]


def _parts(clause: Clause, cuts: Sequence[int]) -> list[Clause]:
    """The clause cut at offsets; a part without a morpheme is left out."""
    parts = [_part(clause, start, end) for start, end in pairwise([*cuts, clause.end])]
    return [part for part in parts if part] or [clause]


def _part(clause: Clause, start: int, end: int) -> Clause | None:
    text = clause.text[start - clause.start : end - clause.start]
    start, end = start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
    kept = [morpheme for morpheme in clause.morphemes if start <= morpheme.start < end]
    if not kept:
        return None
    kept[0] = replace(kept[0], cell=False)  # nothing stands before it any more
    return Clause(start, end, text.strip(), clause.kind, tuple(kept))
