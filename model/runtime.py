"""Runs a network on batches of windows: ONNX Runtime (CPU, the default) or torch (CPU, CUDA)."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from model.window import Batch

if TYPE_CHECKING:
    from model.network import ClauseNetwork


class Runtime(Protocol):
    """A network that is ready to run."""

    def logits(self, batch: Batch) -> NDArray[np.float32]:
        """Logits (windows, clauses, 10)."""
        ...


class OnnxRuntime:
    """The exported network on the CPU; needs neither torch nor transformers."""

    def __init__(self, model: Path, threads: int | None = None) -> None:
        """`threads`: of one run, by default one a core."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or 0
        # A thread that spins while it waits takes the core from Kiwi or from another process.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def logits(self, batch: Batch) -> NDArray[np.float32]:
        """Logits (windows, clauses, 10)."""
        return np.asarray(self._session.run(["logits"], batch.inputs())[0], dtype=np.float32)


class TorchRuntime:
    """The network itself, on any device of torch."""

    def __init__(self, network: "ClauseNetwork", device: str) -> None:
        self._device = device
        self._network = network.eval()
        self._network.to(device=device)

    def logits(self, batch: Batch) -> NDArray[np.float32]:
        """Logits (windows, clauses, 10)."""
        import torch  # the light core runs without torch

        tensors = {name: torch.from_numpy(array).to(self._device) for name, array in batch.inputs().items()}
        with torch.inference_mode():
            logits = self._network(**tensors)
        return np.asarray(logits.float().cpu().numpy(), dtype=np.float32)


def load_torch(folder: Path, device: str) -> TorchRuntime:
    """The network of a bundle by torch. Raises RuntimeError where torch is missing or has no such device."""
    try:
        import torch

        from model.network import ClauseNetwork
    except ImportError as error:
        raise RuntimeError("this needs torch and transformers: pip install 'bangchim[train]'") from error
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise RuntimeError("torch sees no CUDA device here; use --device cpu")
    network = ClauseNetwork.from_pretrained(folder, use_safetensors=True, dtype=torch.float32)
    return TorchRuntime(network, device)
