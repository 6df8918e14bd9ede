"""An encoder of the Hugging Face hub, or of a local folder, with its own tokenizer.

Code from the hub is never run: `trust_remote_code` is off and weights are read from safetensors only.
"""

from typing import TYPE_CHECKING

from data.clause import Clause

if TYPE_CHECKING:
    from transformers import PreTrainedModel

MOST_UNKNOWN = 0.2
"""A tokenizer that knows less of Korean than this leaves unknown was loaded wrongly (SKTBrain/KoBERT#104)."""

_SAMPLE = (
    "회사는 다음의 목적을 위하여 개인정보를 처리하며 보유 기간이 지나면 지체 없이 파기합니다. "
    "이용자는 언제든지 개인정보의 열람, 정정, 삭제를 요구할 수 있고 쿠키 저장을 거부할 수 있습니다."
)


class HubTokenizer:
    """The tokenizer that belongs to an encoder, reading the text of clauses."""

    def __init__(self, name: str) -> None:
        """`name`: of the hub ('klue/roberta-base') or a folder.

        Raises ValueError where most of a Korean sentence is unknown to it, RuntimeError without transformers.
        """
        try:
            from transformers import AutoTokenizer
        except ImportError as error:
            raise RuntimeError("hub encoders need transformers: pip install 'bangchim[train]'") from error
        self._tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
        self._name = name
        self._check_korean()

    @property
    def start(self) -> int:
        """Id of the token that opens a window: [CLS] or <s>."""
        return self._special("cls_token_id", "bos_token_id")

    @property
    def end(self) -> int:
        """Id of the token that closes a clause: [SEP] or </s>."""
        return self._special("sep_token_id", "eos_token_id")

    @property
    def pad(self) -> int:
        """Id that fills a batch."""
        return self._special("pad_token_id")

    def tokens(self, clause: Clause) -> list[int]:
        """The ids of a clause's text, without special tokens."""
        return list(self._tokenizer(clause.text, add_special_tokens=False)["input_ids"])

    def save(self, folder: str) -> None:
        """Writes the tokenizer's files."""
        self._tokenizer.save_pretrained(folder)

    def _special(self, *names: str) -> int:
        for name in names:
            number = getattr(self._tokenizer, name, None)
            if number is not None:
                return int(number)
        raise ValueError(f"{self._name}: its tokenizer has no {names[0]}; choose an encoder of the BERT family")

    def _check_korean(self) -> None:
        ids = self._tokenizer(_SAMPLE, add_special_tokens=False)["input_ids"]
        unknown = ids.count(self._tokenizer.unk_token_id) / max(1, len(ids))
        if not ids or unknown > MOST_UNKNOWN:
            raise ValueError(
                f"{self._name}: its tokenizer leaves {unknown:.0%} of a Korean sentence unknown, at most "
                f"{MOST_UNKNOWN:.0%} was expected; name an encoder for Korean whose tokenizer transformers can load"
            )


def load_encoder(name: str) -> "PreTrainedModel":
    """An encoder's weights from safetensors. Raises OSError where there are none."""
    from transformers import AutoModel

    encoder: PreTrainedModel = AutoModel.from_pretrained(name, trust_remote_code=False, use_safetensors=True)
    return encoder
