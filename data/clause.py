"""Clauses of a document and their morphemes: the one file that knows Kiwi."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kiwipiepy import Kiwi, Sentence, Token

from data.document import Document
from data.kind import Kind, kinds_of
from data.marker import cut_at_markers

LONGEST_PIECE = 2000
"""Characters given to Kiwi at once; longer lines are cut at white space. Bounds its memory."""

SHORTEST_SENTENCE = 6
"""A sentence shorter than this is joined to its neighbour: mostly a stray mark or number."""

_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_CLUSTER = re.compile(r"[\u1100-\u115f][\u1160-\u11a7]?[\u11a8-\u11ff]?|.[\u0300-\u036f\u3099\u309a]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Morpheme:
    """A morpheme of Kiwi: `form`, part-of-speech `tag`, `start` in the document, number of its `word` (eojeol).

    `cell` is true where a TAB stands before it: it opens a cell of a table row.
    """

    form: str
    tag: str
    start: int
    word: int
    cell: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One unit of a policy: `text == document.text[start:end]`, its kind and its morphemes."""

    start: int
    end: int
    text: str
    kind: Kind
    morphemes: tuple[Morpheme, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What Kiwi reads at once: cleaned text and, for each of its characters and its end, the document's offset."""

    text: str
    offsets: Sequence[int]


class ClauseSplitter:
    """Cuts documents into clauses: first by structure (lines, markers), then by Kiwi's sentences."""

    def __init__(self, threads: int | None = None) -> None:
        """Loads Kiwi (about 2 s, 530 MB). `threads`: analysing threads, by default one a core."""
        self._kiwi = Kiwi(num_workers=threads if threads is not None else -1)

    def split(self, document: Document) -> list[Clause]:
        """The clauses of a document, in order and without overlap."""
        return self.split_all([document])[0]

    def split_all(self, documents: Sequence[Document]) -> list[list[Clause]]:
        """The clauses of each document; Kiwi's threads share the pieces of all of them."""
        pieces = [list(_pieces(document.text)) for document in documents]
        analysed = self._analyse(piece for of_document in pieces for piece in of_document)
        return [
            _clauses(document.text, [(piece, next(analysed)) for piece in of_document])
            for document, of_document in zip(documents, pieces, strict=True)
        ]

    def read_units(self, document: Document, units: Sequence[tuple[int, int, Kind]]) -> list[Clause]:
        """The clauses that stand at given (start, end, kind), as an annotator cut them."""
        pieces = [_clean(document.text, start, end) for start, end, _ in units]
        return [
            Clause(start, end, document.text[start:end], kind, _morphemes(document.text, piece, sentences))
            for (start, end, kind), piece, sentences in zip(units, pieces, self._analyse(pieces), strict=True)
        ]

    def _analyse(self, pieces: Iterable[_Piece]) -> Iterator[list[Sentence]]:
        texts = (piece.text for piece in pieces)
        return iter(self._kiwi.split_into_sents(texts, return_tokens=True))


def _pieces(text: str) -> Iterator[_Piece]:
    for line in _LINE.finditer(text):
        for start, end in cut_at_markers(line.group(), line.start()):
            yield from (_clean(text, *part) for part in _bounded(text, start, end))


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of at most LONGEST_PIECE characters, cut after white space where there is some."""
    while end - start > LONGEST_PIECE:
        space = max(text.rfind(" ", start, start + LONGEST_PIECE), text.rfind("\t", start, start + LONGEST_PIECE))
        cut = space + 1 if space > start else start + LONGEST_PIECE
        yield start, cut
        start = cut
    yield start, end


def _clean(text: str, start: int, end: int) -> _Piece:
    """The span as Kiwi reads it best: composed (NFC), without invisible characters."""
    raw = text[start:end]
    if unicodedata.is_normalized("NFC", raw) and not _INVISIBLE.search(raw):
        return _Piece(raw, range(start, end + 1))
    characters: list[str] = []
    offsets: list[int] = []
    for cluster in _CLUSTER.finditer(raw):
        composed = _INVISIBLE.sub("", unicodedata.normalize("NFC", cluster.group()))
        characters.append(composed)
        offsets.extend([start + cluster.start()] * len(composed))
    return _Piece("".join(characters), [*offsets, end])


def _clauses(text: str, analysed: Sequence[tuple[_Piece, list[Sentence]]]) -> list[Clause]:
    spans: list[tuple[int, int, tuple[Morpheme, ...]]] = []
    for piece, sentences in analysed:
        for group in _joined(piece, sentences):
            start, end = _trimmed(text, piece.offsets[group[0].start], piece.offsets[group[-1].end])
            if start < end:
                morphemes = _morphemes(text, piece, group)
                # Kiwi reads some white space (a unit separator, say) as symbols; it was trimmed.
                spans.append((start, end, tuple(found for found in morphemes if start <= found.start < end)))
    kinds = kinds_of(text, [(start, end) for start, end, _ in spans])
    return [
        Clause(start, end, text[start:end], kind, morphemes)
        for (start, end, morphemes), kind in zip(spans, kinds, strict=True)
    ]


def _joined(piece: _Piece, sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    """Sentences in groups that make a clause: a row of a table is one, a fragment goes with its neighbour."""
    if "\t" in piece.text.strip():
        return [list(sentences)] if sentences else []
    groups: list[list[Sentence]] = []
    for sentence in sentences:
        short = sentence.end - sentence.start < SHORTEST_SENTENCE
        if groups and (short or groups[-1][-1].end - groups[-1][0].start < SHORTEST_SENTENCE):
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    return groups


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space and invisible characters at its ends."""
    while start < end and (text[start].isspace() or _INVISIBLE.match(text[start])):
        start += 1
    while end > start and (text[end - 1].isspace() or _INVISIBLE.match(text[end - 1])):
        end -= 1
    return start, end


def _morphemes(text: str, piece: _Piece, sentences: Iterable[Sentence]) -> tuple[Morpheme, ...]:
    found: list[Morpheme] = []
    previous, word, seen = piece.offsets[0], -1, (-1, -1)
    for number, sentence in enumerate(sentences):
        for token in sentence.tokens or ():
            if (number, token.word_position) != seen:
                seen, word = (number, token.word_position), word + 1
            start = piece.offsets[token.start]
            found.append(_morpheme(token, start, word, bool(found) and "\t" in text[previous:start]))
            previous = start
    return tuple(found)


def _morpheme(token: Token, start: int, word: int, cell: bool) -> Morpheme:
    # Kiwi marks regular and irregular verbs as VV-R, VV-I: the same word for us.
    return Morpheme(token.form, str(token.tag).partition("-")[0], start, word, cell)
