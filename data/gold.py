"""Labelled documents: read, checked and written as JSONL."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from data.document import Document
from data.kind import KINDS, Kind
from data.labels import KEYS, in_order

T = TypeVar("T")


class GoldError(ValueError):
    """A labelled document that breaks the format: names file, line, field and cure."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause as an annotator cut and labelled it; `text[start:end]` of its document."""

    start: int
    end: int
    kind: Kind
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A document, its units in order of the text, and what is known about it (sector, year, group, …)."""

    document: Document
    units: tuple[Unit, ...]
    meta: Mapping[str, Any] = field(default_factory=dict)

    def text_of(self, unit: Unit) -> str:
        """The unit's text."""
        return self.document.text[unit.start : unit.end]


def read_gold(*paths: Path) -> list[LabelledDocument]:
    """All labelled documents of the files. Raises GoldError at the first that breaks the format."""
    return distinct((where, from_record(where, record)) for path in paths for where, record in records(path))


def write_gold(path: Path, documents: Iterable[LabelledDocument]) -> None:
    """One JSON object a line, UTF-8."""
    lines = [json.dumps(to_record(document), ensure_ascii=False) for document in documents]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def to_record(labelled: LabelledDocument) -> dict[str, Any]:
    """A labelled document as the JSON object of the format."""
    units = [
        {"start": unit.start, "end": unit.end, "kind": unit.kind, "labels": list(unit.labels)}
        for unit in labelled.units
    ]
    return {
        "id": labelled.document.id,
        "text": labelled.document.text,
        "units": units,
        "meta": dict(labelled.meta),
    }


def from_record(where: str, record: Mapping[str, Any]) -> LabelledDocument:
    """A labelled document of the format's JSON object. Raises GoldError naming `where`, field and cure."""
    identity = field_of(where, record, "id", str)
    text = _sound(where, field_of(where, record, "text", str))
    raw_units = field_of(where, record, "units", list)
    units = [_unit(where, number, raw, len(text)) for number, raw in enumerate(raw_units)]
    _check_order(where, units)
    meta = field_of(where, record, "meta", dict) if record.get("meta") is not None else {}
    return LabelledDocument(Document(identity, text), tuple(units), meta)


def distinct(documents: Iterable[tuple[str, LabelledDocument]]) -> list[LabelledDocument]:
    """The documents, each given with its place. Raises GoldError where two have one id."""
    places: dict[str, str] = {}
    found: list[LabelledDocument] = []
    for where, labelled in documents:
        name = labelled.document.id
        if name in places:
            cure = "give each document an id of its own"
            raise _broken(where, "id", f"'{name}' stands at {places[name]} already", cure)
        places[name] = where
        found.append(labelled)
    return found


def records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place (file and line) and JSON object of each line that is not blank. Raises GoldError for any other line."""
    # Not splitlines: a text may hold line separators of its own.
    for number, line in enumerate(read_utf8(path).split("\n"), start=1):
        if line.strip():
            where = f"{path}:{number}"
            yield where, object_of(where, parse(where, line))


def read_utf8(path: Path) -> str:
    """The file's text. Raises GoldError where it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from error


def parse(where: str, text: str) -> Any:
    """The JSON value. Raises GoldError where it is broken."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise GoldError(f"{where}: broken JSON ({error}); expected one JSON value, export or write it anew") from error


def field_of(where: str, record: Mapping[str, Any], name: str, kind: type[T], parent: str = "") -> T:
    """The field's value. Raises GoldError where it is missing or of another type; `parent` is the path of `record`."""
    path = f"{parent}.{name}" if parent else name
    if name not in record:
        raise _broken(where, path, "is missing", f"add it as {kind.__name__}")
    value = record[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _broken(where, path, f"is of type {type(value).__name__}", f"write it as {kind.__name__}")
    return value


def object_of(where: str, value: Any) -> dict[str, Any]:
    """The JSON value, if it is an object, else raises GoldError."""
    if not isinstance(value, dict):
        raise GoldError(f"{where}: expected a JSON object, found {type(value).__name__}; wrap it in {{…}}")
    return value


def _sound(where: str, text: str) -> str:
    """The text, if it can be written: JSON lets half a surrogate pair through, but it is no character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        cure = "write the whole character"
        raise _broken(where, "text", f"holds half a surrogate pair at {error.start}", cure) from error
    return text


def _unit(where: str, number: int, raw: Any, length: int) -> Unit:
    name = f"units[{number}]"
    if not isinstance(raw, dict):
        raise _broken(
            where, name, f"expected an object, found {type(raw).__name__}", "write start, end, kind and labels"
        )
    start, end = (field_of(where, raw, key, int, name) for key in ("start", "end"))
    if not 0 <= start < end <= length:
        cure = "offsets are characters of the text, end exclusive"
        raise _broken(where, name, f"[{start}, {end}) is no span of a text of {length} characters", cure)
    kind = field_of(where, raw, "kind", str, name)
    if kind not in KINDS:
        raise _broken(where, f"{name}.kind", f"'{kind}' is no kind", f"one of {', '.join(KINDS)}")
    labels = field_of(where, raw, "labels", list, name)
    unknown = [label for label in labels if label not in KEYS]
    if unknown:
        raise _broken(
            where, f"{name}.labels", f"'{unknown[0]}' of [{start}, {end}) is no label", f"use {', '.join(KEYS)}"
        )
    return Unit(start, end, KINDS[KINDS.index(kind)], in_order(labels))


def _check_order(where: str, units: Sequence[Unit]) -> None:
    for number, (one, next_one) in enumerate(pairwise(units)):
        if next_one.start < one.end:
            found = f"starts at {next_one.start}, before units[{number}] ends at {one.end}"
            raise _broken(where, f"units[{number + 1}]", found, "order units by start, and cut those that overlap")


def _broken(where: str, field_name: str, found: str, cure: str) -> GoldError:
    return GoldError(f"{where}: {field_name}: {found}; {cure}")
