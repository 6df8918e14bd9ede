"""Network: logits are read at the closing tokens, for our own encoder and for others of the BERT family."""

import pytest
import torch
from transformers import BertConfig, DistilBertConfig, PretrainedConfig, RobertaConfig

from data.labels import KEYS
from model.network import ClauseNetwork, ClauseNetworkConfig

SMALL = {"vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}


def network(config: PretrainedConfig) -> ClauseNetwork:
    torch.manual_seed(0)
    return ClauseNetwork(ClauseNetworkConfig(encoder=config.to_dict())).eval()


def inputs(tokens: int = 12) -> dict[str, torch.Tensor]:
    return {
        "input_ids": torch.arange(5, 5 + tokens).repeat(2, 1),
        "attention_mask": torch.ones(2, tokens, dtype=torch.int64),
        "token_type_ids": torch.zeros(2, tokens, dtype=torch.int64),
        "starts": torch.tensor([[1, 4, 8], [1, 0, 0]]),
        "ends": torch.tensor([[3, 7, 11], [3, 0, 0]]),
    }


@pytest.mark.parametrize(
    "config",
    [
        BertConfig(**SMALL, type_vocab_size=3),
        RobertaConfig(**SMALL),
        DistilBertConfig(vocab_size=50, dim=16, n_layers=1, n_heads=2, hidden_dim=32),
    ],
    ids=lambda config: config.model_type,
)
def test_ten_logits_a_clause(config: PretrainedConfig) -> None:
    assert network(config)(**inputs()).shape == (2, 3, len(KEYS))


def test_padding_changes_nothing() -> None:
    model, batch = network(BertConfig(**SMALL, type_vocab_size=3)), inputs()
    longer = {name: torch.nn.functional.pad(tensor, (0, 4)) for name, tensor in batch.items()}
    longer |= {name: batch[name] for name in ("starts", "ends")}
    assert torch.allclose(model(**batch), model(**longer), atol=1e-6)


def test_kind_of_a_clause_is_seen_where_the_encoder_has_three_types() -> None:
    changed = inputs()
    changed["token_type_ids"] = changed["token_type_ids"] + 2
    own, foreign = network(BertConfig(**SMALL, type_vocab_size=3)), network(BertConfig(**SMALL))
    assert not torch.allclose(own(**inputs()), own(**changed))
    assert torch.allclose(foreign(**inputs()), foreign(**changed))
