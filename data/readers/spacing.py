"""Whether a line of Korean was broken at a blank or inside a word: the words of the text itself tell."""

import re
from collections import Counter
from collections.abc import Iterable

LONGEST_WORD = 20
"""Longer runs of letters are no words; bounds memory."""

_WORD = re.compile(r"\w+")
_OPENING = re.compile(r"^\w+")
_CLOSING = re.compile(r"(?<!\w)\w+$")


def is_hangul(character: str) -> bool:
    """Whether it is a syllable."""
    return "가" <= character <= "힣"


def whole_words(line: str) -> list[str]:
    """The words of a line but for its first and last, which may be pieces."""
    return _WORD.findall(_CLOSING.sub("", _OPENING.sub("", line)))


class Words:
    """The words of a text, their beginnings, endings and syllables, each with how often it stands there."""

    def __init__(self, words: Iterable[str]) -> None:
        self._whole = Counter(word for word in words if len(word) <= LONGEST_WORD)
        self._beginnings: Counter[str] = Counter()
        self._endings: Counter[str] = Counter()
        self._syllables: Counter[str] = Counter()
        for word, times in self._whole.items():
            for length in range(1, len(word) + 1):
                self._beginnings[word[:length]] += times
                self._endings[word[-length:]] += times
                self._syllables[word[length - 1]] += times

    def are_apart(self, line: str, following: str) -> bool:
        """Whether a blank stood between two lines, the one ending and the other beginning with a syllable.

        For a blank speaks that the text has the last word, and the first, as they stand; against it, words in which
        they go on so. Where it has neither, the syllables at both ends of words and inside them decide.
        """
        last, first = _CLOSING.findall(line)[0], _OPENING.findall(following)[0]
        words = _odds(self._whole[last], self._beginnings[last + first[0]])
        words *= _odds(self._whole[first], self._endings[last[-1] + first])
        ends, begins = self._endings[last[-1]], self._beginnings[first[0]]
        syllables = _odds(ends, self._syllables[last[-1]] - ends)
        syllables *= _odds(begins, self._syllables[first[0]] - begins)
        return words**2 * syllables > 1


def _odds(times: int, others: int) -> float:
    """Half a case more on both sides, for what the text happens not to have."""
    return (times + 0.5) / (others + 0.5)
