"""The network: an encoder and, at the closing token of each clause, a head of ten logits."""

from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel

from data.labels import KEYS


class ClauseNetworkConfig(PretrainedConfig):
    """The encoder's own configuration and the head's dropout."""

    model_type = "bangchim-clause"

    def __init__(self, encoder: dict[str, Any] | None = None, head_dropout: float = 0.1, **rest: Any) -> None:
        self.encoder = encoder or {"model_type": "bert"}
        self.head_dropout = head_dropout
        rest.setdefault("num_labels", len(KEYS))
        super().__init__(**rest)

    def encoder_config(self) -> PretrainedConfig:
        """The encoder's configuration as transformers' own class."""
        fields = {key: value for key, value in self.encoder.items() if key != "model_type"}
        return AutoConfig.for_model(self.encoder["model_type"], **fields)


class ClauseNetwork(PreTrainedModel):
    """Sequential sentence classification: every clause of a window in one pass (Cohan et al., EMNLP 2019)."""

    config_class = ClauseNetworkConfig
    base_model_prefix = "encoder"

    def __init__(self, config: ClauseNetworkConfig) -> None:
        super().__init__(config)
        self.encoder = build_encoder(config.encoder_config())
        width = self.encoder.config.hidden_size
        self.head = nn.Sequential(
            nn.Dropout(config.head_dropout),
            nn.Linear(width, width),
            nn.GELU(),
            nn.Dropout(config.head_dropout),
            nn.Linear(width, config.num_labels),
        )
        self.post_init()

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, ends: Tensor) -> Tensor:
        """Logits (windows, clauses, 10), read at the positions `ends` (windows, clauses).

        The other three are (windows, tokens). Rows of `ends` are padded with 0; what is
        computed there has no meaning.
        """
        states = encode(self.encoder, input_ids, attention_mask, token_type_ids)
        positions = ends.unsqueeze(-1).expand(-1, -1, states.shape[-1])
        logits: Tensor = self.head(torch.gather(states, 1, positions))
        return logits


def build_encoder(config: PretrainedConfig) -> PreTrainedModel:
    """An encoder with random weights, without a pooler where the architecture lets one leave it out."""
    if config.model_type in ("bert", "roberta"):
        encoder: PreTrainedModel = AutoModel.from_config(config, add_pooling_layer=False)
    else:
        encoder = AutoModel.from_config(config)
    return encoder


def encode(encoder: PreTrainedModel, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
    """States (windows, tokens, width). Kinds of clauses are given to encoders that tell three token types apart."""
    kinds = {"token_type_ids": token_type_ids} if getattr(encoder.config, "type_vocab_size", 0) >= 3 else {}
    states: Tensor = encoder(input_ids=input_ids, attention_mask=attention_mask, **kinds).last_hidden_state
    return states
