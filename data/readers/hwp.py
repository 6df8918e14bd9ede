"""HWP 5: the records of its BodyText streams as paragraphs and tables; headers and footers left out."""

import io
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import olefile

from data.readers.line import Lines, numbered_lines
from data.readers.numbering import Level, Numbering
from data.readers.reading import DocumentError, Limits, Reading, too_large
from data.readers.spot import Spot
from data.readers.table import Cell, table_lines

_COMPRESSED, _PASSWORD, _DISTRIBUTED, _DRM = 0x01, 0x02, 0x04, 0x10
_NUMBERING, _BULLET, _PARA_SHAPE = 23, 24, 25
_PARA_HEADER, _PARA_TEXT, _CTRL_HEADER, _LIST_HEADER, _TABLE = 66, 67, 71, 72, 77
_FURNITURE = frozenset((b"head", b"foot", b"pghd", b"pgnp", b"nwno", b"tcmt"))
_SHORT_CONTROLS = frozenset((0, 10, 13, *range(24, 32)))
_SHOWN = {9: " ", 10: "\n", 13: "\n", 24: "-", 30: " ", 31: " "}
_STYLES = (
    "decimal", "circled", "upper-roman", "lower-roman", "upper-alpha", "lower-alpha", "circled-letter",
    "circled-letter", "syllable", "circled-syllable", "jamo", "circled-jamo",
)  # fmt: skip
_CELL = struct.Struct("<8xHHHH")
_LEVELS = 7


@dataclass(slots=True)
class Record:
    """A record of a stream and the records below it."""

    tag: int
    data: bytes
    below: list["Record"] = field(default_factory=list)


def read(raw: bytes, limits: Limits) -> Reading:
    """The lines of all sections."""
    with olefile.OleFileIO(io.BytesIO(raw)) as ole:
        flags = _flags(ole)
        compressed = bool(flags & _COMPRESSED)
        body = _Body(_tree(_stream(ole, "DocInfo", compressed, limits), limits), limits)
        lines = Lines(limits)
        for number, name in enumerate(_sections(ole), 1):
            body.spot.enter_section(number)
            for line in body.lines(_tree(_stream(ole, name, compressed, limits), limits).below):
                lines.add(line, body.spot.name)
    return lines.reading()


def _flags(ole: olefile.OleFileIO) -> int:
    header = ole.openstream("FileHeader").read(40)
    if not header.startswith(b"HWP Document File") or len(header) < 40:
        raise DocumentError("broken", "an HWP file with a broken FileHeader; save the file again")
    flags: int = struct.unpack_from("<I", header, 36)[0]
    if flags & (_PASSWORD | _DRM):
        raise DocumentError("encrypted", "an HWP file locked by a password; save it without one")
    if flags & _DISTRIBUTED:
        raise DocumentError("encrypted", "an HWP file locked for distribution (배포용 문서); save an ordinary copy")
    return flags


def _sections(ole: olefile.OleFileIO) -> list[str]:
    names = ["/".join(path) for path in ole.listdir() if path[0] == "BodyText" and path[-1].startswith("Section")]
    return sorted(names, key=lambda name: (len(name), name))


def _stream(ole: olefile.OleFileIO, name: str, compressed: bool, limits: Limits) -> bytes:
    data: bytes = ole.openstream(name).read()
    if not compressed:
        return data
    try:
        expanded = zlib.decompressobj(-15).decompress(data, limits.expanded + 1)
    except zlib.error as error:
        raise DocumentError("broken", f"its stream {name} cannot be unpacked ({error}); save the file again") from error
    if len(expanded) > limits.expanded:
        raise too_large("bytes once unpacked", limits.expanded, "expanded")
    return expanded


