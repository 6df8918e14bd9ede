"""Ablation: arms differ by what they name, finished ones are not trained again, the table has their means."""

from dataclasses import replace
from pathlib import Path

import pytest

from data.gold import LabelledDocument, write_gold
from model.vocabulary import Vocabulary
from training.ablation import AblationConfig, Arm, Encoder, Result, ablate, as_markdown
from training.config import FinetuneConfig, PretrainConfig, load

ABLATION = Path(__file__).parent.parent / "training" / "configs" / "ablation.toml"


@pytest.fixture(scope="module")
def config(
    tmp_path_factory: pytest.TempPathFactory, policies: list[LabelledDocument], vocabulary: Vocabulary
) -> AblationConfig:
    folder = tmp_path_factory.mktemp("ablation")
    write_gold(folder / "gold.jsonl", policies[1:2])
    vocabulary.write(folder / "vocabulary.txt")
    (folder / "empty.toml").write_text("")
    shape = ("hidden_size=32", "num_hidden_layers=1", "num_attention_heads=2", "intermediate_size=32")
    words, gold = f'vocabulary="{folder}/vocabulary.txt"', f'["{folder}/gold.jsonl"]'
    return AblationConfig(
        run=str(folder / "run"),
        pretrain_file=str(folder / "empty.toml"),
        finetune_file=str(folder / "empty.toml"),
        pretrain=(
            *(f"encoder.{one}" for one in shape), words, f"corpus.policies={gold}", "corpus.repeat=1",
            "kiwi_vectors=false", "epochs=1", "window=64",
        ),
        finetune=(*(f"shape.{one}" for one in shape), words, f"train={gold}", f"dev={gold}", "evaluations=1"),
        encoders=(Encoder("short"),),
        arms=(Arm("random weights", set=("epochs=1",)), Arm("pre-trained", "short", ("epochs=1", "rate=5e-3"))),
    )  # fmt: skip


def test_each_arm_is_trained_once(config: AblationConfig) -> None:
    results = ablate(config)
    assert [(result.arm, result.seed) for result in results] == [("random weights", 1), ("pre-trained", 1)]
    run = Path(config.run)
    assert '"encoder": ""' in (run / "random-weights-1" / "config.json").read_text()
    assert "short/encoder" in (run / "pre-trained-1" / "config.json").read_text()
    (run / "pre-trained-1" / "result.json").write_text('{"arm": "kept", "seed": 1, "micro": 0.5, "macro": 0.25}')
    assert ablate(config)[1] == Result("kept", 1, 0.5, 0.25)
    with pytest.raises(ValueError, match=r"random-weights-1 was made with other settings; delete it"):
        ablate(replace(config, finetune=(*config.finetune, "dropout=0.3")))


def test_the_table_tells_mean_and_range() -> None:
    table = as_markdown([Result("a", 1, 0.8, 0.7), Result("b", 1, 0.5, 0.5), Result("a", 2, 0.9, 0.6)])
    assert table.splitlines()[2:] == [
        "| a | 0.850 (0.800 to 0.900) | 0.650 (0.600 to 0.700) | 2 |",
        "| b | 0.500 | 0.500 | 1 |",
    ]


def test_the_shipped_ablation_names_what_exists() -> None:
    config: AblationConfig = load(AblationConfig, ABLATION)
    encoders = {encoder.name for encoder in config.encoders}
    assert {arm.encoder for arm in config.arms} <= {"", *encoders}
    assert len({arm.name for arm in config.arms}) == len(config.arms)
    for encoder in config.encoders:
        load(PretrainConfig, Path(config.pretrain_file), (*config.pretrain, *encoder.set))
    for arm in config.arms:
        load(FinetuneConfig, Path(config.finetune_file), (*config.finetune, *arm.set))
