"""Writes HWP 5 files for tests, record by record."""

import struct
import zlib
from collections.abc import Mapping
from itertools import pairwise

SECTOR = 512
NONE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(streams: Mapping[str, bytes]) -> bytes:
    """An OLE file with these streams ('Storage/Name' or 'Name'), each padded so that it needs no mini stream."""
    entries: list[tuple[str, int, int, int, int, int]] = []  # name, kind, right, child, start, size
    sectors: list[bytes] = []
    chain: list[int] = []

    def store(content: bytes) -> int:
        start = len(sectors)
        for place in range(0, len(content), SECTOR):
            sectors.append(content[place : place + SECTOR].ljust(SECTOR, b"\0"))
            chain.append(len(sectors))
        chain[-1] = END
        return start

    def add(names: dict[str, object]) -> int:
        """Siblings as a chain to the right; the number of the first."""
        numbers = []
        for name, content in names.items():
            number = len(entries)
            entries.append(("", 0, 0, 0, 0, 0))
            if isinstance(content, dict):
                entries[number] = (name, 1, NONE, add(content), 0, 0)
            else:
                padded = bytes(content).ljust(4096, b"\0")  # type: ignore[call-overload]
                entries[number] = (name, 2, NONE, NONE, store(padded), len(padded))
            numbers.append(number)
        for one, other in pairwise(numbers):
            entries[one] = (*entries[one][:2], other, *entries[one][3:])
        return numbers[0] if numbers else NONE

    tree: dict[str, object] = {}
    for path, content in streams.items():
        storage, _, name = path.rpartition("/")
        target = tree.setdefault(storage, {}) if storage else tree
        assert isinstance(target, dict)
        target[name] = content
    entries.append(("Root Entry", 5, NONE, 1, END, 0))
    add(tree)
    directory = b"".join(
        (name.encode("utf-16-le") + b"\0\0").ljust(64, b"\0")
        + struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, NONE, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
        for name, kind, right, child, start, size in entries
    )
    first = store(directory)
    fat_sectors = 1 + len(sectors) // 100
    table = chain + [FAT] * fat_sectors
    table += [NONE] * (fat_sectors * SECTOR // 4 - len(table))
    fat_at = list(range(len(sectors), len(sectors) + fat_sectors))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, first, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", *fat_at, *[NONE] * (109 - fat_sectors))
    return header + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


def record(tag: int, level: int, data: bytes) -> bytes:
    size = len(data)
    head = struct.pack("<I", tag | level << 10 | min(size, 0xFFF) << 20)
    return head + (struct.pack("<I", size) if size >= 0xFFF else b"") + data


def paragraph(text: str, level: int = 0, shape: int = 0, control: bytes = b"") -> bytes:
    head = record(66, level, struct.pack("<IIHBB", len(text), 0, shape, 0, 0) + bytes(14))
    return head + record(67, level + 1, control + text.encode("utf-16-le") + b"\r\0")


def cell(text: str, column: int, row: int, columns: int = 1, rows: int = 1, level: int = 2) -> bytes:
    place = struct.pack("<HHHH", column, row, columns, rows)
    return record(72, level, struct.pack("<HHI", 1, 0, 0) + place + bytes(26)) + paragraph(text, level)


def table(*cells: bytes, level: int = 0) -> bytes:
    control = struct.pack("<H12xH", 11, 11)
    head = paragraph("", level, control=control) + record(71, level + 1, b" lbt" + bytes(40))
    return head + record(77, level + 2, bytes(20)) + b"".join(cells)


def numbering(*levels: tuple[int, str], start: int = 1) -> bytes:
    parts = [struct.pack("<IhhIH", style << 5, 0, 0, 0, len(text)) + text.encode("utf-16-le") for style, text in levels]
    parts.append(bytes(14 * (7 - len(levels)) + 2) + struct.pack("<7I", *[start] * 7))
    return record(23, 1, b"".join(parts))


def shape(kind: int = 0, level: int = 0, number: int = 0) -> bytes:
    return record(
        25, 1, struct.pack("<I", kind << 23 | level << 25) + bytes(26) + struct.pack("<H", number) + bytes(22)
    )


INFO = record(16, 0, bytes(26)) + shape()


def hwp(*sections: bytes, info: bytes = INFO, flags: int = 1) -> bytes:
    def packed(data: bytes) -> bytes:
        compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
        return compressor.compress(data) + compressor.flush() if flags & 1 else data

    header = b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05000300, flags)
    bodies = {f"BodyText/Section{number}": packed(section) for number, section in enumerate(sections)}
    return ole({"FileHeader": header, "DocInfo": packed(info)} | bodies)
