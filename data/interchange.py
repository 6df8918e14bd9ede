"""Label Studio and doccano: labelled documents in the files of both tools, and back.

A unit is one marked span, and its kind is a mark beside its labels, so that neither the kind nor an
empty label set is lost. In Label Studio the span is a region labelled with its kind (`Labels`), and its
labels are the choices of that region (`Choices perRegion`), absent where there are none;
`labelstudio_interface` is the project's interface. In doccano each unit has one span named by its
kind and one span a label, all over the same characters (the project must allow overlapping spans).
A span that has labels only gets the kind that data/kind.py sees. Both tools set ids of their own, so
ours stand in the data: `id` and `meta` in Label Studio, `document_id` and `meta` in doccano. Offsets
are code points: so counts doccano without grapheme mode, and Label Studio since label-studio-frontend
#308; a Label Studio export whose offsets do not fit its text is refused.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.gold import (
    GoldError,
    LabelledDocument,
    Unit,
    distinct,
    field_of,
    from_record,
    object_of,
    parse,
    read_utf8,
    records,
)
from data.kind import KINDS, Kind, kinds_of
from data.labels import LABELS

Mark = tuple[int, int, str]
"""Start, end and one name: a kind, a label, or nothing."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model proposes for a document before people label it; `sureness` from 0 to 1."""

    model: str
    sureness: float
    units: tuple[Unit, ...]


Proposed = tuple[LabelledDocument, Proposal | None]


def labelstudio_interface() -> str:
    """The labelling interface (XML) of a Label Studio project for these files."""
    kinds = "".join(f'<Label value="{kind}"/>' for kind in KINDS)
    labels = "".join(f'<Choice value="{label.key}" hint="{label.korean}"/>' for label in LABELS)
    return (
        "<View><Style>.htx-text{ white-space: pre-wrap; }</Style>\n"
        f'<Labels name="kind" toName="text">{kinds}</Labels>\n'
        '<Choices name="labels" toName="text" choice="multiple" perRegion="true" visibleWhen="region-selected">'
        f"{labels}</Choices>\n"
        '<Text name="text" value="$text"/></View>'
    )


def write_labelstudio(path: Path, documents: Iterable[Proposed]) -> None:
    """One JSON list of tasks: the gold's units as annotation, the proposal as prediction.

    A document without units that has a proposal is still to be labelled: it gets no annotation.
    """
    tasks = [_task(labelled, proposal) for labelled, proposal in documents]
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def read_labelstudio(path: Path, annotator: str = "") -> list[LabelledDocument]:
    """The labelled tasks of a JSON export; those that nobody labelled are left out.

    `annotator`: whose annotations, by email or number. Raises GoldError naming task, region and cure.
    """
    tasks = parse(str(path), read_utf8(path))
    if not isinstance(tasks, list):
        raise GoldError(f"{path}: expected a JSON list of tasks; export the project as JSON, not JSON-MIN")
    places = [(f"{path}: task {number}", task) for number, task in enumerate(tasks, start=1)]
    found = ((where, _of_task(where, object_of(where, task), annotator)) for where, task in places)
    return distinct((where, labelled) for where, labelled in found if labelled)


def write_doccano(path: Path, documents: Iterable[Proposed]) -> None:
    """JSONL of a sequence labelling project; a proposal stands in the place of the gold's units."""
    lines = (json.dumps(_line(labelled, proposal), ensure_ascii=False) for labelled, proposal in documents)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def read_doccano(path: Path) -> list[LabelledDocument]:
    """The documents of a JSONL export. Raises GoldError naming line, span and cure."""
    return distinct((where, _of_line(where, record)) for where, record in records(path))


def _task(labelled: LabelledDocument, proposal: Proposal | None) -> dict[str, Any]:
    text = labelled.document.text
    task: dict[str, Any] = {"data": {"id": labelled.document.id, "text": text, "meta": dict(labelled.meta)}}
    if labelled.units or proposal is None:
        task["annotations"] = [{"result": _regions(text, labelled.units)}]
    if proposal:
        result = _regions(text, proposal.units)
        task["predictions"] = [{"model_version": proposal.model, "score": proposal.sureness, "result": result}]
    return task


def _regions(text: str, units: Iterable[Unit]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{unit.start}-{unit.end}",
            "from_name": name,
            "to_name": "text",
            "type": kind,
            "value": {"start": unit.start, "end": unit.end, "text": text[unit.start : unit.end], kind: list(names)},
        }
        for unit in units
        for name, kind, names in (("kind", "labels", (unit.kind,)), ("labels", "choices", unit.labels))
        if names
    ]


