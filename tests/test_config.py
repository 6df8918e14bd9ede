"""Configuration: defaults, file and settings in this order; unknown keys and wrong types refused."""

import json
from pathlib import Path

import pytest

from training.ablation import AblationConfig
from training.config import FinetuneConfig, PretrainConfig, load, save

CONFIGS = Path(__file__).parent.parent / "training" / "configs"


def test_settings_over_file_over_defaults(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text("epochs = 3\nrate = 1e-3\n[window]\nlength = 128\n", encoding="utf-8")
    config = load(FinetuneConfig, tmp_path / "run.toml", ["epochs=5", "window.left=16", "name=eigen", 'dev=["a", "b"]'])
    assert (config.epochs, config.rate, config.window.length, config.window.left) == (5, 1e-3, 128, 16)
    assert (config.name, config.dev, config.seed) == ("eigen", ("a", "b"), FinetuneConfig().seed)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("epoch=3", "unknown key epoch; known here: name, run, encoder"),
        ("window.size=3", r"unknown key window\.size; known here: length, left, right, longest_clause"),
        ('epochs="many"', "epochs must be of type int, not str: 'many'"),
        ("epochs", "--set takes key=value, not 'epochs'"),
    ],
)
def test_refuses_what_it_does_not_know(setting: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load(FinetuneConfig, None, [setting])


def test_whole_numbers_serve_as_fractions() -> None:
    assert load(FinetuneConfig, None, ["rate=1"]).rate == 1.0


def test_saved_configuration_names_every_field(tmp_path: Path) -> None:
    save(PretrainConfig(), tmp_path / "config.json")
    assert json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))["encoder"]["hidden_size"] == 256


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.name)
def test_shipped_configurations_are_sound(path: Path) -> None:
    kinds = {"pretrain": PretrainConfig, "ablation": AblationConfig}
    kind = kinds.get(path.stem, FinetuneConfig)
    assert isinstance(load(kind, path), kind)
