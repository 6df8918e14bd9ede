"""Deduplication: identical and near-identical policies are traced to the first, the rest is labelled."""

import json
import random
from dataclasses import replace
from pathlib import Path

from batch_stand_in import StandIn, StandInJob, options

from data.gold import LabelledDocument
from serve.batch.duplicate import Deduplicate
from serve.batch.fingerprint import SIZE, Fingerprinter, fingerprint, signature_of, similarity
from serve.batch.shard_labeller import Task, WorkerSettings


class Engine:
    """Does both passes here; gives the shards of each pass out of order."""

    under_way = 0

    def __init__(self, settings: WorkerSettings) -> None:
        self._labels = Fingerprinter() if settings.work == "fingerprint" else StandIn()

    def run(self, shards):  # type: ignore[no-untyped-def]
        for shard in sorted(shards, key=lambda shard: -shard.number):
            yield replace(self._labels.label(Task(shard), lambda index: None), shard=shard)

    def close(self) -> None:
        pass


def duplicates(folder: Path, output: Path, mode: Deduplicate) -> list[tuple[str, str]]:
    StandInJob(options(folder, output, shard_size=2, deduplicate=mode)).run(Engine)
    lines = (output / "duplicates.jsonl").read_text(encoding="utf-8").splitlines()
    pairs = [(record["document"], record["duplicate_of"]) for record in map(json.loads, lines)]
    return [(Path(one).name, Path(other).name) for one, other in pairs]


def test_duplicates_are_traced_to_the_first(policies: list[LabelledDocument], tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    one, two = policies[0].document.text, policies[1].document.text
    texts = {
        "a": one,
        "b": two,
        "c": one.replace("\n", "\r\n\n"),
        "d": one + "시행일자는 2026년 1월 1일입니다.",
        "e": two,
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    (folder / "f").write_bytes(b"")
    (folder / "g").write_bytes(b"")
    assert duplicates(folder, tmp_path / "off", Deduplicate.off) == []
    assert duplicates(folder, tmp_path / "exact", Deduplicate.exact) == [("c", "a"), ("e", "b")]
    assert duplicates(folder, tmp_path / "near", Deduplicate.near) == [("c", "a"), ("d", "a"), ("e", "b")]
    assert not (tmp_path / "near" / ".fingerprints").exists()


def test_similarity_is_that_of_the_wording() -> None:
    chance = random.Random(0)
    words = [f"낱말{chance.randrange(5000)}" for _ in range(2000)]
    whole = signature_of(fingerprint(" ".join(words)))
    assert similarity(whole, signature_of(fingerprint("  \n".join(words)))) == 1
    assert similarity(whole, signature_of(fingerprint(" ".join(words[:1900])))) > 0.85
    assert similarity(whole, signature_of(fingerprint(" ".join(words[:1000])))) < 0.7
    assert similarity(whole, signature_of(fingerprint(" ".join(reversed(words))))) < 0.1
    assert len(fingerprint("")) == SIZE
