"""Fixtures: one Kiwi for all tests, a few policies of the corpus, a tiny random network as a bundle."""

import os
import socket
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# Threads that wait for each other in a loop: on a busy machine of two cores a fit took twenty times as long.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

from data.clause import ClauseSplitter
from data.gold import LabelledDocument, read_gold
from model.bundle import Bundle
from model.vocabulary import Vocabulary, learn
from model.window import WindowConfig

POLICIES = Path(__file__).parent.parent / "data" / "policies"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a test speak to this machine alone."""
    connect = socket.socket.connect

    def local(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(("127.", "::1", "localhost")):  # type: ignore[index]
            raise OSError(f"a test wants the network: {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", local)


@pytest.fixture(scope="session")
def splitter() -> ClauseSplitter:
    """Kiwi, loaded once."""
    return ClauseSplitter(threads=1)


@pytest.fixture(scope="session")
def policies() -> list[LabelledDocument]:
    """Three policies of the corpus' test part, of different layouts."""
    return read_gold(POLICIES / "test.jsonl")[:3]


@pytest.fixture(scope="session")
def vocabulary(splitter: ClauseSplitter, policies: list[LabelledDocument]) -> Vocabulary:
    """800 entries learnt from those policies."""
    split = splitter.split_all([policy.document for policy in policies])
    return learn([(clause.morphemes, 1.0) for clauses in split for clause in clauses], size=800, characters=300)


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Bundle:
    """A bundle with a random network of one layer, exported like a real one."""
    import torch

    from model.network import ClauseNetwork, ClauseNetworkConfig
    from model.threshold import Decision
    from training.config import EncoderConfig
    from training.export import export

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "tokenizer").mkdir()
    vocabulary.write(folder / "tokenizer" / "vocabulary.txt")
    shape = EncoderConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64)
    network = ClauseNetwork(ClauseNetworkConfig(encoder=shape.to_bert(len(vocabulary)))).eval()
    window = WindowConfig(length=96, left=24, right=12, longest_clause=40)
    decision = Decision(temperature=0.5, thresholds=(0.5, 0.45, 0.5, 0.5, 0.5, 0.55, 0.5, 0.5, 0.5, 0.5))
    return export(network, folder / "tokenizer", folder / "bundle", "tiny", window, decision)
