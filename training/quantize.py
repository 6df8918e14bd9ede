"""Static quantization: a bundle whose matrix products run on 8-bit integers (Jacob et al., CVPR 2018).

The range of every activation is measured once, on documents, and fixed. So the answer for a clause
does not depend on what is in its batch, as it does where ranges are measured anew in each run.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from data.clause import ClauseSplitter
from data.gold import LabelledDocument
from eval.harness import cut
from model.bundle import CARD, MANIFEST, ONNX, SETTINGS, Bundle, read_bundle, write_bundle
from model.classifier import read_tokenizer
from model.network import ClauseNetwork
from model.window import Batch, Windower
from training.export import store_half, to_onnx

TOGETHER = 2
"""Windows of a batch of calibration."""


class _Windows(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime is untyped
    """Windows of documents, in the form in which onnxruntime asks for inputs."""

    def __init__(self, batches: Iterator[Batch]) -> None:
        self._batches = batches

    def get_next(self) -> dict[str, object] | None:
        """The next batch, or None behind the last."""
        for batch in self._batches:
            return dict(batch.inputs())
        return None


def quantize(bundle: Path, documents: Sequence[LabelledDocument], folder: Path) -> Bundle:
    """A copy of the bundle in `folder`, with an ONNX graph of 8-bit integers; `documents` give the ranges.

    Products of two activations (attention) stay in single precision, and so do temperature and
    thresholds as they were fitted. The weights for torch are the bundle's own. Raises BundleError for
    a folder that is no bundle, FileExistsError for one at the place of the new bundle.
    """
    source = read_bundle(bundle)
    if folder.exists() and not (folder / MANIFEST).is_file():
        raise FileExistsError(f"{folder} is there and is no bundle; name another folder with -o")
    network = ClauseNetwork.from_pretrained(bundle, use_safetensors=True, dtype=torch.float32).eval()
    building = folder.with_name(folder.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    shutil.copytree(bundle, building, ignore=shutil.ignore_patterns(ONNX, SETTINGS, MANIFEST, CARD))
    _write_int8(network, building / ONNX, _calibration(source, documents))
    write_bundle(building, f"{source.id}-int8", source.window, source.decision)
    shutil.rmtree(folder, ignore_errors=True)
    building.rename(folder)
    return read_bundle(folder)


def _write_int8(network: ClauseNetwork, path: Path, batches: Iterator[Batch]) -> None:
    model = to_onnx(network)
    with tempfile.TemporaryDirectory() as folder:
        exact, rounded = Path(folder) / "exact.onnx", Path(folder) / "rounded.onnx"
        onnx.save(model, exact)
        quantize_static(
            exact,
            rounded,
            _Windows(batches),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=_of_activations(model.graph),
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        model = onnx.load(rounded)
    store_half(model.graph)
    onnx.save(model, path)


def _of_activations(graph: onnx.GraphProto) -> list[str]:
    """The products that have no weight in them."""
    weights = {tensor.name for tensor in graph.initializer}
    return [node.name for node in graph.node if node.op_type == "MatMul" and not weights & set(node.input)]


def _calibration(bundle: Bundle, documents: Sequence[LabelledDocument]) -> Iterator[Batch]:
    windower = Windower(read_tokenizer(bundle.folder), bundle.window)
    clauses = cut(documents, ClauseSplitter(), "gold")
    windows = [window for one in clauses for window in windower.windows([windower.encode(clause) for clause in one])]
    windows.sort(key=lambda window: len(window.ids))
    for first in range(0, len(windows), TOGETHER):
        yield windower.batch(windows[first : first + TOGETHER])
