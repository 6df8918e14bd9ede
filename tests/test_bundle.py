"""Bundle: a sound one is read, a changed one is refused by name."""

import json
import shutil
from pathlib import Path

import pytest

from data.labels import KEYS
from model.bundle import BUNDLED, MANIFEST, ONNX, SETTINGS, Bundle, BundleError, read_bundle, write_bundle


@pytest.fixture
def copy(tiny_bundle: Bundle, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_bundle.folder, tmp_path / "bundle"))


def test_reads_what_was_written(tiny_bundle: Bundle) -> None:
    assert read_bundle(tiny_bundle.folder) == tiny_bundle
    assert tiny_bundle.id == "tiny"
    assert tiny_bundle.decision.thresholds[1] == 0.45


def test_the_shipped_bundle_is_sound_and_small() -> None:
    bundle = read_bundle(BUNDLED)
    assert sum(path.stat().st_size for path in bundle.folder.iterdir()) < 60_000_000


def test_no_file_of_a_bundle_is_a_pickle(tiny_bundle: Bundle) -> None:
    for folder in (tiny_bundle.folder, BUNDLED):
        assert not [path for path in folder.rglob("*") if path.suffix in (".bin", ".pt", ".pth", ".pkl", ".joblib")]


@pytest.mark.parametrize("position", [0, 1000, -1])
def test_refuses_a_flipped_bit(copy: Path, position: int) -> None:
    content = bytearray((copy / ONNX).read_bytes())
    content[position] ^= 1
    (copy / ONNX).write_bytes(content)
    with pytest.raises(BundleError, match=r"model\.onnx: sha256 is .*manifest\.json says .*fetch the bundle again"):
        read_bundle(copy)


def test_refuses_a_missing_file(copy: Path) -> None:
    (copy / ONNX).unlink()
    with pytest.raises(BundleError, match=r"model\.onnx: named in manifest\.json but not there"):
        read_bundle(copy)


def test_refuses_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"manifest\.json: no such file; a bundle is a folder"):
        read_bundle(tmp_path)


def test_refuses_a_manifest_that_reaches_outside(copy: Path) -> None:
    (copy / MANIFEST).write_text(json.dumps({"../secret": "0"}), encoding="utf-8")
    with pytest.raises(BundleError, match="not there"):
        read_bundle(copy)


@pytest.mark.parametrize(
    ("labels", "difference"),
    [
        ([*KEYS[:9], "marketing"], r"lacks \['contact'\], adds \['marketing'\]"),
        ([*KEYS[1:], KEYS[0]], r"orders them \['purpose'"),
    ],
)
def test_refuses_other_labels(copy: Path, tiny_bundle: Bundle, labels: list[str], difference: str) -> None:
    settings = json.loads((copy / SETTINGS).read_text(encoding="utf-8"))
    write_bundle(copy, "tiny", tiny_bundle.window, tiny_bundle.decision)
    (copy / SETTINGS).write_text(json.dumps({**settings, "labels": labels}), encoding="utf-8")
    manifest = json.loads((copy / MANIFEST).read_text(encoding="utf-8"))
    del manifest[SETTINGS]
    (copy / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(BundleError, match=difference):
        read_bundle(copy)
