"""Tables as the bytes of a file: JSONL, CSV for Excel, Parquet."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from serve.batch.rows import COLUMNS, ColumnType, Row
from serve.render import plain

SPREADSHEET_CELL = 32_767
"""Characters that a cell of Excel holds: a column of whole policies is left out of CSV."""


class TableFormat(StrEnum):
    """How the rows of a batch are written."""

    jsonl = "jsonl"
    parquet = "parquet"
    csv = "csv"


def to_bytes(table: str, rows: Sequence[Row], form: TableFormat) -> bytes:
    """The rows as a file of that format; the same rows give the same bytes."""
    match form:
        case TableFormat.jsonl:
            return _jsonl(rows)
        case TableFormat.csv:
            return _csv(rows, COLUMNS[table])
        case TableFormat.parquet:
            return _parquet(rows, COLUMNS[table])


def check_format(form: TableFormat) -> None:
    """Raises RuntimeError where the format needs what is not installed."""
    if form is TableFormat.parquet:
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise RuntimeError("--format parquet needs pyarrow: pip install 'bangchim[batch]'") from error


def _jsonl(rows: Sequence[Row]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8", "replace")


def _csv(rows: Sequence[Row], columns: Mapping[str, ColumnType]) -> bytes:
    """With a mark of the byte order, by which Excel knows UTF-8, and no cell that Excel would run as a formula."""
    whole_text = "characters" in columns
    names = [name for name in columns if not (whole_text and name == "text")]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return plain(" ".join(value))
    return plain(value)[:SPREADSHEET_CELL] if isinstance(value, str) else value


def _parquet(rows: Sequence[Row], columns: Mapping[str, ColumnType]) -> bytes:
    import pyarrow
    from pyarrow import parquet

    types = {
        "text": pyarrow.string(),
        "texts": pyarrow.list_(pyarrow.string()),
        "integer": pyarrow.int32(),
        "score": pyarrow.float32(),
    }
    schema = pyarrow.schema([(name, types[kind]) for name, kind in columns.items()])
    out = io.BytesIO()
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        if rows:  # datasets cannot read a group of no rows, but a file of no groups.
            writer.write_table(pyarrow.Table.from_pylist(list(rows), schema=schema))
    return out.getvalue()