def _of_task(where: str, task: Mapping[str, Any], annotator: str) -> LabelledDocument | None:
    annotation = _annotation(where, task, annotator)
    if annotation is None:
        return None
    data = field_of(where, task, "data", dict)
    text = field_of(where, data, "text", str, "data")
    results = field_of(where, annotation, "result", list, "annotations")
    marks = [mark for number, one in enumerate(results) for mark in _marks(f"{where}: result[{number}]", one, text)]
    return _labelled(where, str(data["id"] if "id" in data else task.get("id", where)), text, marks, data.get("meta"))


def _annotation(where: str, task: Mapping[str, Any], annotator: str) -> dict[str, Any] | None:
    listed = field_of(where, task, "annotations", list) if "annotations" in task else []
    given = [object_of(f"{where}: annotations", one) for one in listed]
    kept = [one for one in given if not one.get("was_cancelled") and annotator in ("", _annotator(one))]
    if len(kept) > 1:
        names = ", ".join(dict.fromkeys(map(_annotator, kept)))
        raise GoldError(
            f"{where}: {len(kept)} annotations, by {names}; choose one by --annotator, or delete the others"
        )
    return kept[0] if kept else None


def _annotator(annotation: Mapping[str, Any]) -> str:
    by = annotation.get("completed_by", "?")
    return str(by.get("email", by.get("id"))) if isinstance(by, dict) else str(by)


def _marks(where: str, result: Any, text: str) -> Iterator[Mark]:
    """The marks of one result on a span of the text; results on the whole task have no span and are passed over."""
    result = object_of(where, result)
    value = field_of(where, result, "value", dict) if "value" in result else {}
    if "start" not in value:
        return
    start, end = _offsets(where, (value["start"], value.get("end")))
    said = value.get("text")
    if isinstance(said, str) and _ink(said) != _ink(text[start:end]):
        raise GoldError(
            f"{where}: [{start}, {end}) is '{text[start:end][:30]}', not '{said[:30]}'; "
            "offsets must be code points of this text: update Label Studio and mark it anew"
        )
    for name in [*value.get("labels", ()), *value.get("choices", ())] or [""]:
        yield start, end, str(name)


def _ink(text: str) -> str:
    """Without white space and Label Studio's way to write the end of a line."""
    return "".join(text.replace("\\n", "").split())


def _line(labelled: LabelledDocument, proposal: Proposal | None) -> dict[str, Any]:
    units = proposal.units if proposal else labelled.units
    spans = [[unit.start, unit.end, name] for unit in units for name in (unit.kind, *unit.labels)]
    record = {"document_id": labelled.document.id, "text": labelled.document.text, "label": spans}
    return record | {"meta": dict(labelled.meta)}


def _of_line(where: str, record: Mapping[str, Any]) -> LabelledDocument:
    text = field_of(where, record, "text", str)
    spans = field_of(where, record, "label", list)
    marks = [_mark(f"{where}: label[{at}]", span) for at, span in enumerate(spans)]
    return _labelled(where, str(record.get("document_id", record.get("id", where))), text, marks, record.get("meta"))


def _mark(where: str, span: Any) -> Mark:
    if not isinstance(span, list) or len(span) != 3:
        raise GoldError(f"{where}: expected [start, end, name]; export a sequence labelling project as JSONL")
    return (*_offsets(where, span[:2]), str(span[2]))


def _labelled(where: str, identity: str, text: str, marks: Iterable[Mark], meta: Any) -> LabelledDocument:
    """The marks as units in order of the text; data/gold.py checks them like any other gold."""
    names: dict[tuple[int, int], set[str]] = {}
    for start, end, name in marks:
        names.setdefault((start, end), set()).add(name)
    spans = sorted(names)
    units = [
        _unit(where, span, names[span] - {""}, seen) for span, seen in zip(spans, kinds_of(text, spans), strict=True)
    ]
    record = {"id": identity, "text": text, "units": units, "meta": meta if isinstance(meta, dict) else {}}
    return from_record(where, record)


def _unit(where: str, span: tuple[int, int], names: set[str], seen: Kind) -> dict[str, Any]:
    kinds = [kind for kind in KINDS if kind in names]
    if len(kinds) > 1:
        raise GoldError(f"{where}: {span} is {' and '.join(kinds)}; leave one kind")
    kind = kinds[0] if kinds else seen
    return {"start": span[0], "end": span[1], "kind": kind, "labels": sorted(names - set(KINDS))}


def _offsets(where: str, values: Sequence[Any]) -> tuple[int, int]:
    try:
        start, end = map(int, values)
    except (TypeError, ValueError) as error:
        raise GoldError(f"{where}: start and end are {list(values)}; expected whole numbers, export anew") from error
    return start, end
