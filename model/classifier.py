"""A bundle that predicts."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.clause import Clause
from data.labels import KEYS
from model.bundle import ONNX, VOCABULARY, Bundle, BundleError, read_bundle
from model.hub import HubTokenizer
from model.prediction import ModelIdentity, Prediction
from model.runtime import OnnxRuntime, Runtime, load_torch
from model.vocabulary import Vocabulary
from model.window import EncodedClause, Tokenizer, Window, Windower

BATCH_TOKENS = 1024
"""Tokens of one batch, padding included: more brings nothing on a CPU, or loses, and costs memory."""


class BundleClassifier:
    """Clauses to predictions: windows, one encoder pass, temperature and thresholds."""

    def __init__(self, bundle: Bundle, runtime: Runtime) -> None:
        self._bundle, self._runtime = bundle, runtime
        self._windower = Windower(read_tokenizer(bundle.folder), bundle.window)

    @property
    def identity(self) -> ModelIdentity:
        """The bundle's id, hash and guideline version."""
        return ModelIdentity(self._bundle.id, self._bundle.sha256, self._bundle.guideline)

    def predict(self, documents: Sequence[Sequence[Clause]]) -> list[list[Prediction]]:
        """One prediction a clause, whatever else is predicted beside it."""
        encoded = [[self._windower.encode(clause) for clause in clauses] for clauses in documents]
        logits = read_logits(self._windower, self._runtime, encoded)
        return [self._bundle.decision.predictions(of_document) for of_document in logits]


def read_logits(
    windower: Windower, runtime: Runtime, documents: Sequence[Sequence[EncodedClause]]
) -> list[NDArray[np.float32]]:
    """Raw logits (clauses, 10) of each document, before temperature."""
    results = [np.zeros((len(clauses), len(KEYS)), dtype=np.float32) for clauses in documents]
    windows = [(number, window) for number, clauses in enumerate(documents) for window in windower.windows(clauses)]
    for group in _batches(windows):
        logits = runtime.logits(windower.batch([window for _, window in group]))
        for (number, window), of_window in zip(group, logits, strict=True):
            results[number][list(window.clauses)] = of_window[: len(window.clauses)]
    return results


def load_classifier(folder: Path, device: str = "auto", threads: int | None = None) -> BundleClassifier:
    """A bundle's classifier, on the runtime that `load_runtime` names.

    Raises BundleError for a folder that is no sound bundle, and what `load_runtime` raises.
    """
    bundle = read_bundle(folder)
    return BundleClassifier(bundle, load_runtime(folder, device, threads))


def load_runtime(folder: Path, device: str = "auto", threads: int | None = None) -> Runtime:
    """A bundle's network. `device`: auto or cpu (ONNX Runtime), cuda (torch), torch (torch on the CPU).

    `threads`: of ONNX Runtime, by default one a core. Raises BundleError where the graph is
    missing, RuntimeError for a device that is not there.
    """
    if device not in ("auto", "cpu", "cuda", "torch"):
        raise RuntimeError(f"no device '{device}'; one of auto, cpu, cuda, torch")
    if device in ("cuda", "torch"):
        return load_torch(folder, "cuda" if device == "cuda" else "cpu")
    if not (folder / ONNX).exists():
        raise BundleError(f"{folder / ONNX}: no such file; make it by bangchim-train export, or use --device torch")
    return OnnxRuntime(folder / ONNX, threads)


def read_tokenizer(folder: Path) -> Tokenizer:
    """The folder's own vocabulary of morphemes or, where it has none, the tokenizer that came with a hub encoder."""
    own = folder / VOCABULARY
    return Vocabulary.read(own) if own.exists() else HubTokenizer(str(folder))


def _batches(windows: Sequence[tuple[int, Window]]) -> Iterator[list[tuple[int, Window]]]:
    """Windows of like length together, at most BATCH_TOKENS with padding."""
    group: list[tuple[int, Window]] = []
    for item in sorted(windows, key=lambda item: -len(item[1].ids)):
        if group and (len(group) + 1) * len(group[0][1].ids) > BATCH_TOKENS:
            yield group
            group = []
        group.append(item)
    if group:
        yield group
