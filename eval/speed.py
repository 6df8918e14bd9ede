"""How fast: documents, clauses and characters a second, where the time goes, latency, memory; against a peer."""

import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from data.clause import ClauseSplitter
from data.document import Document, read_document
from data.labels import KEYS
from eval.source import bundle_folder, open_classifier
from model.bundle import read_bundle
from model.classifier import BundleClassifier, load_runtime
from model.prediction import Classifier
from model.runtime import Runtime
from model.window import Batch

T = TypeVar("T")

PEER_LAYERS, PEER_WIDTH, PEER_HEADS, PEER_WORDS = 12, 768, 12, 32_000
"""The shape of klue/bert-base."""


LONG = 5_000
"""Characters of the one policy whose model time is told apart."""

TRIES = 5
"""How often that policy is read; the median is told."""


class TimedRuntime:
    """A network that counts the seconds it runs."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.seconds = 0.0

    def logits(self, batch: Batch) -> NDArray[np.float32]:
        """Those of the network."""
        seconds, logits = timed(lambda: self._runtime.logits(batch))
        self.seconds += seconds
        return logits


@dataclass(frozen=True, slots=True)
class Speed:
    """Totals over all documents, seconds by step, seconds of each document alone, peak memory in bytes.

    `predicting`: of the whole model, `encoding` of its network alone. `long_document`: the
    whole way and the model's part of it for one policy of LONG characters.
    """

    documents: int
    clauses: int
    characters: int
    reading: float
    splitting: float
    predicting: float
    encoding: float
    latencies: tuple[float, ...]
    long_document: tuple[float, float]
    memory: int

    @property
    def seconds(self) -> float:
        """The whole way."""
        return self.reading + self.splitting + self.predicting

    @property
    def steps(self) -> dict[str, float]:
        """Seconds of each step by its name; together the whole way."""
        return {
            "reading": self.reading,
            "splitting (Kiwi)": self.splitting,
            "encoder": self.encoding,
            "rest of the model": self.predicting - self.encoding,
        }

    def latency(self, percentile: float) -> float:
        """Seconds within which that share (0 to 100) of single documents is answered."""
        return float(np.percentile(self.latencies, percentile))


def open_timed(name: str, device: str, threads: int | None) -> tuple[Classifier, TimedRuntime | None]:
    """The classifier of that name and the clock of its network; `keywords` has none.

    Raises what `eval.source.open_classifier` raises.
    """
    if name == "keywords":
        return open_classifier(name), None
    folder = bundle_folder(name)
    clock = TimedRuntime(load_runtime(folder, device, threads))
    return BundleClassifier(read_bundle(folder), clock), clock


def measure_speed(
    classifier: Classifier, splitter: ClauseSplitter, documents: Sequence[Document], clock: TimedRuntime | None = None
) -> Speed:
    """All documents together, then each one alone, then a long one. One short document warms up first.

    `clock`: that of the classifier's network, if it has one. Splitting is Kiwi's one pass, and
    some structure around it: what no system that needs Korean morphemes can do without.
    """
    _answer(classifier, splitter, min(documents, key=lambda document: len(document.text)))
    sources = [document.text for document in documents]
    reading, read = timed(lambda: [read_document(source, "speed") for source in sources])
    splitting, clauses = timed(lambda: splitter.split_all(read))
    before = clock.seconds if clock else 0.0
    predicting, _ = timed(lambda: classifier.predict(clauses))
    return Speed(
        documents=len(documents),
        clauses=sum(map(len, clauses)),
        characters=sum(len(document.text) for document in documents),
        reading=reading,
        splitting=splitting,
        predicting=predicting,
        encoding=clock.seconds - before if clock else 0.0,
        latencies=tuple(sum(_answer(classifier, splitter, one)) for one in documents),
        long_document=_long(classifier, splitter, long_document(documents)),
        memory=peak_memory(),
    )


def long_document(documents: Sequence[Document]) -> Document:
    """The first LONG characters of the documents joined, again and again if they are short."""
    text = "\n".join(document.text for document in documents)
    return Document("long", (f"{text}\n" * (LONG // (len(text) + 1) + 1))[:LONG])


def measure_peer(splitter: ClauseSplitter, documents: Sequence[Document], threads: int | None = None) -> float:
    """Seconds that a text-classification pipeline over a BERT of klue/bert-base's shape takes, clause by clause.

    Its weights are random, which changes nothing for speed; its words are those of the
    documents. Raises RuntimeError where transformers is missing.
    """
    texts = [clause.text for clauses in splitter.split_all(documents) for clause in clauses]
    classify = _peer(texts, threads)
    classify(texts[:4])
    return timed(lambda: [classify(text) for text in texts])[0]


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds that the work took, and what it gave."""
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def peak_memory() -> int:
    """The most memory that this process held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _answer(classifier: Classifier, splitter: ClauseSplitter, document: Document) -> tuple[float, float]:
    """Seconds of splitting and of the model for one document."""
    splitting, clauses = timed(lambda: splitter.split(document))
    predicting, _ = timed(lambda: classifier.predict([clauses]))
    return splitting, predicting


def _long(classifier: Classifier, splitter: ClauseSplitter, document: Document) -> tuple[float, float]:
    """Median seconds of the whole way and of the model."""
    tries = np.array([_answer(classifier, splitter, document) for _ in range(TRIES)])
    return float(np.median(tries.sum(axis=1))), float(np.median(tries[:, 1]))


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
