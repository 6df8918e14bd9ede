"""A trained classifier as a folder: configuration, weights, vocabulary, decision, hashes, model card."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.labels import GUIDELINE_VERSION, KEYS
from model.threshold import Decision
from model.window import WindowConfig

BUNDLED = Path(__file__).parent / "bundled"
"""The bundle that ships with the package."""

MANIFEST = "manifest.json"
CARD = "README.md"
"""The model card: no part of the manifest, so that figures measured of a bundle can be written into it."""

SETTINGS = "bundle.json"
VOCABULARY = "vocabulary.txt"
ONNX = "model.onnx"
WEIGHTS = "model.safetensors"

_CHUNK = 1 << 20


class BundleError(ValueError):
    """A folder that is no bundle of ours or was changed: names the file and the difference."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A checked bundle. `sha256` is the hash of its manifest, hence of all its files but the card."""

    folder: Path
    id: str
    sha256: str
    guideline: str
    window: WindowConfig
    decision: Decision


def read_bundle(folder: Path) -> Bundle:
    """Checks hashes and labels and reads the settings. Raises BundleError naming what differs."""
    manifest = _read_json(folder / MANIFEST)
    _check_hashes(folder, manifest)
    settings = _read_json(folder / SETTINGS)
    _check_labels(folder, settings.get("labels", []))
    return Bundle(
        folder=folder,
        id=settings["id"],
        sha256=_sha256(folder / MANIFEST),
        guideline=settings["guideline"],
        window=WindowConfig(**settings["window"]),
        decision=Decision(settings["temperature"], tuple(settings["thresholds"])),
    )


def write_bundle(folder: Path, name: str, window: WindowConfig, decision: Decision) -> Bundle:
    """Writes settings and manifest over the weights and vocabulary that stand in the folder."""
    settings = {
        "id": name,
        "guideline": GUIDELINE_VERSION,
        "labels": list(KEYS),
        "window": dataclasses.asdict(window),
        "temperature": decision.temperature,
        "thresholds": list(decision.thresholds),
    }
    _write_json(folder / SETTINGS, settings)
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name not in (MANIFEST, CARD))
    _write_json(folder / MANIFEST, {path.name: _sha256(path) for path in files})
    return read_bundle(folder)


def _check_hashes(folder: Path, manifest: Mapping[str, str]) -> None:
    for name, expected in manifest.items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            raise BundleError(f"{path}: named in {MANIFEST} but not there; fetch the bundle again")
        found = _sha256(path)
        if found != expected:
            raise BundleError(
                f"{path}: sha256 is {found[:12]}…, {MANIFEST} says {expected[:12]}…; fetch the bundle again, "
                "or run bangchim-train export if the change was meant"
            )


def _check_labels(folder: Path, labels: list[str]) -> None:
    if labels != list(KEYS):
        missing, foreign = sorted(set(KEYS) - set(labels)), sorted(set(labels) - set(KEYS))
        difference = f"lacks {missing}, adds {foreign}" if missing or foreign else f"orders them {labels}"
        raise BundleError(f"{folder / SETTINGS}: its labels are not those of this version: {difference}; train it anew")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BundleError(f"{path}: no such file; a bundle is a folder that bangchim-train export made") from error
    except ValueError as error:
        raise BundleError(f"{path}: no JSON ({error}); fetch the bundle again") from error
    return content


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
