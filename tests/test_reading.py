"""What was read is kept: Kiwi runs once a document, whatever is asked."""

from typing import Any

import pytest

from data.clause import ClauseSplitter
from data.document import Document
from eval.reading import KeepingSplitter

ONE, TWO = Document("one", "이름을 받습니다."), Document("two", "지웁니다.")


def test_each_document_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    split_all, read_units = ClauseSplitter.split_all, ClauseSplitter.read_units

    def count_documents(self: ClauseSplitter, documents: list[Document]) -> object:
        asked.extend(documents)
        return split_all(self, documents)

    def count_units(self: ClauseSplitter, document: Document, units: list[Any]) -> object:
        asked.append(units)
        return read_units(self, document, units)

    monkeypatch.setattr(ClauseSplitter, "split_all", count_documents)
    monkeypatch.setattr(ClauseSplitter, "read_units", count_units)
    keeping = KeepingSplitter(threads=1)
    first = keeping.split_all([ONE, TWO, ONE])
    assert [clauses[0].text for clauses in first] == ["이름을 받습니다.", "지웁니다.", "이름을 받습니다."]
    assert keeping.split(TWO) == first[1]
    for start in (0, 4, 0):
        assert keeping.read_units(ONE, [(start, 9, "body")])[0].start == start
    assert asked == [ONE, TWO, [(0, 9, "body")], [(4, 9, "body")]]
