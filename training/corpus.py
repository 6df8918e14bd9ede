"""Texts for pre-training: policies and statutes to a vocabulary and to windows of tokens."""

import json
import lzma
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from datasets import Dataset

from data.clause import Clause, ClauseSplitter
from data.document import Document
from data.kind import KINDS
from model.vocabulary import END, START, Vocabulary, learn
from training.config import CorpusConfig

SPECIAL_WORD = -1
"""Word number of [CLS] and [SEP]: never masked."""

TOGETHER = 20
"""Documents split at a time, so that Kiwi's threads have enough to share."""


@dataclass(frozen=True, slots=True)
class Text:
    """The clauses of a document and how much they count in the vocabulary and, repeated, in training."""

    clauses: Sequence[Clause]
    repeat: int


def read_corpus(config: CorpusConfig, splitter: ClauseSplitter) -> list[Text]:
    """Every policy and the statutes chosen, split into clauses."""
    texts = [text for path in config.policies for text in _split(_policies(Path(path)), splitter, config.repeat)]
    if config.statutes:
        texts += _split(_densest(Path(config.statutes), config.topic, config.characters), splitter, 1)
    return texts


def learn_vocabulary(texts: Sequence[Text], config: CorpusConfig) -> Vocabulary:
    """The vocabulary of a corpus; the morphemes of policies weigh ten times their share of training."""
    weighted = (
        (clause.morphemes, 1.0 if text.repeat == 1 else 10.0 * text.repeat) for text in texts for clause in text.clauses
    )
    return learn(weighted, config.vocabulary, config.spelling)


def windows(texts: Iterable[Text], vocabulary: Vocabulary, length: int) -> Dataset:
    """Columns `input_ids`, `token_type_ids` (kinds) and `words` (for whole-word masking), a window a row."""
    rows: dict[str, list[list[int]]] = {"input_ids": [], "token_type_ids": [], "words": []}
    for text in texts:
        for window in _packed(text.clauses, vocabulary, length):
            for column, values in zip(rows.values(), zip(*window, strict=True), strict=True):
                column.extend([list(values)] * text.repeat)
    return Dataset.from_dict(rows)


def _packed(clauses: Iterable[Clause], vocabulary: Vocabulary, length: int) -> Iterator[list[tuple[int, int, int]]]:
    """Tokens (id, kind, word) of consecutive clauses, each closed by [SEP], at most `length` together."""
    opening = (vocabulary.id(START), 0, SPECIAL_WORD)
    window, words = [opening], 0
    for clause in clauses:
        kind = KINDS.index(clause.kind)
        tokens = [(number, kind, words + word) for number, word in vocabulary.encode_words(clause.morphemes)]
        tokens = [*tokens[: length - 2], (vocabulary.id(END), kind, SPECIAL_WORD)]
        if len(window) + len(tokens) > length:
            yield window
            window, words = [opening], 0
        window.extend(tokens)
        words = 1 + max((word for _, _, word in window), default=0)
    if len(window) > 1:
        yield window


def _split(documents: Iterable[Document], splitter: ClauseSplitter, repeat: int) -> list[Text]:
    texts: list[Text] = []
    waiting: list[Document] = []
    for document in documents:
        waiting.append(document)
        if len(waiting) == TOGETHER:
            texts += [Text(clauses, repeat) for clauses in splitter.split_all(waiting)]
            waiting = []
    return texts + [Text(clauses, repeat) for clauses in splitter.split_all(waiting)]


def _policies(path: Path) -> Iterator[Document]:
    for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        record = json.loads(line)
        yield Document(record["id"], record["text"])


def _densest(path: Path, topic: str, characters: int) -> Iterator[Document]:
    """The acts that speak of the topic most often for their length, up to a number of characters."""
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        acts = file.read().split("\n### ")
    speaking = [act for act in acts if topic in act]
    # The constant keeps a two-line rule that names the topic once from standing first.
    for act in sorted(speaking, key=lambda act: act.count(topic) / (len(act) + 5000), reverse=True):
        if characters <= 0:
            return
        name, _, text = act.partition("\n")
        characters -= len(text)
        yield Document(name, text)
