"""Speed is told by step and latency; the peer runs where transformers is there."""

import pytest

from data.clause import ClauseSplitter
from data.document import Document
from eval import speed
from model.keywords import KeywordClassifier

DOCUMENTS = [Document(name, "제1조 (목적)\n회사는 이름을 받습니다. 지우기도 합니다.\n") for name in ("one", "two")]


def test_totals_and_latencies(splitter: ClauseSplitter) -> None:
    found = speed.measure_speed(KeywordClassifier(), splitter, DOCUMENTS)
    assert (found.documents, found.clauses) == (2, 6)
    assert found.characters == sum(len(document.text) for document in DOCUMENTS)
    assert found.seconds >= found.splitting > 0
    assert found.latency(50) <= found.latency(99)
    assert found.memory > 50 * 2**20


def test_the_peer_runs_on_a_small_shape(splitter: ClauseSplitter, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in (("PEER_LAYERS", 1), ("PEER_WIDTH", 32), ("PEER_HEADS", 2), ("PEER_WORDS", 8000)):
        monkeypatch.setattr(speed, name, size)
    assert speed.measure_peer(splitter, DOCUMENTS, threads=1) > 0
