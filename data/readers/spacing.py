"""Whether a line of Korean was broken at a blank or inside a word: a linear model over the syllables around the break.

Its weights stand in spacing.json; `python -m data.readers.spacing policies.jsonl` fits them.
"""

import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

EPOCHS = 4
RAREST = 4
"""A feature seen fewer times gets no weight."""

SCALE = 100
LEAST = 100
"""Weights are kept as whole numbers, in hundredths; smaller ones than this are left out."""


def is_hangul(character: str) -> bool:
    """Whether it is a syllable."""
    return "가" <= character <= "힣"


def parts_words(left: str, right: str) -> bool:
    """Whether a blank stood between the end of a line and the beginning of the next."""
    weights = _weights()
    return sum(weights.get(feature, 0) for feature in _features(left, right)) > 0


@cache
def _weights() -> Mapping[str, int]:
    weights: dict[str, int] = json.loads(files("data.readers").joinpath("spacing.json").read_text(encoding="utf-8"))
    return weights


def _features(left: str, right: str) -> Iterator[str]:
    yield ""
    for before in (1, 2, 3):
        yield f"{left[-before:]}|"
        yield f"|{right[:before]}"
    for before, after in ((1, 1), (2, 1), (1, 2), (2, 2)):
        yield f"{left[-before:]}|{right[:after]}"


def _breaks(text: str) -> Iterator[tuple[list[str], bool]]:
    """The features of each place where the text could be broken between syllables, and whether a blank stands there."""
    for line in text.splitlines():
        bare = line.replace(" ", "")
        place = 0
        for word in line.split(" ")[:-1]:
            for end in range(place + 1, place + len(word) + 1):
                if is_hangul(bare[end - 1]) and end < len(bare) and is_hangul(bare[end]):
                    yield list(_features(bare[max(end - 3, 0) : end], bare[end : end + 3])), end == place + len(word)
            place += len(word)


def fit(texts: Iterable[str]) -> dict[str, int]:
    """The weights of an averaged perceptron."""
    examples = [example for text in texts for example in _breaks(text)]
    seen = Counter(feature for features, _ in examples for feature in features)
    weights: defaultdict[str, float] = defaultdict(float)
    sums: defaultdict[str, float] = defaultdict(float)
    steps = EPOCHS * len(examples)
    shuffler = random.Random(0)
    for epoch in range(EPOCHS):
        shuffler.shuffle(examples)
        for number, (features, blank) in enumerate(examples):
            if (sum(weights.get(feature, 0.0) for feature in features) > 0) != blank:
                for feature in features:
                    if seen[feature] >= RAREST:
                        weights[feature] += 1 if blank else -1
                        sums[feature] += (1 if blank else -1) * (1 - (epoch * len(examples) + number) / steps)
    return {feature: round(total * SCALE) for feature, total in sorted(sums.items()) if abs(total) * SCALE >= LEAST}


def main(path: str) -> None:
    """Fits the weights to the texts of labelled policies and writes them where they are read."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    weights = fit(json.loads(line)["text"] for line in lines)
    target = Path(__file__).with_name("spacing.json")
    target.write_text(json.dumps(weights, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
