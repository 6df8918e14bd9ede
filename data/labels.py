"""The ten labels in column order: key, Korean and English name, article of law."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GUIDELINE_VERSION = "1"
"""Version of data/GUIDELINE.md by which labels are given."""

LAW_VERSION = "개인정보 보호법 제21445호 (2026-09-11)"
"""The state of the Personal Information Protection Act that the articles below refer to."""


@dataclass(frozen=True, slots=True)
class Label:
    """One topic of a clause: `key` in data, names for people, the article that asks for it."""

    key: str
    korean: str
    english: str
    article: str


LABELS: tuple[Label, ...] = (
    Label("collection", "수집", "Collection", "시행령 제31조제1항제1호"),
    Label("purpose", "목적", "Purpose", "법 제30조제1항제1호"),
    Label("retention", "보유·파기", "Retention", "법 제30조제1항제2호, 제3의2호"),
    Label("third-party", "제3자 제공", "Third party", "법 제30조제1항제3호"),
    Label("entrustment", "위탁", "Entrustment", "법 제30조제1항제4호"),
    Label("transfer", "국외 이전", "Transfer abroad", "시행령 제31조제1항제2호, 법 제28조의8"),
    Label("rights", "권리", "Rights", "법 제30조제1항제5호"),
    Label("cookies", "쿠키·자동수집", "Cookies", "법 제30조제1항제7호"),
    Label("security", "안전성 확보조치", "Security", "시행령 제31조제1항제3호, 법 제29조"),
    Label("contact", "연락처", "Contact", "법 제30조제1항제6호"),
)

KEYS: tuple[str, ...] = tuple(label.key for label in LABELS)
COLUMN: dict[str, int] = {key: column for column, key in enumerate(KEYS)}


def in_order(keys: Iterable[str]) -> tuple[str, ...]:
    """The keys in column order, each once. Raises KeyError for a key that is no label."""
    return tuple(KEYS[column] for column in sorted({COLUMN[key] for key in keys}))


def to_row(keys: Iterable[str]) -> NDArray[np.float32]:
    """The label set as a row of 0 and 1, shape (10,)."""
    row = np.zeros(len(KEYS), dtype=np.float32)
    for key in keys:
        row[COLUMN[key]] = 1.0
    return row
