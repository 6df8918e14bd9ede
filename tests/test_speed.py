"""Speed is told by step and latency, that of batches by the command itself; the peer runs where transformers is."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.clause import ClauseSplitter
from data.document import Document
from data.gold import LabelledDocument, write_gold
from eval import speed, throughput
from eval.__main__ import app
from eval.recombine import recombine
from model.bundle import Bundle
from model.classifier import load_classifier
from model.keywords import KeywordClassifier

DOCUMENTS = [Document(name, "제1조 (목적)\n회사는 이름을 받습니다. 지우기도 합니다.\n") for name in ("one", "two")]


def test_totals_and_latencies(splitter: ClauseSplitter) -> None:
    found = speed.measure_speed(KeywordClassifier(), splitter, DOCUMENTS)
    assert (found.documents, found.clauses) == (2, 6)
    assert found.characters == sum(len(document.text) for document in DOCUMENTS)
    assert found.seconds >= found.splitting > 0
    assert found.latency(50) <= found.latency(99)
    assert found.memory > 50 * 2**20


def test_the_network_is_timed_apart(splitter: ClauseSplitter, tiny_bundle: Bundle) -> None:
    classifier, clock = speed.open_timed(str(tiny_bundle.folder), "cpu", 1)
    assert clock is not None and classifier.identity.id == "tiny"
    found = speed.measure_speed(classifier, splitter, DOCUMENTS, clock)
    assert 0 < found.encoding < found.predicting
    assert found.encoding < clock.seconds  # the single documents are timed too
    assert sum(found.steps.values()) == pytest.approx(found.seconds)
    whole, model = found.long_document
    assert 0 < model < whole
    expected = load_classifier(tiny_bundle.folder, "cpu", 1).predict([splitter.split(DOCUMENTS[0])])
    assert classifier.predict([splitter.split(DOCUMENTS[0])]) == expected


def test_the_long_policy_has_its_length() -> None:
    assert len(speed.long_document(DOCUMENTS).text) == speed.LONG
    assert len(speed.long_document([Document("one", "가나다 " * speed.LONG)]).text) == speed.LONG


def test_the_command_prints_steps_and_the_long_policy(
    tmp_path: Path, splitter: ClauseSplitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.__main__.ClauseSplitter", lambda threads: splitter)
    write_gold(tmp_path / "gold.jsonl", [LabelledDocument(one, ()) for one in DOCUMENTS[:1]])
    result = CliRunner().invoke(app, ["speed", str(tmp_path / "gold.jsonl"), "--model", "keywords", "--threads", "1"])
    assert result.exit_code == 0, result.output
    for name in ("reading", "splitting", "encoder", "rest of the", "all"):  # long names are folded
        assert f"│ {name} " in result.output
    assert "one policy of 5,000 characters: model 0." in result.output and "peer" not in result.output


def test_the_peer_runs_on_a_small_shape(splitter: ClauseSplitter, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in (("PEER_LAYERS", 1), ("PEER_WIDTH", 32), ("PEER_HEADS", 2), ("PEER_WORDS", 8000)):
        monkeypatch.setattr(speed, name, size)
    assert speed.measure_peer(splitter, DOCUMENTS, threads=1) > 0


def test_recombined_policies_are_of_the_same_sections(policies: list[LabelledDocument]) -> None:
    made = list(recombine(policies, 12))
    assert [document.text for document in recombine(policies, 12)] == [document.text for document in made]
    assert len({document.text for document in made}) == 12
    lines = {line for policy in policies for line in policy.document.text.split("\n")}
    assert {line for document in made for line in document.text.split("\n")} <= lines
    mean = sum(len(policy.document.text) for policy in policies) / len(policies)
    assert 0.5 * mean < sum(len(document.text) for document in made) / len(made) < 2 * mean


def test_no_policies_to_recombine_is_named() -> None:
    with pytest.raises(ValueError, match="no policies to make others of; name a file"):
        list(recombine([], 1))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="memory is read from /proc")
def test_a_batch_is_measured(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throughput, "measure_peer", lambda splitter, sample, threads: 7.0)
    found = throughput.measure_batch(DOCUMENTS, ["--model", str(tiny_bundle.folder), "--workers", "1"], peer=True)
    assert (found.documents, found.characters) == (2, sum(len(document.text) for document in DOCUMENTS))
    assert 0 < found.busy <= 1
    assert found.memory > 300 * 2**20  # Kiwi alone takes more: the worker is counted, not its parent only.
    assert found.peer == found.floor + 7


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="memory is read from /proc")
def test_a_batch_that_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"bangchim batch ended with status 3: .*no such file"):
        throughput.measure_batch(DOCUMENTS, ["--model", str(tmp_path / "none")])
