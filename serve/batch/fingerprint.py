"""Fingerprints of policies: equal for identical wording, alike for like wording (MinHash of five-word runs)."""

import hashlib
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data.document import Document
from data.split import RUN
from serve.batch.shard_labeller import ShardResult, Task, read_policy

FINGERPRINTS = "fingerprints"
DIGEST, HASHES = 16, 64
SIZE = DIGEST + 4 * HASHES
"""Bytes of a fingerprint: the digest of all words, then the MinHash signature."""

_WORD = re.compile(r"\w+")
_SEED = 20261122

Signature = NDArray[np.uint32]


def fingerprint(text: str) -> bytes:
    """The fingerprint of a text: its words count, its marks and white space do not."""
    words = _WORD.findall(text)
    digest = hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=DIGEST).digest()
    runs = {" ".join(words[start : start + RUN]) for start in range(max(1, len(words) - RUN + 1))}
    hashes = np.array([zlib.crc32(run.encode("utf-8", "replace")) for run in runs], dtype=np.uint64)
    factors, offsets = _hash_functions()
    mixed = (hashes[:, None] * factors + offsets) >> np.uint64(32)
    return digest + bytes(mixed.min(axis=0).astype("<u4").tobytes())


@lru_cache
def _hash_functions() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Odd factors and offsets, one of each a hash."""
    random = np.random.default_rng(_SEED)
    factors, offsets = random.integers(0, 1 << 63, (2, HASHES), dtype=np.uint64)
    return factors * np.uint64(2) + np.uint64(1), offsets


def signature_of(print_: bytes) -> Signature:
    """The MinHash part of a fingerprint."""
    return np.frombuffer(print_, dtype="<u4", offset=DIGEST)


def similarity(one: Signature, other: Signature) -> float:
    """The share of five-word runs that two texts have in common (Jaccard), within about 0.05."""
    return float((one == other).mean())


class Fingerprinter:
    """Takes the fingerprints of the documents of a shard; those that cannot be read have an empty one."""

    def label(self, task: Task, at: Callable[[int], None] = lambda index: None) -> ShardResult:
        """One fingerprint an input, side by side, as the only table."""
        prints = []
        for number, item in enumerate(task.shard.inputs):
            at(number)
            document = read_policy(item, number in task.fatal)
            prints.append(fingerprint(document.text) if isinstance(document, Document) else bytes(SIZE))
        return ShardResult(replace(task.shard, inputs=()), {FINGERPRINTS: b"".join(prints)}, 0, ())
