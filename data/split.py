"""Parts for training and testing, so that no company and no template stands on both sides."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from data.gold import LabelledDocument

SHARED = 0.4
"""Two documents that share this part of their five-word runs (of the shorter one) are one template."""

RUN = 5


def word_runs(text: str, length: int = RUN) -> set[tuple[str, ...]]:
    """All runs of `length` consecutive words of the text."""
    words = re.findall(r"\w+", text)
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def overlap(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    """The share of the smaller set that stands in the other, 0 where one is empty."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def template_groups(documents: Sequence[LabelledDocument], shared: float = SHARED) -> list[int]:
    """For each document the number of its group: documents of one template or one `meta.company`, transitively."""
    parent = list(range(len(documents)))

    def root(number: int) -> int:
        while parent[number] != number:
            number = parent[number]
        return number

    runs = [word_runs(document.document.text) for document in documents]
    companies = [document.meta.get("company") for document in documents]
    for one in range(len(documents)):
        for other in range(one):
            same_company = companies[one] is not None and companies[one] == companies[other]
            if same_company or overlap(runs[one], runs[other]) >= shared:
                parent[root(one)] = root(other)
    return [root(number) for number in range(len(documents))]


def split(
    documents: Sequence[LabelledDocument], shares: Mapping[str, float], seed: int
) -> dict[str, list[LabelledDocument]]:
    """Parts of about the given shares of documents; each template group falls into one part whole.

    Raises ValueError where the shares do not add up to 1.
    """
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise ValueError(f"shares must add up to 1, not {sum(shares.values()):.3f}")
    groups: dict[int, list[LabelledDocument]] = defaultdict(list)
    for document, group in zip(documents, template_groups(documents), strict=True):
        groups[group].append(document)
    order = np.random.default_rng(seed).permutation(sorted(groups))
    parts: dict[str, list[LabelledDocument]] = {name: [] for name in shares}
    for group in sorted(order.tolist(), key=lambda number: -len(groups[number])):
        # The part that lacks most of its share takes the next group, the largest first.
        wanting = max(shares, key=lambda name: shares[name] * len(documents) - len(parts[name]))
        parts[wanting].extend(groups[group])
    return parts
