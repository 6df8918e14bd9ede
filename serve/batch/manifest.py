"""The manifest of a batch: model, configuration and inputs of the job that an output folder belongs to."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from data.labels import LAW_VERSION
from model.prediction import ModelIdentity
from serve.batch.whole_file import named

SCHEMA = 1
"""Version of the tables' columns and of the shards."""


class ManifestError(RuntimeError):
    """An output folder that belongs to another job, or whose manifest is torn."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """All that results depend on beside the inputs."""

    model: ModelIdentity
    format: str
    shard_size: int
    text_column: str
    id_column: str
    deduplicate: str

    def to_record(self) -> dict[str, Any]:
        """As written in the manifest, with the versions of the software."""
        return {**asdict(self), "law": LAW_VERSION, "schema": SCHEMA, "software": software(self.format)}

    @property
    def digest(self) -> str:
        """A hash of it."""
        return hashlib.sha256(json.dumps(self.to_record(), sort_keys=True).encode()).hexdigest()


def software(format: str) -> dict[str, str]:
    """Versions of the packages that results in that format depend on."""
    packages = ["bangchim", "kiwipiepy", "onnxruntime", *(["pyarrow"] if format == "parquet" else [])]
    return {name: _version(name) for name in packages}


def read_manifest(path: Path) -> dict[str, Any] | None:
    """The manifest, None if there is none. Raises ManifestError for a torn one."""
    with named(path):
        if not path.exists():
            return None
        content = path.read_bytes()
    try:
        manifest: dict[str, Any] = json.loads(content)
        manifest["configuration"], manifest["inputs"]
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestError(
            f"{path}: torn ({type(error).__name__}: {error}); --overwrite writes it anew, what is done stays"
        ) from error
    return manifest


def check_same(folder: Path, manifest: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Raises ManifestError naming what differs between the folder's job and the one wanted."""
    for part in ("configuration", "inputs"):
        found, expected = manifest[part], json.loads(json.dumps(wanted[part]))
        if found != expected:
            raise ManifestError(
                f"{folder}: made with other {_difference(part, found, expected)}; name another folder by -o, "
                "or --overwrite to do anew what differs"
            )


def _difference(part: str, found: Any, expected: Any) -> str:
    if isinstance(found, dict) and isinstance(expected, dict):
        names = [name for name in sorted({*found, *expected}) if found.get(name) != expected.get(name)]
        return _difference(f"{part}.{names[0]}", found.get(names[0]), expected.get(names[0]))
    return f"{part} ({_short(found)}, now {_short(expected)})"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) < 80 else f"{text[:77]}…"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
