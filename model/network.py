"""The network: an encoder and a head that makes ten logits of each clause in its window."""

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
    """Sequential sentence classification: every clause of a window in one pass (Cohan et al., EMNLP 2019).

    A clause is read in three ways, side by side: the state of its closing token, which has seen
    the window; the states of its own tokens, weighed by a learnt attention; and the plain mean of
    its tokens before the encoder, a bag of words. The closing token alone learns too slowly from
    few policies (training/LOG.md).
    """

    config_class = ClauseNetworkConfig
    base_model_prefix = "encoder"

    def __init__(self, config: ClauseNetworkConfig) -> None:
        super().__init__(config)
        self.encoder: PreTrainedModel = build_encoder(config.encoder_config())
        width = int(self.encoder.config.hidden_size)
        self.attention = nn.Linear(width, 1)
        self.head = nn.Sequential(
            nn.Dropout(config.head_dropout),
            nn.Linear(3 * width, width),
            nn.GELU(),
            nn.Dropout(config.head_dropout),
            nn.Linear(width, len(KEYS)),
        )
        self.post_init()

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, starts: Tensor, ends: Tensor
    ) -> Tensor:
        """Logits (windows, clauses, 10) of the clauses from `starts` to `ends` (windows, clauses), both inside.

        The other three are (windows, tokens). Rows of `starts` and `ends` are padded with 0;
        what is computed there has no meaning.
        """
        embedded, states = encode(self.encoder, input_ids, attention_mask, token_type_ids)
        closing = torch.gather(states, 1, ends.unsqueeze(-1).expand(-1, -1, states.shape[-1]))
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        inside = (places >= starts.unsqueeze(-1)) & (places <= ends.unsqueeze(-1))
        weights = self.attention(states).transpose(1, 2).masked_fill(~inside, float("-inf")).softmax(dim=-1)
        even = inside.to(states.dtype) / inside.sum(dim=-1, keepdim=True)
        logits: Tensor = self.head(torch.cat([closing, weights @ states, even @ embedded], dim=-1))
        return logits


def build_encoder(config: PretrainedConfig) -> PreTrainedModel:
    """An encoder with random weights, without a pooler where the architecture lets one leave it out."""
    if config.model_type in ("bert", "roberta"):
        encoder: PreTrainedModel = AutoModel.from_config(config, add_pooling_layer=False)
    else:
        encoder = AutoModel.from_config(config)
    return encoder


def encode(
    encoder: PreTrainedModel, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
) -> tuple[Tensor, Tensor]:
    """States before the first and after the last layer, both (windows, tokens, width).

    Kinds of clauses are given to encoders that tell three token types apart.
    """
    kinds = {"token_type_ids": token_type_ids} if getattr(encoder.config, "type_vocab_size", 0) >= 3 else {}
    output = encoder(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True, **kinds)
    return output.hidden_states[0], output.last_hidden_state
