"""What a reader may use and what it gives back: Limits, Reading with its places, DocumentError."""

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "unreadable", "empty", "format", "charset", "not-korean", "no-text", "encrypted", "too-large", "too-slow", "broken"
]
"""Why a source gave no document. `no-text`: a scan, pictures, or a page that scripts would fill."""


class DocumentError(ValueError):
    """A source that could not be read: `reason`, and a message that says what was found and what to do."""

    def __init__(self, reason: Reason, found: str, name: str = "") -> None:
        super().__init__(f"{name}: {found}" if name else found)
        self.reason: Reason = reason
        self.found = found

    def named(self, name: str) -> "DocumentError":
        """The same error with the name of its document in front of the message."""
        return DocumentError(self.reason, self.found, name)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may use. Going over a limit is a DocumentError, `too-large` or `too-slow`."""

    size: int = 20_000_000
    """Bytes of the file."""
    expanded: int = 100_000_000
    """Bytes of the file's parts once unpacked."""
    characters: int = 2_000_000
    """Characters of the text that is read out of it."""
    pages: int = 1_000
    cells: int = 200_000
    """Cells of one table, after spans are resolved."""
    nesting: int = 100
    """Depth of tables in tables, lists in lists, groups in groups."""
    seconds: float = 8.0
    memory: int = 512_000_000
    """Seconds and bytes of memory that a child process may use."""


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the text from `start` up to the next place came from: 'page 3', 'table 2', the path of an element."""

    start: int
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a source, for people the parts of it that could not be read, and where in it the text stood."""

    text: str
    unread: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


def too_large(what: str, limit: int, field: str) -> DocumentError:
    """The error for something that goes over the limit of that field of Limits."""
    return DocumentError("too-large", f"{what} over the limit of {limit:,}; cut the file or raise Limits.{field}")
