"""More policies of the size and plan of labelled ones, for measuring speed: sections change places between them."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from data.document import Document
from data.gold import LabelledDocument

Topic = tuple[str, ...]


def recombine(policies: Sequence[LabelledDocument], count: int, seed: int = 0) -> Iterator[Document]:
    """`count` policies: each has the plan of one of `policies`, and sections drawn from all that tell of the same.

    Raises ValueError where there is none to draw from.
    """
    if not policies:
        raise ValueError("no policies to make others of; name a file of labelled policies")
    plans = [_sections(policy) for policy in policies]
    pools: defaultdict[Topic, list[str]] = defaultdict(list)
    for topic, text in (section for plan in plans for section in plan):
        pools[topic].append(text)
    lots = random.Random(seed)
    for number in range(count):
        plan = plans[number % len(plans)]
        yield Document(f"made-{number:06}", "\n".join(lots.choice(pools[topic]) for topic, _ in plan) + "\n")


def _sections(policy: LabelledDocument) -> list[tuple[Topic, str]]:
    """From each heading to the next: its topics, or `opening` for what stands before the second, and the text."""
    headings = [unit for unit in policy.units if unit.kind == "heading" and unit.start > 0]
    topics: list[Topic] = [("opening",), *(unit.labels for unit in headings)]
    spans = pairwise([0, *(unit.start for unit in headings), len(policy.document.text)])
    texts = (policy.document.text[start:end].strip("\n") for start, end in spans)
    return list(zip(topics, texts, strict=True))
