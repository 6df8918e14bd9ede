"""Labelled policies as JSON, CSV and a table for the terminal."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from data.labels import KEYS, LABELS, LAW_VERSION
from serve.label import LabelledClause, LabelledPolicy

COLOURS: dict[str, str] = {
    "collection": "green",
    "purpose": "cyan",
    "retention": "yellow",
    "third-party": "magenta",
    "entrustment": "bright_blue",
    "transfer": "bright_magenta",
    "rights": "bright_green",
    "cookies": "dark_orange3",
    "security": "red",
    "contact": "bright_cyan",
}
KIND_NAMES = {"heading": "제목", "body": "본문", "row": "표"}
CSV_COLUMNS = ("document", "start", "end", "place", "kind", "labels", "text", *KEYS)

_NAMES = {label.key: f"{label.korean} {label.english}" for label in LABELS}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_record(policy: LabelledPolicy) -> dict[str, Any]:
    """A policy in the shape of the gold, with the `model` and each unit's `scores`, and its `place` if there is one."""
    return {
        "id": policy.document.id,
        "text": policy.document.text,
        "units": [_unit(item, policy.document.place_of(item.clause.start)) for item in policy.clauses],
        "model": {
            "id": policy.model.id,
            "sha256": policy.model.sha256,
            "guideline": policy.model.guideline,
            "law": LAW_VERSION,
        },
    }


def to_jsonl(policies: Iterable[LabelledPolicy]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(to_record(policy), ensure_ascii=False) + "\n" for policy in policies)


def to_csv(policies: Iterable[LabelledPolicy]) -> str:
    """One row a clause, with a header. Text that a spreadsheet would run as a formula is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for policy in policies:
        for item in policy.clauses:
            clause, prediction = item.clause, item.prediction
            labels = " ".join(prediction.labels)
            scores = (f"{score:.4f}" for score in prediction.scores)
            writer.writerow(
                (
                    plain(policy.document.id),
                    clause.start,
                    clause.end,
                    policy.document.place_of(clause.start),
                    clause.kind,
                    labels,
                    plain(clause.text),
                    *scores,
                )
            )
    return out.getvalue()


def to_table(policy: LabelledPolicy) -> Group:
    """Clauses with their labels and probabilities, coloured by the most probable label, and a count of topics."""
    table = Table(show_lines=False, expand=True, pad_edge=False, title=f"{policy.document.id}", title_justify="left")
    table.add_column("", style="dim", no_wrap=True)
    table.add_column("절 · Clause", ratio=3, overflow="fold")
    table.add_column("범주 · Categories", ratio=2, overflow="fold")
    for item in policy.clauses:
        table.add_row(KIND_NAMES[item.clause.kind], _clause_text(item), _labels_text(item))
    return Group(table, _summary(policy))


def _unit(item: LabelledClause, place: str) -> dict[str, Any]:
    scores = zip(KEYS, item.prediction.scores, strict=True)
    return {
        "start": item.clause.start,
        "end": item.clause.end,
        **({"place": place} if place else {}),
        "kind": item.clause.kind,
        "labels": list(item.prediction.labels),
        "scores": {key: round(score, 4) for key, score in scores},
    }


def plain(text: str) -> str:
    """The text as a cell of a spreadsheet that is never run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _clause_text(item: LabelledClause) -> Text:
    style = "bold" if item.clause.kind == "heading" else ""
    if item.prediction.labels:
        first = max(item.prediction.labels, key=item.prediction.score_of)
        style = f"{style} {COLOURS[first]}".strip()
    return Text(item.clause.text.replace("\t", " │ "), style=style or "dim")


def _labels_text(item: LabelledClause) -> Text:
    text = Text()
    for label in sorted(item.prediction.labels, key=item.prediction.score_of, reverse=True):
        if text:
            text.append(", ", style="dim")
        text.append(_NAMES[label], style=COLOURS[label])
        text.append(f" {item.prediction.score_of(label):.2f}", style="dim")
    return text


def _summary(policy: LabelledPolicy) -> Text:
    counts = {key: sum(key in item.prediction.labels for item in policy.clauses) for key in KEYS}
    text = Text(f"{len(policy.clauses)}개 절 clauses · ")
    for number, (key, count) in enumerate(counts.items()):
        text.append(" · " if number else "")
        text.append(f"{_NAMES[key]} {count}", style=COLOURS[key] if count else "dim strike")
    text.append(f"\n모델 model {policy.model.id} {policy.model.sha256[:12]}", style="dim")
    return text
