"""Shards: the stream of sources cut into pieces of work that stay the same when documents elsewhere come or go."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from data.document import DocumentError
from serve.batch.inputs import Source

MOST_BYTES = 16_000_000
"""A shard is closed when its documents have this many bytes, so that a few large files do not fill the memory."""


@dataclass(frozen=True, slots=True)
class Input:
    """A document's bytes, or its text in a row, and the hash; or, with a `reason`, why there is none."""

    id: str
    raw: bytes | str
    sha256: str
    reason: str = ""
    message: str = ""
    duplicate_of: str = ""


@dataclass(frozen=True, slots=True)
class Shard:
    """Consecutive inputs. `key` is a hash of the inputs and of all that their results depend on."""

    number: int
    key: str
    inputs: tuple[Input, ...]

    @property
    def stem(self) -> str:
        """The name of its files without ending: the number keeps the order, the key tells if they are current."""
        return f"part-{self.number:06d}-{self.key}"


def read_input(source: Source) -> Input:
    """The source's bytes or text, or the reason why they cannot be read."""
    name = _writable(source.id)
    try:
        raw = source.read()
    except DocumentError as error:
        return Input(name, b"", "", error.reason, error.found)
    hashed = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    return Input(name, raw, hashlib.sha256(hashed).hexdigest())


def _writable(name: str) -> str:
    """The name without the surrogates by which Python keeps bytes of a file's name that are no UTF-8."""
    return name.encode("utf-8", "replace").decode("utf-8")


def cut(inputs: Iterable[Input], size: int, configuration: str) -> Iterator[Shard]:
    """Shards of about `size` inputs, at most twice that.

    A shard ends at an input whose name says so by its hash. So an input that comes or goes changes its own shard
    and leaves the others as they are, where counting would move the ends of all that follow.
    """
    seen: Counter[str] = Counter()
    for number, group in enumerate(_groups(inputs, size)):
        key = _key(group, configuration)
        seen[key] += 1
        # The same inputs may come twice; their second shard is another one.
        yield Shard(number, _key(group, f"{configuration} {seen[key]}") if seen[key] > 1 else key, group)


def _groups(inputs: Iterable[Input], size: int) -> Iterator[tuple[Input, ...]]:
    group: list[Input] = []
    used = 0
    for item in inputs:
        group.append(item)
        used += len(item.raw)
        if _ends_shard(item, len(group), size) or used >= MOST_BYTES:
            yield tuple(group)
            group, used = [], 0
    if group:
        yield tuple(group)


def _ends_shard(item: Input, count: int, size: int) -> bool:
    half = max(1, size // 2)
    chosen = int.from_bytes(hashlib.sha256(item.id.encode()).digest()[:8]) % half == 0
    return count >= 2 * size or (count >= half and chosen)


def _key(group: Sequence[Input], configuration: str) -> str:
    digest = hashlib.sha256(configuration.encode())
    for item in group:
        # Lengths keep ("ab", "c") apart from ("a", "bc").
        for part in (item.id, item.sha256, item.reason, item.duplicate_of):
            encoded = part.encode()
            digest.update(len(encoded).to_bytes(8) + encoded)
    return digest.hexdigest()[:16]
