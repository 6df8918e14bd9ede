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
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from data.document import Document
from data.gold import GoldError, LabelledDocument, Unit
from data.kind import KINDS, Kind, kinds_of
from data.labels import KEYS, LABELS, in_order

T = TypeVar("T")

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
    tasks = _json(str(path), path.read_bytes())
    if not isinstance(tasks, list):
        raise GoldError(f"{path}: expected a JSON list of tasks; export the project as JSON, not JSON-MIN")
    found = (_of_task(f"{path}: task {number}", task, annotator) for number, task in enumerate(tasks, start=1))
    return _distinct(path, (labelled for labelled in found if labelled))


def write_doccano(path: Path, documents: Iterable[Proposed]) -> None:
    """JSONL of a sequence labelling project; a proposal stands in the place of the gold's units."""
    lines = (json.dumps(_line(labelled, proposal), ensure_ascii=False) for labelled, proposal in documents)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def read_doccano(path: Path) -> list[LabelledDocument]:
    """The documents of a JSONL export. Raises GoldError naming line, span and cure."""
    lines = enumerate(path.read_bytes().split(b"\n"), start=1)
    return _distinct(path, (_of_line(f"{path}:{number}", line, number) for number, line in lines if line.strip()))


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


def _of_task(where: str, task: Any, annotator: str) -> LabelledDocument | None:
    annotation = _annotation(where, _a(dict, where, "task", task), annotator)
    if annotation is None:
        return None
    data = _a(dict, where, "data", task.get("data"))
    text = _a(str, where, "data.text", data.get("text"))
    results = _a(list, where, "annotations.result", annotation.get("result"))
    marks = [mark for number, one in enumerate(results) for mark in _marks(f"{where}: result[{number}]", one, text)]
    identity = str(data["id"] if "id" in data else task.get("id", where))
    return _labelled(where, Document(identity, text), marks, data.get("meta"))


def _annotation(where: str, task: Mapping[str, Any], annotator: str) -> dict[str, Any] | None:
    given = [_a(dict, where, "annotations", one) for one in _a(list, where, "annotations", task.get("annotations", []))]
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
    value = _a(dict, where, "value", _a(dict, where, "result", result).get("value", {}))
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
        yield start, end, name


def _ink(text: str) -> str:
    """Without white space and Label Studio's way to write the end of a line."""
    return "".join(text.replace("\\n", "").split())


def _line(labelled: LabelledDocument, proposal: Proposal | None) -> dict[str, Any]:
    units = proposal.units if proposal else labelled.units
    spans = [[unit.start, unit.end, name] for unit in units for name in (unit.kind, *unit.labels)]
    record = {"document_id": labelled.document.id, "text": labelled.document.text, "label": spans}
    return record | {"meta": dict(labelled.meta)}


def _of_line(where: str, line: bytes, number: int) -> LabelledDocument:
    record = _a(dict, where, "line", _json(where, line))
    text = _a(str, where, "text", record.get("text"))
    spans = _a(list, where, "label", record.get("label"))
    marks = [_mark(f"{where}: label[{at}]", span) for at, span in enumerate(spans)]
    identity = str(record.get("document_id", record.get("id", number)))
    return _labelled(where, Document(identity, text), marks, record.get("meta"))


def _mark(where: str, span: Any) -> Mark:
    if not isinstance(span, list) or len(span) != 3:
        raise GoldError(f"{where}: expected [start, end, name]; export a sequence labelling project as JSONL")
    return (*_offsets(where, span[:2]), str(span[2]))


def _labelled(where: str, document: Document, marks: Iterable[Mark], meta: Any) -> LabelledDocument:
    names: dict[tuple[int, int], set[str]] = {}
    for start, end, name in marks:
        names.setdefault((start, end), set()).add(name)
    spans = sorted(names)
    _check_spans(where, spans, len(document.text))
    seen = kinds_of(document.text, spans)
    units = tuple(_unit(where, span, names[span] - {""}, kind) for span, kind in zip(spans, seen, strict=True))
    return LabelledDocument(document, units, meta if isinstance(meta, dict) else {})


def _unit(where: str, span: tuple[int, int], names: set[str], seen: Kind) -> Unit:
    kinds = [kind for kind in KINDS if kind in names]
    unknown = sorted(names - {*KEYS, *KINDS})
    if unknown:
        raise GoldError(f"{where}: '{unknown[0]}' at {span} is no label; use {', '.join(KEYS)}")
    if len(kinds) > 1:
        raise GoldError(f"{where}: {span} is {' and '.join(kinds)}; leave one kind")
    return Unit(*span, kinds[0] if kinds else seen, in_order(names - set(KINDS)))


def _check_spans(where: str, spans: Sequence[tuple[int, int]], length: int) -> None:
    for start, end in spans:
        if not 0 <= start < end <= length:
            raise GoldError(f"{where}: [{start}, {end}) is no span of a text of {length} characters; mark it anew")
    for one, other in pairwise(spans):
        if other[0] < one[1]:
            raise GoldError(
                f"{where}: spans {one} and {other} overlap; units are parted: mark the same span, or cut it"
            )


def _offsets(where: str, values: Sequence[Any]) -> tuple[int, int]:
    try:
        start, end = map(int, values)
    except (TypeError, ValueError) as error:
        raise GoldError(f"{where}: start and end are {list(values)}; expected whole numbers, export anew") from error
    return start, end


def _distinct(path: Path, documents: Iterable[LabelledDocument]) -> list[LabelledDocument]:
    found: dict[str, LabelledDocument] = {}
    for labelled in documents:
        if labelled.document.id in found:
            raise GoldError(f"{path}: two documents '{labelled.document.id}'; give each an id of its own")
        found[labelled.document.id] = labelled
    return list(found.values())


def _a(kind: type[T], where: str, name: str, value: Any) -> T:
    """The value, if it is of that type."""
    if not isinstance(value, kind):
        raise GoldError(f"{where}: {name} is of type {type(value).__name__}, not {kind.__name__}; export anew")
    return value


def _json(where: str, content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise GoldError(f"{where}: not UTF-8 at byte {error.start}; save the file as UTF-8") from error
    except json.JSONDecodeError as error:
        raise GoldError(f"{where}: broken JSON ({error}); export anew") from error
