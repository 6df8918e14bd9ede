"""Pre-training: words are masked whole, the loss falls, and a run resumes to the same weights."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from data.gold import LabelledDocument, write_gold
from model.vocabulary import MASK, Vocabulary
from training.config import CorpusConfig, EncoderConfig, PretrainConfig
from training.embeddings import DIMENSIONS
from training.pretrain import IGNORED, WholeWordMasking, build, embedding_table, prepare, pretrain

SHAPE = EncoderConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64)


@pytest.fixture
def config(tmp_path: Path, policies: list[LabelledDocument]) -> PretrainConfig:
    write_gold(tmp_path / "gold.jsonl", policies[:1])
    return PretrainConfig(
        run=str(tmp_path / "run"),
        corpus=CorpusConfig(policies=(str(tmp_path / "gold.jsonl"),), repeat=1, vocabulary=600, spelling=200),
        encoder=SHAPE, window=64, kiwi_vectors=False, epochs=2, batch=8, save_steps=4,
    )  # fmt: skip


def test_masks_whole_words_and_no_special_token(vocabulary: Vocabulary) -> None:
    random = np.random.default_rng(0)
    words = [[-1, *np.sort(random.integers(0, 40, 62)).tolist(), -1] for _ in range(64)]
    row = {"input_ids": [2, *[700] * 62, 3], "token_type_ids": [1] * 64}
    masking = WholeWordMasking(vocabulary, share=0.2, seed=0)
    batch = masking([{**row, "words": one} for one in words])
    chosen = batch["labels"] != IGNORED
    for labels, one in zip(chosen.tolist(), words, strict=True):
        assert not labels[0]
        assert not labels[-1]
        by_word: dict[int, set[bool]] = {}
        for word, hit in zip(one, labels, strict=True):
            by_word.setdefault(word, set()).add(hit)
        assert all(len(found) == 1 for found in by_word.values())
    assert chosen.float().mean().item() == pytest.approx(0.2, abs=0.03)
    hidden = (batch["input_ids"][chosen] == vocabulary.id(MASK)).float().mean().item()
    assert hidden == pytest.approx(0.8, abs=0.05)


def test_loss_is_over_masked_tokens_alone(vocabulary: Vocabulary) -> None:
    model = build(SHAPE, vocabulary, vectors=False).eval()
    batch = {name: torch.ones(1, 4, dtype=torch.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
    labels = torch.tensor([[IGNORED, 9, IGNORED, IGNORED]])
    loss = model(**batch, labels=labels)["loss"]
    assert loss.item() == pytest.approx(np.log(len(vocabulary)), rel=0.2)


def test_a_narrow_encoder_starts_from_kiwis_main_directions(
    vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = np.zeros((len(vocabulary), DIMENSIONS), dtype=np.float32)
    vectors[6, -2:] = 0.6, 0.8
    known = np.zeros(len(vocabulary), dtype=bool)
    known[6] = True
    monkeypatch.setattr("training.pretrain.kiwi_vectors", lambda _: (vectors, known))
    table = embedding_table(build(SHAPE, vocabulary, vectors=True).encoder)
    expected = torch.zeros(SHAPE.hidden_size)
    expected[-2:] = torch.tensor([0.6, 0.8])
    assert torch.allclose(table[6], expected)
    assert table[7].norm().item() == pytest.approx(1.0, abs=0.4)  # noise of about the same length


def test_a_vocabulary_can_be_given(config: PretrainConfig, tmp_path: Path, vocabulary: Vocabulary) -> None:
    vocabulary.write(tmp_path / "given.txt")
    given = replace(config, run=str(tmp_path / "run"), vocabulary=str(tmp_path / "given.txt"))
    assert prepare(given)[0].entries == vocabulary.entries


def test_same_seed_same_weights_and_a_finished_run_resumes(config: PretrainConfig, tmp_path: Path) -> None:
    one = load_file(pretrain(config) / "model.safetensors")
    other = load_file(pretrain(replace(config, run=str(tmp_path / "again"))) / "model.safetensors")
    resumed = load_file(pretrain(config, resume=True) / "model.safetensors")
    assert all(torch.equal(one[name], other[name]) and torch.equal(one[name], resumed[name]) for name in one)
    assert (Path(config.run) / "config.json").exists()
