"""How fast: documents, clauses and characters a second, where the time goes, latency, memory; against a peer."""

import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from data.clause import ClauseSplitter
from data.document import Document, read_document
from data.labels import KEYS
from model.prediction import Classifier

PEER_LAYERS, PEER_WIDTH, PEER_HEADS, PEER_WORDS = 12, 768, 12, 32_000
"""The shape of klue/bert-base."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Totals over all documents, seconds by step, seconds of each document alone, peak memory in bytes."""

    documents: int
    clauses: int
    characters: int
    reading: float
    splitting: float
    predicting: float
    latencies: tuple[float, ...]
    memory: int

    @property
    def seconds(self) -> float:
        """The whole way."""
        return self.reading + self.splitting + self.predicting

    def latency(self, percentile: float) -> float:
        """Seconds within which that share (0 to 100) of single documents is answered."""
        return float(np.percentile(self.latencies, percentile))


def measure_speed(classifier: Classifier, splitter: ClauseSplitter, documents: Sequence[Document]) -> Speed:
    """All documents together, then each one alone. One short document warms up first.

    Splitting is Kiwi's one pass: what no system that needs Korean morphemes can do without.
    """
    _answer(classifier, splitter, min(documents, key=lambda document: len(document.text)))
    sources = [document.text for document in documents]
    reading, read = timed(lambda: [read_document(source, "speed") for source in sources])
    splitting, clauses = timed(lambda: splitter.split_all(read))
    predicting, _ = timed(lambda: classifier.predict(clauses))
    return Speed(
        documents=len(documents),
        clauses=sum(map(len, clauses)),
        characters=sum(len(document.text) for document in documents),
        reading=reading,
        splitting=splitting,
        predicting=predicting,
        latencies=tuple(timed(lambda: _answer(classifier, splitter, one))[0] for one in documents),  # noqa: B023
        memory=peak_memory(),
    )


def measure_peer(splitter: ClauseSplitter, documents: Sequence[Document], threads: int | None = None) -> float:
    """Seconds that a text-classification pipeline over a BERT of klue/bert-base's shape takes, clause by clause.

    Its weights are random, which changes nothing for speed; its words are those of the
    documents. Raises RuntimeError where transformers is missing.
    """
    texts = [clause.text for clauses in splitter.split_all(documents) for clause in clauses]
    classify = _peer(texts, threads)
    classify(texts[:4])
    return timed(lambda: [classify(text) for text in texts])[0]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that the work took, and what it gave."""
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def peak_memory() -> int:
    """The most memory that this process held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _answer(classifier: Classifier, splitter: ClauseSplitter, document: Document) -> object:
    return classifier.predict([splitter.split(document)])


def _peer(texts: Sequence[str], threads: int | None) -> Callable[[Any], Any]:
    try:
        import torch  # only the peer needs it
        from tokenizers import Tokenizer, models, pre_tokenizers, trainers
        from transformers import (
            BertConfig,
            BertForSequenceClassification,
            PreTrainedTokenizerFast,
            TextClassificationPipeline,
        )
    except ImportError as error:
        raise RuntimeError("the peer needs torch and transformers: pip install 'bangchim[train]'") from error
    if threads:
        torch.set_num_threads(threads)
    words = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=8000, special_tokens=special))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]")
    config = BertConfig(
        vocab_size=PEER_WORDS,
        hidden_size=PEER_WIDTH,
        num_hidden_layers=PEER_LAYERS,
        num_attention_heads=PEER_HEADS,
        intermediate_size=4 * PEER_WIDTH,
    )
    config.num_labels, config.problem_type = len(KEYS), "multi_label_classification"
    network = BertForSequenceClassification(config).eval()
    pipeline: Callable[[Any], Any] = TextClassificationPipeline(model=network, tokenizer=tokenizer, top_k=None)
    return pipeline
