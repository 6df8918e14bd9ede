"""Rows of a batch: one a clause, one a document, and the columns of both."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from data.labels import KEYS, LAW_VERSION
from model.prediction import ModelIdentity
from serve.batch.shard import Input
from serve.label import LabelledPolicy

ColumnType = Literal["text", "texts", "integer", "score"]
Row = dict[str, Any]

CLAUSES, DOCUMENTS = "clauses", "documents"
"""The two tables."""

_KOREAN_SHARE = 0.5
"""Of the letters at least this share is Hangul where the language is `ko`; below it is `mixed`."""

COLUMNS: dict[str, dict[str, ColumnType]] = {
    CLAUSES: {
        "document": "text",
        "clause": "integer",
        "start": "integer",
        "end": "integer",
        "place": "text",
        "kind": "text",
        "labels": "texts",
        "text": "text",
        **dict.fromkeys(KEYS, "score"),
    },
    DOCUMENTS: {
        "document": "text",
        "sha256": "text",
        "error": "text",
        "message": "text",
        "duplicate_of": "text",
        "language": "text",
        "characters": "integer",
        "clauses": "integer",
        "topics": "texts",
        **{f"{key}_clauses": "integer" for key in KEYS},
        **{f"{key}_first": "integer" for key in KEYS},
        "unread": "texts",
        "model": "text",
        "model_sha256": "text",
        "guideline": "text",
        "law": "text",
        "text": "text",
    },
}
"""Name and type of each column. What was not analysed is null, never 0 or an empty list. Plain text has no `place`."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a document has no results."""

    reason: str
    message: str


def clause_rows(item: Input, policy: LabelledPolicy) -> Iterator[Row]:
    """One row a clause, in order."""
    for number, labelled in enumerate(policy.clauses):
        clause, prediction = labelled.clause, labelled.prediction
        yield {
            "document": item.id,
            "clause": number,
            "start": clause.start,
            "end": clause.end,
            "place": policy.document.place_of(clause.start) or None,
            "kind": clause.kind,
            "labels": list(prediction.labels),
            "text": clause.text,
            **{key: round(score, 4) for key, score in zip(KEYS, prediction.scores, strict=True)},
        }


def document_row(item: Input, policy: LabelledPolicy, model: ModelIdentity) -> Row:
    """The row of a document that was analysed."""
    firsts = {key: _starts(policy, key) for key in KEYS}
    text = policy.document.text
    return {
        **_unanalysed(item, model),
        "language": _language(text),
        "characters": len(text),
        "clauses": len(policy.clauses),
        "topics": [key for key in KEYS if firsts[key]],
        **{f"{key}_clauses": len(starts) for key, starts in firsts.items()},
        **{f"{key}_first": starts[0] if starts else None for key, starts in firsts.items()},
        "unread": list(policy.document.unread),
        "text": text,
    }


def failure_row(item: Input, failure: Failure, model: ModelIdentity) -> Row:
    """The row of a document that could not be analysed."""
    language = "other" if failure.reason == "not-korean" else None
    return {**_unanalysed(item, model), "error": failure.reason, "message": failure.message, "language": language}


def duplicate_row(item: Input, model: ModelIdentity) -> Row:
    """The row of a document whose results stand under another's name."""
    return {**_unanalysed(item, model), "duplicate_of": item.duplicate_of}


def _unanalysed(item: Input, model: ModelIdentity) -> Row:
    return {
        **dict.fromkeys(COLUMNS[DOCUMENTS]),
        "document": item.id,
        "sha256": item.sha256 or None,
        "model": model.id,
        "model_sha256": model.sha256,
        "guideline": model.guideline,
        "law": LAW_VERSION,
    }


def _starts(policy: LabelledPolicy, key: str) -> list[int]:
    return [item.clause.start for item in policy.clauses if key in item.prediction.labels]


def _language(text: str) -> str:
    letters = sum(map(str.isalpha, text))
    hangul = sum("가" <= character <= "힣" for character in text)
    return "ko" if hangul >= _KOREAN_SHARE * letters else "mixed"
