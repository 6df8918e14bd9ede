"""Numbers of lists as documents write them (1, 가, a, iv, ①), and the counters of numbered paragraphs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_SYLLABLES = "가나다라마바사아자차카타파하"
_ALPHABETS = {
    "lower-alpha": "abcdefghijklmnopqrstuvwxyz",
    "lower-latin": "abcdefghijklmnopqrstuvwxyz",
    "upper-alpha": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "upper-latin": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "syllable": _SYLLABLES,
    "hangul": _SYLLABLES,
    "hangul-consonant": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "jamo": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "circled": "".join(map(chr, range(0x2460, 0x2474))),
    "circled-syllable": "".join(map(chr, range(0x326E, 0x327C))),
    "circled-jamo": "".join(map(chr, range(0x3260, 0x326E))),
    "circled-letter": "".join(map(chr, range(0x24D0, 0x24EA))),
}
_ROMAN = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl", 10: "x", 9: "ix"} | {
    5: "v",
    4: "iv",
    1: "i",
}
_LARGEST_ROMAN = 3999
_PLACE = re.compile(r"[%^]([1-9])")


def number_text(style: str, number: int) -> str:
    """The number in that style (names of CSS, and our own for Korean); decimal where the style ends."""
    alphabet = _ALPHABETS.get(style, "")
    if 1 <= number <= len(alphabet):
        return alphabet[number - 1]
    if style in ("lower-roman", "upper-roman") and 1 <= number <= _LARGEST_ROMAN:
        return _roman(number) if style == "lower-roman" else _roman(number).upper()
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN.items():
        count, number = divmod(number, value)
        text += letters * count
    return text


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a numbered list: style of its number ('bullet' for none), marker with %1 for numbers, start."""

    style: str
    text: str
    start: int = 1


class Numbering:
    """Counts the paragraphs of each list and gives the marker of the next."""

    def __init__(self, lists: Mapping[str, Sequence[Level]]) -> None:
        self._lists = lists
        self._counts: dict[str, list[int]] = {}

    def marker(self, name: str, depth: int) -> str:
        """The marker of the next paragraph at that depth (from 0) of the list; '' if there is no such list."""
        levels = self._lists.get(name, ())
        if not 0 <= depth < len(levels):
            return ""
        counts = self._counts.setdefault(name, [])
        del counts[depth + 1 :]
        while len(counts) <= depth:
            counts.append(levels[len(counts)].start - (len(counts) == depth))
        counts[depth] += 1
        level = levels[depth]
        return "-" if level.style == "bullet" else _PLACE.sub(lambda place: _number(place, levels, counts), level.text)


def _number(place: re.Match[str], levels: Sequence[Level], counts: Sequence[int]) -> str:
    depth = int(place[1]) - 1
    return number_text(levels[depth].style, counts[depth]) if depth < len(counts) else ""
