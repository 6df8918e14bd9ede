"""Noise on a labelled document: spacing, typos, markers or composed letters are lost, its units and labels stay."""

import random
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from data.document import Document
from data.gold import LabelledDocument, Unit
from data.marker import without_marker

Change = Callable[[str], str]
"""What happens to the text of one unit."""

_FIRST, _CODAS = 0xAC00, 28
"""Hangul syllables of Unicode: 28 for each onset and vowel, one for each coda and the first without."""

TYPO_SHARE = 0.04
"""Share of a unit's syllables that `typos` touches: one in 25, as on carelessly kept pages."""


def without_spaces(text: str) -> str:
    """The text written in one, its TABs kept."""
    return "\t".join("".join(cell.split()) for cell in text.split("\t"))


def careless_spaces(text: str, lots: random.Random, share: float = 0.25) -> str:
    """The text with some of its spaces lost."""
    return "".join(letter for letter in text if letter != " " or lots.random() >= share)


def typos(text: str, lots: random.Random, share: float = TYPO_SHARE) -> str:
    """The text with some syllables written twice, lost, or with another coda."""
    letters = list(text)
    for place in [at for at, letter in enumerate(letters) if "가" <= letter <= "힣"]:
        if lots.random() < share:
            letters[place] = lots.choice((_doubled, _lost, _recoded))(letters[place], lots)
    return "".join(letters)


def decomposed(text: str) -> str:
    """The text with its syllables taken apart (NFD), as macOS writes file names."""
    return unicodedata.normalize("NFD", text)


def changed(labelled: LabelledDocument, change: Change) -> LabelledDocument:
    """The document with every unit's text changed and every offset fitted; a unit that would vanish stays as it was."""
    parts: list[str] = []
    units: list[Unit] = []
    length = end = 0
    for unit in labelled.units:
        old = labelled.text_of(unit)
        gap, new = labelled.document.text[end : unit.start], change(old).strip() or old
        start = length + len(gap)
        parts += [gap, new]
        length, end = start + len(new), unit.end
        units.append(replace(unit, start=start, end=length))
    text = "".join([*parts, labelled.document.text[end:]])
    return LabelledDocument(Document(labelled.document.id, text), tuple(units), labelled.meta)


def noises(seed: int = 1) -> Mapping[str, Change]:
    """The changes by name, each with a random stream of its own."""
    return {
        "spacing removed": without_spaces,
        "typos": partial(typos, lots=random.Random(seed)),
        "markers stripped": without_marker,
        "decomposed (NFD)": decomposed,
    }


def _doubled(syllable: str, _: random.Random) -> str:
    return syllable * 2


def _lost(_: str, __: random.Random) -> str:
    return ""


def _recoded(syllable: str, lots: random.Random) -> str:
    """The syllable with another coda, or none."""
    open_syllable = _FIRST + (ord(syllable) - _FIRST) // _CODAS * _CODAS
    return chr(open_syllable + lots.randrange(_CODAS))
