"""Export: the ONNX graph is half precision on disk, serves every shape and equals torch."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from model.bundle import ONNX, Bundle
from model.network import ClauseNetwork
from model.runtime import OnnxRuntime, load_torch
from model.window import Batch
from training.export import _check, export_again


@pytest.mark.parametrize(("windows", "tokens", "clauses"), [(1, 2, 1), (1, 96, 40), (7, 33, 5), (64, 16, 3)])
def test_every_shape_equals_torch(tiny_bundle: Bundle, windows: int, tokens: int, clauses: int) -> None:
    random = np.random.default_rng(0)
    mask = np.ones((windows, tokens), dtype=np.int64)
    mask[-1, tokens // 2 + 1 :] = 0
    batch = Batch(
        random.integers(6, 800, (windows, tokens)),
        mask,
        random.integers(0, 3, (windows, tokens)),
        starts := random.integers(0, tokens // 2 + 1, (windows, clauses)),
        starts + random.integers(0, tokens // 2, (windows, clauses)),
    )
    found = OnnxRuntime(tiny_bundle.folder / ONNX).logits(batch)
    assert found.shape == (windows, clauses, 10)
    assert np.abs(found - load_torch(tiny_bundle.folder, "cpu").logits(batch)).max() < 1e-4


def test_large_weights_are_half_on_disk(tiny_bundle: Bundle) -> None:
    graph = onnx.load(tiny_bundle.folder / ONNX).graph
    large = [tensor for tensor in graph.initializer if np.prod(tensor.dims) >= 1024]
    assert large
    assert all(tensor.data_type == onnx.TensorProto.FLOAT16 for tensor in large)


def test_exported_again_it_is_the_same_model(tiny_bundle: Bundle, tmp_path: Path) -> None:
    again = export_again(tiny_bundle.folder, tmp_path / "again")
    assert (again.id, again.window, again.decision) == (tiny_bundle.id, tiny_bundle.window, tiny_bundle.decision)
    assert (again.folder / "model.safetensors").read_bytes() == (tiny_bundle.folder / "model.safetensors").read_bytes()
    assert not (tmp_path / "again.building").exists()


def test_a_graph_of_another_network_is_refused(tiny_bundle: Bundle) -> None:
    network = ClauseNetwork.from_pretrained(tiny_bundle.folder, dtype=torch.float32).eval()
    torch.nn.init.normal_(network.head[1].weight)
    with pytest.raises(RuntimeError, match=r"ONNX and torch differ by .*, at most 0\.0001 was expected"):
        _check(network, tiny_bundle.folder / ONNX)
