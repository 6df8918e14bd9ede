"""Fine-tuning: an encoder and labelled documents become a bundle."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import Trainer, TrainingArguments, set_seed

from data.clause import Clause, ClauseSplitter
from data.gold import LabelledDocument, read_gold
from data.labels import KEYS
from eval.metrics import Scores, score
from model.bundle import SETTINGS, VOCABULARY, Bundle, read_bundle
from model.classifier import read_logits, read_tokenizer
from model.hub import HubTokenizer, load_encoder
from model.network import ClauseNetwork, ClauseNetworkConfig
from model.runtime import TorchRuntime
from model.threshold import Decision, fit_decision
from model.vocabulary import MASK, Vocabulary
from model.window import Tokenizer, Windower, padded
from training.augment import Example, careless, read_furniture
from training.config import FinetuneConfig, save
from training.distill import soften
from training.export import export
from training.windows import WindowMaker, read_examples

NO_CLAUSE = -1.0
"""Truth of the places that pad a batch."""

log = logging.getLogger(__name__)


def finetune(config: FinetuneConfig, resume: bool = False) -> Bundle:
    """Trains, fits temperature and thresholds on dev, and writes the bundle to the run's folder."""
    set_seed(config.seed)
    folder = Path(config.run)
    folder.mkdir(parents=True, exist_ok=True)
    save(config, folder / "config.json")
    splitter = ClauseSplitter()
    policies = training_policies(config)
    train, noisy, dev = (
        read_examples(documents, splitter)
        for documents in (policies, careless(policies, config.seed), read_gold(*map(Path, config.dev)))
    )
    train, noisy = (
        soften(examples, [*map(Path, config.teachers)], config.teacher_share) for examples in (train, noisy)
    )
    tokenizer, network = start(config)
    maker = _maker(config, tokenizer, read_furniture(splitter))
    trainer = ClauseTrainer(
        config=config,
        tokenizer=tokenizer,
        dev=dev,
        weights=rare_weights(train, config.rare_weight),
        model=network,
        train_dataset=maker.epochs(train, config.epochs, config.batch_tokens, noisy),
    )
    trainer.train(resume_from_checkpoint=resume or None)
    decision = fit_decision(*trainer.dev_logits())
    tokenizer_files = folder / "tokenizer"
    _save_tokenizer(tokenizer, tokenizer_files)
    return export(network.cpu().eval(), tokenizer_files, folder / "bundle", config.name, config.window, decision)


def training_policies(config: FinetuneConfig) -> list[LabelledDocument]:
    """The labelled documents of an epoch, each as often as the epoch reads it."""
    passes = config.passes or (1,) * len(config.train)
    if len(passes) != len(config.train):
        raise ValueError(f"passes has {len(passes)} numbers for {len(config.train)} files of train; give one a file")
    files = [read_gold(Path(path)) for path in config.train]
    return [document for documents, times in zip(files, passes, strict=True) for document in documents * times]


def start(config: FinetuneConfig) -> tuple[Tokenizer, ClauseNetwork]:
    """The tokenizer and the network before training: a bundle's, our encoder, one of the hub, or random weights."""
    if (Path(config.encoder) / SETTINGS).is_file():
        return _go_on(read_bundle(Path(config.encoder)), config)
    if not config.encoder:
        vocabulary = Vocabulary.read(Path(config.vocabulary))
        return vocabulary, ClauseNetwork(_network_config(config.shape.to_bert(len(vocabulary)), config))
    encoder = load_encoder(config.encoder)
    tokenizer = read_tokenizer(Path(config.encoder))
    network = ClauseNetwork(_network_config(encoder.config.to_dict(), config))
    missing, _ = network.encoder.load_state_dict(encoder.state_dict(), strict=False)
    if missing:
        raise ValueError(f"{config.encoder}: its weights lack {missing[0]}; name an encoder of the BERT family")
    return tokenizer, network


def _go_on(bundle: Bundle, config: FinetuneConfig) -> tuple[Tokenizer, ClauseNetwork]:
    """A bundle's tokenizer and its whole network, head included, in single precision."""
    shape = ClauseNetworkConfig.from_pretrained(bundle.folder)
    network = ClauseNetwork.from_pretrained(
        bundle.folder, config=_network_config(shape.encoder, config), use_safetensors=True, dtype=torch.float32
    )
    return read_tokenizer(bundle.folder), network


def rare_weights(examples: Sequence[Example], power: float) -> NDArray[np.float32]:
    """For each label the weight of its positive cases: (count of the commonest / its count) ** power, at most 4."""
    counts = np.maximum(1.0, sum(example.truth.sum(axis=0) for example in examples))
    return np.asarray(np.minimum(4.0, (counts.max() / counts) ** power), dtype=np.float32)


