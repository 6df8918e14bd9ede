"""Labelled documents: read, checked and written as JSONL."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from data.document import Document
from data.kind import KINDS, Kind
from data.labels import KEYS, in_order


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
    labelled: list[LabelledDocument] = []
    seen: dict[str, str] = {}
    for path in paths:
        for where, record in _records(path):
            document = _labelled(where, record)
            if document.document.id in seen:
                raise _broken(
                    where,
                    "id",
                    f"'{document.document.id}' stands at {seen[document.document.id]} already",
                    "give each document an id of its own",
                )
            seen[document.document.id] = where
            labelled.append(document)
    return labelled


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


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise GoldError(f"{where}: broken JSON ({error}); each line holds one JSON object") from error
        if not isinstance(record, dict):
            raise GoldError(f"{where}: expected a JSON object, found {type(record).__name__}; wrap it in {{…}}")
        yield where, record


def _labelled(where: str, record: Mapping[str, Any]) -> LabelledDocument:
    identity = _field(where, record, "id", str)
    text = _field(where, record, "text", str)
    raw_units = _field(where, record, "units", list)
    units = [_unit(where, number, raw, len(text)) for number, raw in enumerate(raw_units)]
    _check_order(where, units)
    return LabelledDocument(Document(identity, text), tuple(units), record.get("meta") or {})


def _unit(where: str, number: int, raw: Any, length: int) -> Unit:
    name = f"units[{number}]"
    if not isinstance(raw, dict):
        raise _broken(
            where, name, f"expected an object, found {type(raw).__name__}", "write start, end, kind and labels"
        )
    start, end = (_field(where, raw, key, int, name) for key in ("start", "end"))
    if not 0 <= start < end <= length:
        cure = "offsets are characters of the text, end exclusive"
        raise _broken(where, name, f"[{start}, {end}) is no span of a text of {length} characters", cure)
    kind = _field(where, raw, "kind", str, name)
    if kind not in KINDS:
        raise _broken(where, f"{name}.kind", f"'{kind}' is no kind", f"one of {', '.join(KINDS)}")
    labels = _field(where, raw, "labels", list, name)
    unknown = [label for label in labels if label not in KEYS]
    if unknown:
        raise _broken(where, f"{name}.labels", f"'{unknown[0]}' is no label", f"use {', '.join(KEYS)}")
    return Unit(start, end, KINDS[KINDS.index(kind)], in_order(labels))


def _check_order(where: str, units: Sequence[Unit]) -> None:
    for number, (one, next_one) in enumerate(pairwise(units)):
        if next_one.start < one.end:
            found = f"starts at {next_one.start}, before units[{number}] ends at {one.end}"
            raise _broken(where, f"units[{number + 1}]", found, "order units by start and let none overlap")


def _field(where: str, record: Mapping[str, Any], name: str, kind: type[Any], parent: str = "") -> Any:
    path = f"{parent}.{name}" if parent else name
    if name not in record:
        raise _broken(where, path, "is missing", f"add it as {kind.__name__}")
    value = record[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _broken(where, path, f"is of type {type(value).__name__}", f"write it as {kind.__name__}")
    return value


def _broken(where: str, field_name: str, found: str, cure: str) -> GoldError:
    return GoldError(f"{where}: {field_name}: {found}; {cure}")