def _records(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(tag, level, data) of each record; a record that is cut off ends the stream."""
    place = 0
    while place + 4 <= len(data):
        (header,) = struct.unpack_from("<I", data, place)
        place += 4
        tag, level, size = header & 0x3FF, header >> 10 & 0x3FF, header >> 20
        if size == 0xFFF:
            if place + 4 > len(data):
                return
            (size,) = struct.unpack_from("<I", data, place)
            place += 4
        yield tag, level, data[place : place + size]
        place += size


def _tree(data: bytes, limits: Limits) -> Record:
    """The records as a tree by their levels."""
    root = Record(0, b"")
    path = [root]
    for tag, level, content in _records(data):
        if level > limits.nesting:
            raise too_large("nesting", limits.nesting, "nesting")
        del path[min(level, len(path) - 1) + 1 :]
        record = Record(tag, content)
        path[-1].below.append(record)
        path.append(record)
    return root


class _Body:
    """The sections of an HWP file, read with the numbering of its DocInfo."""

    def __init__(self, info: Record, limits: Limits) -> None:
        self.spot = Spot()
        self._limits = limits
        records = list(_flat(info))
        self._shapes = [_heading(record.data) for record in records if record.tag == _PARA_SHAPE]
        self._numbering = Numbering(_lists(records))

    def lines(self, records: list[Record]) -> Iterator[str]:
        """The lines of the paragraphs among the records, and of those in controls below them."""
        for record in records:
            if record.tag == _PARA_HEADER:
                yield from self._paragraph(record)
            elif record.tag == _CTRL_HEADER and record.data[3::-1] == b"tbl ":
                yield from self._table(record.below)
            elif not (record.tag == _CTRL_HEADER and record.data[3::-1] in _FURNITURE):
                yield from self.lines(record.below)

    def _paragraph(self, record: Record) -> Iterator[str]:
        self.spot.enter_paragraph()
        text = "".join(_shown(part.data) for part in record.below if part.tag == _PARA_TEXT)
        yield from numbered_lines(text, lambda: self._marker(record.data))
        yield from self.lines([part for part in record.below if part.tag != _PARA_TEXT])

    def _marker(self, header: bytes) -> str:
        shape = int.from_bytes(header[8:10], "little")
        return self._numbering.marker(*self._shapes[shape]) if shape < len(self._shapes) else ""

    def _table(self, records: list[Record]) -> Iterator[str]:
        """A caption stands before the TABLE record; behind it each LIST_HEADER opens a cell."""
        start = next((place for place, record in enumerate(records) if record.tag == _TABLE), len(records))
        yield from self.lines(records[:start])
        rows: dict[int, list[Cell]] = {}
        with self.spot.table():
            for number, (head, content) in enumerate(_cells(records[start + 1 :])):
                row, cell = self._cell(head, content, number)
                rows.setdefault(row, []).append(cell)
        yield from table_lines([rows[row] for row in sorted(rows)], self._limits)

    def _cell(self, head: Record, content: list[Record], number: int) -> tuple[int, Cell]:
        lines = tuple(self.lines([*head.below, *content]))
        if len(head.data) < _CELL.size:
            return number, Cell(lines)
        _, row, columns, rows = _CELL.unpack_from(head.data)
        return row, Cell(lines, max(rows, 1), max(columns, 1))


def _cells(records: list[Record]) -> Iterator[tuple[Record, list[Record]]]:
    """Each LIST_HEADER with the paragraphs that follow it."""
    heads = [place for place, record in enumerate(records) if record.tag == _LIST_HEADER]
    for place, end in zip(heads, [*heads[1:], len(records)], strict=True):
        yield records[place], records[place + 1 : end]


def _shown(data: bytes) -> str:
    """The text of a PARA_TEXT record; most control characters take eight places, some one."""
    codes = struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])
    kept = bytearray()
    place = 0
    while place < len(codes):
        code = codes[place]
        if code >= 32:
            kept += code.to_bytes(2, "little")
        elif code in _SHOWN:
            kept += _SHOWN[code].encode("utf-16-le")
        place += 1 if code >= 32 or code in _SHORT_CONTROLS else 8
    return kept.decode("utf-16-le", "replace")


def _flat(record: Record) -> Iterator[Record]:
    for part in record.below:
        yield part
        yield from _flat(part)


def _heading(shape: bytes) -> tuple[str, int]:
    """The list a PARA_SHAPE counts in, and the level."""
    if len(shape) < 32:
        return "", 0
    (attributes,) = struct.unpack_from("<I", shape)
    (number,) = struct.unpack_from("<H", shape, 30)
    kind, level = attributes >> 23 & 3, attributes >> 25 & 7
    # The outline (1) counts by the first numbering unless the section says otherwise.
    return ("", "number1", f"number{number}", f"bullet{number}")[kind], level


def _lists(records: list[Record]) -> Mapping[str, list[Level]]:
    numberings = [record.data for record in records if record.tag == _NUMBERING]
    bullets = [record for record in records if record.tag == _BULLET]
    lists = {f"bullet{number}": [Level("bullet", "")] * _LEVELS for number in range(1, len(bullets) + 1)}
    return lists | {f"number{number}": list(_levels(data)) for number, data in enumerate(numberings, 1)}


def _levels(numbering: bytes) -> Iterator[Level]:
    """Seven levels: 12 bytes that hold the style of the number, the marker with ^1 for numbers; then their starts."""
    place = 0
    found: list[tuple[str, str]] = []
    while len(found) < _LEVELS and place + 14 <= len(numbering):
        attributes, length = struct.unpack_from("<I8xH", numbering, place)
        style = attributes >> 5 & 0xF
        marker = numbering[place + 14 : place + 14 + 2 * length].decode("utf-16-le", "replace")
        found.append((_STYLES[style] if style < len(_STYLES) else "decimal", marker))
        place += 14 + 2 * length
    starts = struct.unpack_from("<7I", numbering, place + 2) if len(numbering) >= place + 30 else (1,) * _LEVELS
    yield from (Level(style, text, max(start, 1)) for (style, text), start in zip(found, starts, strict=False))