class ClauseTrainer(Trainer):
    """transformers' Trainer with our loss, our layer-wise rates and the evaluation's own metrics on dev."""

    def __init__(
        self,
        config: FinetuneConfig,
        tokenizer: Tokenizer,
        dev: Sequence[Example],
        weights: NDArray[np.float32],
        model: ClauseNetwork,
        train_dataset: Dataset,
    ) -> None:
        self._config, self._dev, self._network = config, dev, model
        self._windower = Windower(tokenizer, config.window)
        self._weights, self._rows = torch.from_numpy(weights), train_dataset
        super().__init__(
            model=model,
            args=_arguments(config, max(1, len(train_dataset) // config.evaluations)),
            train_dataset=train_dataset,
            eval_dataset=train_dataset.select([]),  # evaluate() reads dev itself
            data_collator=self._collate,
        )

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Tensor | Any],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:
        """Binary cross entropy over the clauses of a batch; positive cases of rare labels weigh more."""
        truth = inputs.pop("truth")
        logits = model(**inputs)
        real = truth[..., 0] != NO_CLAUSE
        loss = functional.binary_cross_entropy_with_logits(
            logits[real].float(), truth[real], pos_weight=self._weights.to(logits.device)
        )
        return (loss, logits) if return_outputs else loss

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """AdamW whose rate falls by `layer_decay` from the head down to the embeddings."""
        groups = _rate_groups(self._network, self._config.rate, self._config.layer_decay, self._config.weight_decay)
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6)
        return self.optimizer

    def _get_train_sampler(self, *_: Any) -> torch.utils.data.Sampler[int]:
        # The windows of the epochs were put in order already.
        return torch.utils.data.SequentialSampler(self._rows)

    def evaluate(self, *_: Any, metric_key_prefix: str = "eval", **__: Any) -> dict[str, float]:
        """Micro and macro F1 on dev's body and row units, at threshold 0.5."""
        scores = self.dev_scores()
        metrics = {f"{metric_key_prefix}_micro": scores.micro.f1, f"{metric_key_prefix}_macro": scores.macro.f1}
        metrics |= {f"{metric_key_prefix}_{key}": figures.f1 for key, figures in scores.labels.items()}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def dev_scores(self) -> Scores:
        """Figures of the network as it stands."""
        logits, truth = self.dev_logits()
        return score(truth > 0, Decision().probabilities(logits) >= 0.5)

    def dev_logits(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Logits and truth (units, 10) of dev's body and row units."""
        encoded = [[self._windower.encode(clause) for clause in example.clauses] for example in self._dev]
        logits = read_logits(self._windower, TorchRuntime(self._network, str(self.args.device)), encoded)
        self._network.train()
        judged = np.array([clause.kind != "heading" for example in self._dev for clause in example.clauses])
        return np.concatenate(logits)[judged], np.concatenate([example.truth for example in self._dev])[judged]

    def _collate(self, rows: Sequence[Mapping[str, Sequence[Sequence[float]]]]) -> dict[str, Tensor]:
        (batch,) = rows
        ids = padded(batch["input_ids"], self._windower.pad, np.int64)
        arrays: dict[str, NDArray[Any]] = {
            "input_ids": ids,
            "attention_mask": (ids != self._windower.pad).astype(np.int64),
            "token_type_ids": padded(batch["token_type_ids"], 0, np.int64),
            "starts": padded(batch["starts"], 0, np.int64),
            "ends": padded(batch["ends"], 0, np.int64),
            "truth": padded(batch["truth"], NO_CLAUSE, np.float32).reshape(len(ids), -1, len(KEYS)),
        }
        return {name: torch.from_numpy(array) for name, array in arrays.items()}


def _rate_groups(network: ClauseNetwork, rate: float, decay: float, weight_decay: float) -> list[dict[str, Any]]:
    """Parameters grouped by depth: the head at `rate`, each layer below at `decay` of the one above."""
    depth = int(network.encoder.config.num_hidden_layers)
    groups: dict[tuple[int, bool], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        groups.setdefault((_height(name, depth), parameter.ndim > 1), []).append(parameter)
    return [
        {"params": parameters, "lr": rate * decay ** (depth + 1 - height), "weight_decay": weight_decay * matrix}
        for (height, matrix), parameters in groups.items()
    ]


def _height(name: str, depth: int) -> int:
    """0 for embeddings, 1 to depth for layers, depth + 1 for the head."""
    if name.startswith(("head.", "attention.")):
        return depth + 1
    parts = name.split(".")
    return int(parts[parts.index("layer") + 1]) + 1 if "layer" in parts else 0


def _network_config(encoder: dict[str, Any], config: FinetuneConfig) -> ClauseNetworkConfig:
    dropout = {"hidden_dropout_prob": config.dropout, "attention_probs_dropout_prob": 0.0}
    return ClauseNetworkConfig(encoder={**encoder, **dropout}, head_dropout=config.head_dropout)


def _maker(config: FinetuneConfig, tokenizer: Tokenizer, furniture: Sequence[Clause]) -> WindowMaker:
    unknown = tokenizer.id(MASK) if isinstance(tokenizer, Vocabulary) else tokenizer.pad
    return WindowMaker(tokenizer, unknown, config.window, config.augment, config.seed, furniture)


def _save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    if isinstance(tokenizer, Vocabulary):
        tokenizer.write(folder / VOCABULARY)
    elif isinstance(tokenizer, HubTokenizer):
        tokenizer.save(str(folder))


def _arguments(config: FinetuneConfig, every: int) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(Path(config.run) / "checkpoints"),
        num_train_epochs=1,
        per_device_train_batch_size=1,  # a row of the data is a batch
        learning_rate=config.rate,
        warmup_steps=config.warmup,
        lr_scheduler_type="cosine",
        bf16=config.bf16,
        max_grad_norm=1.0,
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=1,
        logging_steps=50,
        remove_unused_columns=False,
        seed=config.seed,
        report_to="none",
    )
