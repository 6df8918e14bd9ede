"""Lines as readers write them: clean, one a block."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from data.marker import marker_style
from data.readers.reading import Limits, Place, Reading, too_large

_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """The text as one line: composed (NFC), white space made one blank, nothing invisible."""
    return unicodedata.normalize("NFC", _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip())


def marked(marker: str, line: str) -> str:
    """The line with its list marker in front, unless it brings a marker of its own."""
    return line if not marker or marker_style(line) else f"{marker} {line}"


def numbered_lines(text: str, marker: Callable[[], str]) -> Iterator[str]:
    """The lines of a paragraph, before the first the marker that its program shows; an empty one is not counted."""
    lines = [line for line in map(clean, text.split("\n")) if line]
    if lines:
        shown = marker()
        first = marked(shown, lines[0]) if shown == "-" else f"{shown} {lines[0]}".strip()
        yield from (first, *lines[1:])


@dataclass(slots=True)
class Lines:
    """Collects lines and ends with `too-large` where they grow over the limit of characters."""

    limits: Limits
    _lines: list[str] = field(default_factory=list)
    _places: list[Place] = field(default_factory=list)
    _size: int = 0

    def add(self, line: str, place: str) -> None:
        """One more line, and where it stood; an empty one is left out."""
        if line:
            if not self._places or self._places[-1].name != place:
                self._places.append(Place(self._size, place))
            self._lines.append(line)
            self._size += len(line) + 1
            if self._size > self.limits.characters:
                raise too_large("text", self.limits.characters, "characters")

    def reading(self, *unread: str) -> Reading:
        """All lines, joined, with their places and what could not be read."""
        return Reading("\n".join(self._lines), unread, tuple(self._places))
