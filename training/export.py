"""Writes a trained network as a bundle: weights and ONNX graph in half precision, checked against torch."""

import json
import logging
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from data.labels import KEYS
from model.bundle import CARD, MANIFEST, ONNX, SETTINGS, WEIGHTS, Bundle, write_bundle
from model.network import ClauseNetwork
from model.runtime import OnnxRuntime, TorchRuntime
from model.threshold import Decision
from model.window import Batch, WindowConfig

WORST_DIFFERENCE = 1e-4
"""Logits of ONNX Runtime and torch may differ by this, relative to the larger of 1 and the logit."""

SMALLEST_HALVED = 1024
"""Matrices of fewer numbers stay in single precision: they save nothing."""

log = logging.getLogger(__name__)


def export(
    network: ClauseNetwork, tokenizer: Path, folder: Path, name: str, window: WindowConfig, decision: Decision
) -> Bundle:
    """A bundle in `folder` with the tokenizer's files. Raises RuntimeError where ONNX and torch disagree.

    It is built beside its place and moved there whole.
    """
    building = folder.with_name(folder.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    shutil.copytree(tokenizer, building)
    halve(network)
    network.half().save_pretrained(building)
    network.float().eval()
    write_onnx(network, building / ONNX)
    _check(network, building / ONNX)
    write_bundle(building, name, window, decision)
    shutil.rmtree(folder, ignore_errors=True)
    building.rename(folder)
    return write_bundle(folder, name, window, decision)


def export_again(bundle: Path, folder: Path) -> Bundle:
    """A bundle made anew from another one's weights, tokenizer and decision."""
    settings = json.loads((bundle / SETTINGS).read_text(encoding="utf-8"))
    network = ClauseNetwork.from_pretrained(bundle, use_safetensors=True, dtype=torch.float32)
    made = {ONNX, WEIGHTS, SETTINGS, MANIFEST, CARD, "config.json"}
    with tempfile.TemporaryDirectory() as rest:
        for path in bundle.iterdir():
            if path.is_file() and path.name not in made:
                shutil.copy(path, rest)
        decision = Decision(settings["temperature"], tuple(settings["thresholds"]))
        return export(network.eval(), Path(rest), folder, settings["id"], WindowConfig(**settings["window"]), decision)


def halve(network: ClauseNetwork) -> None:
    """Rounds every weight to what half precision holds, so that all copies of it are the same."""
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.half().float())


def write_onnx(network: ClauseNetwork, path: Path) -> None:
    """The network as an ONNX graph over any number of windows, tokens and clauses; large weights in half precision."""
    model = to_onnx(network)
    store_half(model.graph)
    onnx.save(model, path)


def to_onnx(network: ClauseNetwork) -> onnx.ModelProto:
    """The network as an ONNX graph in single precision.

    Attention is written out step by step: torch's fused one comes with a guard against rows that see
    nothing, which no window has and which takes a sixth of a run in ONNX Runtime.
    """
    example = _example(windows=2, tokens=16, clauses=3, vocabulary=network.encoder.config.vocab_size)
    windows, tokens, clauses = (torch.export.Dim(name, min=1, max=limit) for name, limit in _AXES)
    inputs = {name: {0: windows, 1: tokens} for name in ("input_ids", "attention_mask", "token_type_ids")}
    inputs |= {name: {0: windows, 1: clauses} for name in ("starts", "ends")}
    usual = network.encoder.config._attn_implementation
    network.encoder.set_attn_implementation("eager")
    program = torch.onnx.export(
        network,
        kwargs=example,
        dynamic_shapes=inputs,
        input_names=list(example),
        output_names=["logits"],
        dynamo=True,
        verbose=False,
    )
    network.encoder.set_attn_implementation(usual)
    assert program is not None
    return program.model_proto


_AXES = (("windows", 4096), ("tokens", 512), ("clauses", 511))


def store_half(graph: onnx.GraphProto) -> None:
    """Keeps large matrices as float16 on disk; ONNX Runtime casts them to float32 once, when it loads."""
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.ndim < 2 or values.size < SMALLEST_HALVED:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def _check(network: ClauseNetwork, path: Path) -> None:
    example = _example(windows=5, tokens=77, clauses=7, vocabulary=network.encoder.config.vocab_size)
    batch = Batch(**{name: tensor.numpy() for name, tensor in example.items()})
    found, expected = OnnxRuntime(path).logits(batch), TorchRuntime(network, "cpu").logits(batch)
    worst = float(np.max(np.abs(found - expected) / np.maximum(1.0, np.abs(expected))))
    log.info("ONNX and torch differ by %.1e", worst)
    if found.shape != (5, 7, len(KEYS)) or worst > WORST_DIFFERENCE:
        raise RuntimeError(f"{path}: ONNX and torch differ by {worst:.1e}, at most {WORST_DIFFERENCE} was expected")


def _example(windows: int, tokens: int, clauses: int, vocabulary: int) -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    mask = torch.ones(windows, tokens, dtype=torch.int64)
    mask[-1, tokens // 2 :] = 0
    starts = torch.randint(0, tokens // 4, (windows, clauses), generator=random)
    return {
        "input_ids": torch.randint(6, vocabulary, (windows, tokens), generator=random),
        "attention_mask": mask,
        "token_type_ids": torch.randint(0, 3, (windows, tokens), generator=random),
        "starts": starts,
        "ends": starts + torch.randint(0, tokens // 4, (windows, clauses), generator=random),
    }
