"""Tests of serve/batch/rows.py: what a row says of a clause."""

from data.clause import Clause
from data.document import Document, Place
from model.prediction import ModelIdentity, Prediction
from serve.batch.rows import CLAUSES, COLUMNS, clause_rows
from serve.batch.shard import Input
from serve.label import LabelledClause, LabelledPolicy

TEXT = "목적\n기간"


def rows_of(*places: Place) -> list[dict[str, object]]:
    clauses = [Clause(start, start + 2, TEXT[start : start + 2], "body", ()) for start in (0, 3)]
    items = tuple(LabelledClause(clause, Prediction((0.0,) * 10, ())) for clause in clauses)
    policy = LabelledPolicy(Document("d", TEXT, (), places), items, ModelIdentity("m", "0", "1"))
    return list(clause_rows(Input("d", TEXT, "0"), policy))


def test_a_row_has_all_columns_in_order() -> None:
    assert [list(row) for row in rows_of()] == [list(COLUMNS[CLAUSES])] * 2


def test_clauses_tell_their_place_where_the_format_has_one() -> None:
    assert [row["place"] for row in rows_of(Place(0, "page 1"), Place(3, "page 2"))] == ["page 1", "page 2"]
    assert [row["place"] for row in rows_of()] == [None, None]
