"""Configuration of a run: frozen dataclasses, filled from defaults, a TOML file and --set key=value, in this order."""

import dataclasses
import json
import tomllib
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.window import WindowConfig


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """The shape of an encoder of our own (BERT), in the terms of transformers."""

    hidden_size: int = 256
    num_hidden_layers: int = 4
    num_attention_heads: int = 4
    intermediate_size: int = 1024
    max_position_embeddings: int = 512
    hidden_dropout_prob: float = 0.1
    attention_probs_dropout_prob: float = 0.1

    def to_bert(self, vocabulary: int) -> dict[str, Any]:
        """The fields of transformers' BERT configuration; three token types for the three kinds of clauses."""
        own = {"vocab_size": vocabulary, "type_vocab_size": 3, "pad_token_id": 0}
        return {**dataclasses.asdict(self), **own, "model_type": "bert"}


@dataclass(frozen=True, slots=True)
class CorpusConfig:
    """What an encoder is pre-trained on.

    `policies`: files of labelled documents, whose texts alone are read. `statutes`: a file of acts
    (`### path` before each), of which the `characters` densest in `topic` are taken. A policy counts
    `repeat` times a statute.
    """

    policies: tuple[str, ...] = ()
    statutes: str = ""
    topic: str = "개인정보"
    characters: int = 11_000_000
    repeat: int = 3
    vocabulary: int = 16_000
    spelling: int = 2_000


@dataclass(frozen=True, slots=True)
class PretrainConfig:
    """Masked language modelling.

    `vocabulary`: a file of one that exists, or '' to learn it from the corpus. `masked`: share of words to
    guess. `kiwi_vectors`: start from Kiwi's embeddings, of which a narrower encoder takes the main directions.
    """

    run: str = "runs/pretrain"
    corpus: CorpusConfig = field(default_factory=CorpusConfig)
    encoder: EncoderConfig = field(default_factory=EncoderConfig)
    vocabulary: str = ""
    window: int = 384
    masked: float = 0.2
    kiwi_vectors: bool = True
    epochs: float = 3.0
    batch: int = 16
    rate: float = 1e-3
    warmup: float = 0.03
    weight_decay: float = 0.05
    bf16: bool = False
    seed: int = 1
    save_steps: int = 500


@dataclass(frozen=True, slots=True)
class AugmentConfig:
    """Changes to training windows, each with its probability. None is made to what is evaluated.

    A document: `noise`: typed carelessly. `thinned`: keeps a part of its clauses. `wrapped`: broken into
    lines. `cells`: rows of disclosures a cell a line. `marker`: list markers lost. `contents`: a table of
    contents added. `furniture`: page furniture added. A clause: `alone`: stands in a window by itself,
    too. `short`: opens a short document, too. `kind`: is shown as of another kind, as a splitter may err.
    A window: `no_context`: loses its context. A token: `token`: becomes unknown.
    """

    noise: float = 0.1
    thinned: float = 0.08
    wrapped: float = 0.08
    cells: float = 0.15
    marker: float = 0.1
    contents: float = 0.12
    furniture: float = 0.15
    alone: float = 0.05
    short: float = 0.02
    kind: float = 0.07
    no_context: float = 0.1
    token: float = 0.1


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """From an encoder and labelled documents to a bundle.

    `encoder`: the folder that pretrain made, a bundle (training goes on from its whole network), a folder
    or hub name of another encoder, or '' for random weights (then `vocabulary` names a vocabulary file).
    `passes`: how often an epoch reads each file of `train`, by default once. `rare_weight`: positive cases
    of a label weigh (commonest / its count) to this power. `dropout`: of the encoder's states; attention
    has none, because drawing its masks takes a quarter of a step on CPU. `teachers`: bundles whose
    probabilities make up `teacher_share` of each label.
    """

    name: str = "bangchim"
    run: str = "runs/finetune"
    encoder: str = "runs/pretrain/encoder"
    vocabulary: str = ""
    train: tuple[str, ...] = ("data/policies/train.jsonl",)
    passes: tuple[int, ...] = ()
    dev: tuple[str, ...] = ("data/policies/dev.jsonl",)
    window: WindowConfig = field(default_factory=WindowConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    shape: EncoderConfig = field(default_factory=EncoderConfig)
    epochs: int = 12
    batch_tokens: int = 3072
    rate: float = 4e-4
    layer_decay: float = 0.85
    warmup: float = 0.06
    weight_decay: float = 0.05
    dropout: float = 0.1
    head_dropout: float = 0.2
    rare_weight: float = 0.25
    teachers: tuple[str, ...] = ()
    teacher_share: float = 0.5
    bf16: bool = False
    seed: int = 1
    evaluations: int = 6


def parse(kind: type[Any], values: Mapping[str, Any], where: str = "") -> Any:
    """An instance of the dataclass `kind` from nested mappings. ValueError for unknown keys and wrong types."""
    hints = typing.get_type_hints(kind)
    unknown = sorted(set(values) - set(hints))
    if unknown:
        raise ValueError(f"unknown key {where}{unknown[0]}; known here: {', '.join(hints)}")
    return kind(**{key: _value(hints[key], value, f"{where}{key}") for key, value in values.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return parse(typing.cast(type[Any], hint), value, f"{where}.")
    if typing.get_origin(hint) is tuple:
        (one, *_) = typing.get_args(hint)
        return tuple(_value(one, item, where) for item in value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint):
        raise ValueError(f"{where} must be of type {hint.__name__}, not {type(value).__name__}: {value!r}")
    return value


def load(kind: type[Any], file: Path | None, settings: Sequence[str] = ()) -> Any:
    """The configuration of a run: `file` over the defaults, `settings` ("window.length=256") over both."""
    values: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8")) if file else {}
    for setting in settings:
        path, equals, text = setting.partition("=")
        if not equals:
            raise ValueError(f"--set takes key=value, not {setting!r}")
        target = values
        *parents, leaf = path.strip().split(".")
        for parent in parents:
            target = target.setdefault(parent, {})
        target[leaf] = _literal(text.strip())
    return parse(kind, values)


def _literal(text: str) -> Any:
    """A value as TOML reads it; what is no TOML is a string."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def save(config: Any, path: Path) -> None:
    """Writes the resolved configuration as JSON beside what it made."""
    path.write_text(json.dumps(dataclasses.asdict(config), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
