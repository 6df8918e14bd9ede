"""The vocabulary: Kiwi's morphemes to ids; rare ones are spelt by their characters."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from data.clause import Clause, Morpheme

PAD, UNKNOWN, START, END, MASK, CELL = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[CELL]"
SPECIAL: tuple[str, ...] = (PAD, UNKNOWN, START, END, MASK, CELL)

LONGEST_SPELLING = 12
"""Characters spelt of one unknown morpheme; what is longer is no word (keys, garbage)."""

_DIGIT = re.compile(r"\d")


def key_of(morpheme: Morpheme) -> str:
    """The vocabulary entry that a morpheme asks for: form and tag; addresses and serial numbers by tag alone."""
    if morpheme.tag.startswith("W_"):
        return f"[{morpheme.tag}]"
    return f"{morpheme.form.lower()}/{morpheme.tag}"


def _shape_of(morpheme: Morpheme) -> str:
    """A number outside the vocabulary by its shape: 1,234 → 0,000."""
    return f"{_DIGIT.sub('0', morpheme.form)}/SN"


class Vocabulary:
    """Entries in the order of their ids. Ids below 6 are the special tokens."""

    def __init__(self, entries: Sequence[str]) -> None:
        if tuple(entries[: len(SPECIAL)]) != SPECIAL:
            raise ValueError(f"a vocabulary opens with {' '.join(SPECIAL)}; this one with {' '.join(entries[:6])}")
        self.entries = tuple(entries)
        self._id = {entry: number for number, entry in enumerate(entries)}
        if len(self._id) != len(self.entries):
            raise ValueError("a vocabulary names each entry once; this one repeats some")

    @classmethod
    def read(cls, path: Path) -> "Vocabulary":
        """From a file of one entry a line."""
        return cls(path.read_text(encoding="utf-8").removesuffix("\n").split("\n"))

    def write(self, path: Path) -> None:
        """To a file of one entry a line."""
        path.write_text("\n".join(self.entries) + "\n", encoding="utf-8")

    def __len__(self) -> int:
        return len(self.entries)

    def id(self, entry: str) -> int:
        """The id of an entry, that of [UNK] where there is none."""
        return self._id.get(entry, self._id[UNKNOWN])

    @property
    def start(self) -> int:
        """Id of [CLS]."""
        return self._id[START]

    @property
    def end(self) -> int:
        """Id of [SEP]."""
        return self._id[END]

    @property
    def pad(self) -> int:
        """Id of [PAD]."""
        return self._id[PAD]

    def tokens(self, clause: Clause) -> list[int]:
        """The ids of a clause's morphemes, without start and end."""
        return [number for number, _ in self.encode_words(clause.morphemes)]

    def encode_words(self, morphemes: Iterable[Morpheme]) -> list[tuple[int, int]]:
        """(id, number of the word it belongs to) of each token; the number serves whole-word masking."""
        encoded: list[tuple[int, int]] = []
        for morpheme in morphemes:
            if morpheme.cell:
                encoded.append((self._id[CELL], morpheme.word))
            encoded.extend((number, morpheme.word) for number in self._ids_of(morpheme))
        return encoded

    def _ids_of(self, morpheme: Morpheme) -> list[int]:
        whole = self._id.get(key_of(morpheme))
        if whole is None and morpheme.tag == "SN":
            whole = self._id.get(_shape_of(morpheme))
        if whole is not None:
            return [whole]
        return [self.id(f"##{character}") for character in morpheme.form.lower()[:LONGEST_SPELLING]]


def learn(texts: Iterable[tuple[Iterable[Morpheme], float]], size: int, characters: int) -> Vocabulary:
    """The `size` commonest entries of weighted morphemes, `characters` of them for spelling.

    A text's weight lets a small corpus of policies stand beside a large one of statutes.
    """
    whole: dict[str, float] = defaultdict(float)
    spelt: dict[str, float] = defaultdict(float)
    for morphemes, weight in texts:
        for morpheme in morphemes:
            whole[key_of(morpheme)] += weight
            if morpheme.tag == "SN":
                whole[_shape_of(morpheme)] += weight
            for character in morpheme.form.lower():
                spelt[f"##{character}"] += weight
    letters = [entry for entry, _ in _ranked(spelt)[:characters]]
    words = [entry for entry, _ in _ranked(whole)[: size - len(SPECIAL) - len(letters)]]
    return Vocabulary([*SPECIAL, *letters, *words])


def _ranked(counts: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
