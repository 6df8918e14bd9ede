"""A policy as text: Document, and read_document, which makes one of a file in any format."""

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from data.readers.reading import DEFAULT_LIMITS, DocumentError, Limits, Place, Reason, too_large

__all__ = ["DEFAULT_LIMITS", "Document", "DocumentError", "Limits", "Place", "Reason", "read_document"]


@dataclass(frozen=True, slots=True)
class Document:
    """A policy as text, with the name by which its results are reported.

    Offsets of clauses are Python character offsets (code points) into `text`. `unread` tells people
    which parts of the source could not be read: what stands there was not analysed. `places` tells where
    in the source the text stood, each place from its `start` on; text that was kept character for character has
    none: its offsets fit the file, or the field, that it came from.
    """

    id: str
    text: str
    unread: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()

    def place_of(self, position: int) -> str:
        """The page, paragraph, table or element that the character at the position came from; '' in plain text."""
        before = bisect_right(self.places, position, key=lambda place: place.start)
        return self.places[before - 1].name if before else ""


def read_document(source: bytes | str | Path, id: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Document:
    """The document in a file (its path or bytes), or in a field of a record (str). `id`: by default the file's name.

    The format is found by content. Who sends a field has its text at hand and looks offsets up in it, so all but
    HTML is kept character for character; Markdown loses its marks only as a file, whose `places` name its lines.
    Raises DocumentError, whose `reason` and message tell why there is no document.
    """
    from data.readers.read import read, read_field

    name = id or (source.name if isinstance(source, Path) else "document")
    try:
        reading = read_field(source, limits) if isinstance(source, str) else read(_load(source, limits), limits)
    except DocumentError as error:
        raise error.named(name) from error
    return Document(name, reading.text, reading.unread, reading.places)


def _load(source: bytes | Path, limits: Limits) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        if not source.is_file():
            raise DocumentError("unreadable", "no such file; give the path of a policy")
        if source.stat().st_size > limits.size:
            raise too_large("bytes", limits.size, "size")
        return source.read_bytes()
    except OSError as error:
        raise DocumentError("unreadable", f"cannot be opened ({error.strerror}); check its path and rights") from error
