"""The models of a run: each under a name of its own, with a source for each of its seeds."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from data.clause import ClauseSplitter
from data.gold import LabelledDocument
from eval.fit import FittedSource
from eval.harness import Answer, Cut
from eval.http_source import HttpSource
from eval.source import ClassifierSource, FileSource, Source, open_classifier, train_baseline

BASELINES = ("tfidf", "stack")

Units = Literal["ours", "gold", "both"]
"""Whose units the models read; with both, each model stands twice."""

Cutting = tuple[Cut, Sequence[Source]]
"""Sources, and whose units they read."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A model that is scored, `seeds` times trained. The first seed is the one that is looked at closely."""

    name: str
    units: Cut
    seeds: tuple[Source, ...]

    def answers(self, documents: Sequence[LabelledDocument]) -> list[list[Answer]]:
        """Each seed's answers."""
        return [seed.answers(documents) for seed in self.seeds]


@dataclass(frozen=True, slots=True)
class Opener:
    """Turns names of the command line into contenders. `train`: what tfidf and stack learn from, `seeds` times."""

    splitter: ClauseSplitter
    train: Sequence[LabelledDocument] = ()
    device: str = "auto"
    seeds: int = 1

    def contenders(
        self, names: Sequence[str], units: Units = "ours", fitted: Sequence[LabelledDocument] = ()
    ) -> list[Contender]:
        """The contenders of the names, fitted anew on documents if there are any.

        Raises ValueError for a name that is no model, and what the loaders raise.
        """
        if self.seeds > 1 and not set(names) & set(BASELINES):
            raise ValueError("--seeds trains tfidf and stack, and neither is named; join bundles by commas")
        found = [cut for name in names for cut in _cuts(self.sources(name), units)]
        if fitted:
            found = [(cut, [FittedSource(seed, fitted) for seed in seeds]) for cut, seeds in found]
        return list(_named(found))

    def sources(self, name: str) -> list[Source]:
        """A source a seed: of a baseline that is trained now, or of each of several names joined by commas."""
        if name in BASELINES:
            trained = (train_baseline(name, self.train, self.splitter, seed) for seed in range(self.seeds))
            return [ClassifierSource(one, self.splitter, "ours") for one in trained]
        return [self._source(part) for part in name.split(",")]

    def _source(self, name: str) -> Source:
        if name.startswith(("http://", "https://")):
            return HttpSource(name)
        if name.endswith(".jsonl"):
            return FileSource(Path(name))
        return ClassifierSource(open_classifier(name, self.device), self.splitter, "ours")


def _cuts(seeds: Sequence[Source], units: Units) -> Iterator[Cutting]:
    """The sources reading our units, the gold's, or both; what does not read now has units of its own, and once."""
    readers = [replace(seed, units="gold") for seed in seeds if isinstance(seed, ClassifierSource)]
    if units == "gold" and len(readers) < len(seeds):
        raise ValueError(f"{seeds[0].identity.id}: a server or a file has units of its own; leave out --units gold")
    if units != "gold":
        yield "ours", seeds
    if units != "ours" and readers:
        yield "gold", readers


def _named(found: Sequence[Cutting]) -> Iterator[Contender]:
    """Under names that tell the gold's units, and the second of one name."""
    taken: Counter[str] = Counter()
    for units, seeds in found:
        name = seeds[0].identity.id + (", gold units" if units == "gold" else "")
        taken[name] += 1
        yield Contender(name if taken[name] == 1 else f"{name} #{taken[name]}", units, tuple(seeds))
