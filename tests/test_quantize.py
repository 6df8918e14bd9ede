"""Quantization: integers in the graph, nearly the same logits, and an answer that its batch does not change."""

import numpy as np
import onnx
import pytest
from safetensors.torch import load_file

from data.clause import ClauseSplitter
from data.gold import LabelledDocument
from eval.harness import cut
from model.bundle import ONNX, WEIGHTS, Bundle
from model.classifier import load_classifier, read_tokenizer
from model.runtime import OnnxRuntime
from model.window import Window, Windower
from training.quantize import quantize


@pytest.fixture(scope="module")
def rounded(tiny_bundle: Bundle, policies: list[LabelledDocument], tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return quantize(tiny_bundle.folder, policies[:1], tmp_path_factory.mktemp("quantize") / "rounded")


@pytest.fixture(scope="module")
def windower(tiny_bundle: Bundle) -> Windower:
    return Windower(read_tokenizer(tiny_bundle.folder), tiny_bundle.window)


@pytest.fixture(scope="module")
def windows(windower: Windower, policies: list[LabelledDocument], splitter: ClauseSplitter) -> list[Window]:
    (clauses,) = cut(policies[:1], splitter, "gold")
    return windower.windows([windower.encode(clause) for clause in clauses])


def test_linear_layers_are_integers(rounded: Bundle, tiny_bundle: Bundle) -> None:
    graph = onnx.load(rounded.folder / ONNX).graph
    made_by = {output: node for node in graph.node for output in node.output}
    integers = {tensor.name for tensor in graph.initializer if tensor.data_type == onnx.TensorProto.INT8}
    products = [[made_by.get(name) for name in node.input] for node in graph.node if node.op_type == "MatMul"]
    rounded_ones = [
        both for both in products if all(node is not None and node.op_type == "DequantizeLinear" for node in both)
    ]
    layers = load_file(tiny_bundle.folder / WEIGHTS)
    linear = [name for name, weight in layers.items() if weight.ndim == 2 and "embeddings" not in name]
    assert len(rounded_ones) == len(linear)
    assert all(any(name in integers for name in both[1].input) for both in rounded_ones)
    assert len(products) > len(rounded_ones)  # attention's own stay as they were


def test_it_is_a_bundle_of_its_own(rounded: Bundle, tiny_bundle: Bundle, policies: list[LabelledDocument]) -> None:
    assert (rounded.folder / WEIGHTS).read_bytes() == (tiny_bundle.folder / WEIGHTS).read_bytes()
    assert rounded.id == f"{tiny_bundle.id}-int8"
    assert rounded.sha256 != tiny_bundle.sha256
    with pytest.raises(FileExistsError, match="no bundle; name another folder"):
        quantize(tiny_bundle.folder, policies[:1], rounded.folder.parent)


def test_logits_are_nearly_the_same(
    rounded: Bundle, tiny_bundle: Bundle, windower: Windower, windows: list[Window]
) -> None:
    batch = windower.batch(windows[:2])
    exact, found = (OnnxRuntime(one.folder / ONNX).logits(batch) for one in (tiny_bundle, rounded))
    assert 0 < np.abs(found - exact).mean() < 0.1 * exact.std()


def test_an_answer_does_not_depend_on_its_batch(rounded: Bundle, windower: Windower, windows: list[Window]) -> None:
    runtime = OnnxRuntime(rounded.folder / ONNX)
    together = runtime.logits(windower.batch(windows))
    for number, window in enumerate(windows):
        alone = runtime.logits(windower.batch([window]))[0]
        assert np.allclose(together[number, : len(alone)], alone, atol=1e-4)


def test_it_is_a_bundle_that_classifies(
    rounded: Bundle, policies: list[LabelledDocument], splitter: ClauseSplitter
) -> None:
    clauses = cut(policies[:1], splitter, "gold")
    (predictions,) = load_classifier(rounded.folder).predict(clauses)
    assert len(predictions) == len(clauses[0])
