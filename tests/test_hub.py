"""Hub encoders: a checkpoint with its own tokenizer is loaded, trained and bundled; a bad tokenizer is refused."""

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from data.clause import ClauseSplitter
from data.document import Document
from data.gold import LabelledDocument, write_gold
from model.classifier import load_classifier
from model.hub import HubTokenizer, load_encoder
from training.config import AugmentConfig, FinetuneConfig
from training.finetune import finetune

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def checkpoint(folder: Path, letters: str) -> Path:
    """A tiny BERT with a tokenizer of single characters, as saved by transformers."""
    vocabulary = {token: number for number, token in enumerate([*SPECIAL, *sorted(set(letters))])}
    characters = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    characters.normalizer = normalizers.NFC()
    characters.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.Split("", "isolated")]
    )
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True))
    PreTrainedTokenizerFast(tokenizer_object=characters, **names).save_pretrained(folder)
    torch.manual_seed(0)
    shape = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertModel(shape, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture
def korean(tmp_path: Path, policies: list[LabelledDocument]) -> Path:
    return checkpoint(tmp_path / "korean", "".join(policy.document.text for policy in policies))


def test_reads_clauses_with_its_own_tokenizer(korean: Path, splitter: ClauseSplitter) -> None:
    tokenizer = HubTokenizer(str(korean))
    (clause,) = splitter.split(Document("t", "이름을 수집합니다."))
    assert len(tokenizer.tokens(clause)) == len(clause.text.replace(" ", ""))
    assert (tokenizer.pad, tokenizer.start, tokenizer.end) == (0, 2, 3)


def test_refuses_a_tokenizer_that_knows_no_korean(tmp_path: Path) -> None:
    english = checkpoint(tmp_path / "english", "abcdefghijklmnopqrstuvwxyz.")
    with pytest.raises(
        ValueError, match=r"english: its tokenizer leaves \d\d% of a Korean sentence unknown, at most 20%"
    ):
        HubTokenizer(str(english))


def test_reads_no_pickled_weights(korean: Path) -> None:
    weights = korean / "model.safetensors"
    torch.save({}, korean / "pytorch_model.bin")
    weights.unlink()
    with pytest.raises(OSError, match="safetensors"):
        load_encoder(str(korean))


def test_trains_into_a_bundle(
    korean: Path,
    tmp_path: Path,
    policies: list[LabelledDocument],
    splitter: ClauseSplitter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("training.finetune.ClauseSplitter", lambda: splitter)
    write_gold(tmp_path / "gold.jsonl", policies[:1])
    gold = (str(tmp_path / "gold.jsonl"),)
    config = FinetuneConfig(
        name="hub", run=str(tmp_path / "run"), encoder=str(korean), train=gold, dev=gold,
        augment=AugmentConfig(token=0.0), epochs=1, evaluations=1,
    )  # fmt: skip
    bundle = finetune(config)
    (predictions,) = load_classifier(bundle.folder).predict([splitter.split(policies[0].document)])
    assert len(predictions[0].scores) == 10
