"""Pre-training: an encoder learns Korean from masked words of statutes and policies (Devlin et al., NAACL 2019)."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset, load_from_disk
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoConfig, PretrainedConfig, PreTrainedModel, Trainer, TrainingArguments, set_seed

from data.clause import ClauseSplitter
from model.network import build_encoder, encode
from model.vocabulary import MASK, PAD, SPECIAL, Vocabulary
from model.window import IntArray, padded
from training.config import EncoderConfig, PretrainConfig, save
from training.corpus import SPECIAL_WORD, learn_vocabulary, read_corpus, windows
from training.embeddings import DIMENSIONS, kiwi_vectors

IGNORED = -100
"""Label of a token that is not to be guessed, as torch's cross entropy has it."""

log = logging.getLogger(__name__)


class MaskedLanguageConfig(PretrainedConfig):
    """Configuration of the encoder that is being pre-trained."""

    model_type = "bangchim-masked-language"

    def __init__(self, encoder: dict[str, Any] | None = None, **rest: Any) -> None:
        self.encoder = encoder or {}
        super().__init__(**rest)


class MaskedLanguageModel(PreTrainedModel):
    """An encoder and a head that guesses masked tokens; its output layer is the embedding table."""

    config_class = MaskedLanguageConfig

    def __init__(self, config: MaskedLanguageConfig) -> None:
        super().__init__(config)
        self.encoder: PreTrainedModel = build_encoder(AutoConfig.for_model(**config.encoder))
        shape = self.encoder.config
        self.transform = nn.Sequential(
            nn.Linear(shape.hidden_size, shape.hidden_size), nn.GELU(), nn.LayerNorm(shape.hidden_size)
        )
        self.bias = nn.Parameter(torch.zeros(shape.vocab_size))
        self.post_init()

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, labels: Tensor
    ) -> dict[str, Tensor]:
        """The loss over masked tokens; all inputs (windows, tokens). Logits are made for masked tokens alone."""
        _, states = encode(self.encoder, input_ids, attention_mask, token_type_ids)
        guessed = labels != IGNORED
        table = embedding_table(self.encoder)
        logits = functional.linear(self.transform(states[guessed]), table, self.bias)
        return {"loss": functional.cross_entropy(logits.float(), labels[guessed])}


class WholeWordMasking:
    """Collates windows and masks whole words (eojeol): 80 % [MASK], 10 % a random token, 10 % left as they are."""

    def __init__(self, vocabulary: Vocabulary, share: float, seed: int) -> None:
        self._mask, self._pad = vocabulary.id(MASK), vocabulary.id(PAD)
        self._size, self._share = len(vocabulary), share
        self._random = np.random.default_rng(seed)

    def __call__(self, rows: Sequence[Mapping[str, Sequence[int]]]) -> dict[str, Tensor]:
        """Tensors (windows, tokens) of `input_ids`, `attention_mask`, `token_type_ids`, `labels`."""
        ids = padded([row["input_ids"] for row in rows], self._pad, np.int64)
        words = padded([row["words"] for row in rows], SPECIAL_WORD, np.int64)
        chosen = self._chosen(words)
        labels = np.where(chosen, ids, IGNORED)
        draw = self._random.random(ids.shape)
        masked = np.where(chosen & (draw < 0.8), self._mask, ids)
        other = self._random.integers(len(SPECIAL), self._size, ids.shape)
        masked = np.where(chosen & (draw >= 0.9), other, masked)
        kinds = padded([row["token_type_ids"] for row in rows], 0, np.int64)
        arrays = {"input_ids": masked, "attention_mask": ids != self._pad, "token_type_ids": kinds, "labels": labels}
        return {name: torch.from_numpy(array.astype(np.int64)) for name, array in arrays.items()}

    def _chosen(self, words: IntArray) -> NDArray[np.bool_]:
        """Which tokens are guessed: all those of `share` of the words."""
        lots = self._random.random((len(words), int(words.max()) + 2))
        drawn = np.take_along_axis(lots, np.maximum(words, 0), axis=1) < self._share
        return np.asarray(drawn & (words != SPECIAL_WORD), dtype=np.bool_)


def prepare(config: PretrainConfig) -> tuple[Vocabulary, Dataset]:
    """The vocabulary and the windows of a run, made once and kept in its folder."""
    folder = Path(config.run)
    if not (folder / "windows").exists():
        folder.mkdir(parents=True, exist_ok=True)
        texts = read_corpus(config.corpus, ClauseSplitter())
        vocabulary = learn_vocabulary(texts, config.corpus)
        vocabulary.write(folder / "vocabulary.txt")
        windows(texts, vocabulary, config.window).save_to_disk(folder / "windows")
    return Vocabulary.read(folder / "vocabulary.txt"), load_from_disk(str(folder / "windows"))


def build(config: EncoderConfig, vocabulary: Vocabulary, vectors: bool) -> MaskedLanguageModel:
    """An untrained model; with `vectors`, its embedding table starts from Kiwi's."""
    model = MaskedLanguageModel(MaskedLanguageConfig(config.to_bert(len(vocabulary))))
    if vectors:
        if config.hidden_size < DIMENSIONS:
            raise ValueError(f"Kiwi's vectors need encoder.hidden_size >= {DIMENSIONS}, or kiwi_vectors = false")
        start_from_kiwi(embedding_table(model.encoder), vocabulary)
    return model


def embedding_table(encoder: PreTrainedModel) -> nn.Parameter:
    """The weights (vocabulary, width) of an encoder's token embeddings."""
    embeddings = encoder.get_input_embeddings()
    assert isinstance(embeddings, nn.Embedding)
    table = embeddings.weight
    assert isinstance(table, nn.Parameter)
    return table


def start_from_kiwi(table: nn.Parameter, vocabulary: Vocabulary) -> None:
    """Fills the known rows' first columns with Kiwi's vectors, the others with noise of the same length."""
    vectors, known = kiwi_vectors(vocabulary)
    log.info("Kiwi knows %.1f %% of the vocabulary", 100 * known.mean())
    with torch.no_grad():
        table.normal_(std=DIMENSIONS**-0.5)
        table[: len(known)][torch.from_numpy(known), :DIMENSIONS] = torch.from_numpy(vectors[known])


def pretrain(config: PretrainConfig, resume: bool = False) -> Path:
    """Trains and returns the folder of the encoder: its weights, configuration and vocabulary."""
    set_seed(config.seed)
    vocabulary, dataset = prepare(config)
    folder = Path(config.run)
    save(config, folder / "config.json")
    # A checkpoint holds the table already, and Kiwi takes minutes to tell it.
    model = build(config.encoder, vocabulary, config.kiwi_vectors and not resume)
    trainer = Trainer(
        model=model,
        args=_arguments(config),
        train_dataset=dataset,
        data_collator=WholeWordMasking(vocabulary, config.masked, config.seed),
    )
    trainer.train(resume_from_checkpoint=resume or None)
    encoder = folder / "encoder"
    model.encoder.save_pretrained(encoder)
    vocabulary.write(encoder / "vocabulary.txt")
    return encoder


def _arguments(config: PretrainConfig) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(Path(config.run) / "checkpoints"),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch,
        learning_rate=config.rate,
        warmup_steps=config.warmup,
        weight_decay=config.weight_decay,
        lr_scheduler_type="cosine",
        adam_beta2=0.98,
        bf16=config.bf16,
        save_steps=config.save_steps,
        save_total_limit=1,
        logging_steps=50,
        remove_unused_columns=False,
        seed=config.seed,
        report_to="none",
    )
