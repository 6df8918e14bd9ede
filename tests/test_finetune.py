"""Fine-tuning: a tiny encoder learns a tiny corpus, ends as a bundle, and the same seed gives the same weights."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from data.clause import ClauseSplitter
from data.gold import LabelledDocument, read_gold, write_gold
from eval.harness import answer, score_answers
from model.bundle import WEIGHTS, Bundle
from model.classifier import load_classifier
from model.network import ClauseNetwork
from model.threshold import Decision
from model.vocabulary import Vocabulary
from training.config import AugmentConfig, EncoderConfig, FinetuneConfig
from training.distill import soften
from training.finetune import finetune, rare_weights, start, training_policies
from training.windows import read_examples


@pytest.fixture(scope="module", autouse=True)
def one_kiwi(splitter: ClauseSplitter) -> Iterator[None]:
    """Spares each run the loading of Kiwi."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.finetune.ClauseSplitter", lambda: splitter)
        yield


@pytest.fixture(scope="module")
def config(
    tmp_path_factory: pytest.TempPathFactory, policies: list[LabelledDocument], vocabulary: Vocabulary
) -> FinetuneConfig:
    folder = tmp_path_factory.mktemp("finetune")
    shortened = replace(policies[1], units=policies[1].units[:40])  # what follows is text without units
    write_gold(folder / "gold.jsonl", [shortened])
    vocabulary.write(folder / "vocabulary.txt")
    gold = (str(folder / "gold.jsonl"),)
    return FinetuneConfig(
        run=str(folder / "run"), encoder="", vocabulary=str(folder / "vocabulary.txt"), train=gold, dev=gold,
        shape=EncoderConfig(hidden_size=64, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64),
        epochs=30, batch_tokens=256, rate=4e-3, layer_decay=1.0, evaluations=1,
        augment=AugmentConfig(alone=0.0, token=0.0),
    )  # fmt: skip


@pytest.fixture(scope="module")
def bundle(config: FinetuneConfig) -> Bundle:
    return finetune(config)


def test_learns_what_it_was_shown(config: FinetuneConfig, bundle: Bundle, splitter: ClauseSplitter) -> None:
    documents = read_gold(Path(config.train[0]))
    scores = score_answers(answer(load_classifier(bundle.folder), documents, splitter, gold_units=True))
    assert scores.micro.f1 > 0.5


def test_keeps_its_configuration(config: FinetuneConfig, bundle: Bundle) -> None:
    assert (Path(config.run) / "config.json").exists()
    assert bundle.window == config.window
    assert load_file(bundle.folder / WEIGHTS)["head.1.weight"].dtype == torch.float16


def test_same_seed_same_weights(config: FinetuneConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[tuple[dict[str, torch.Tensor], Decision]] = []

    def keep(network: ClauseNetwork, *given: object) -> None:
        trained.append((network.state_dict(), next(one for one in given if isinstance(one, Decision))))

    monkeypatch.setattr("training.finetune.export", keep)  # half of the time; test_export.py has its own test
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        finetune(replace(config, epochs=1, run=str(tmp_path / name), seed=seed))
    (one, decision), (same, same_decision), (other, _) = trained
    assert decision == same_decision
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_rare_labels_weigh_more(policies: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    examples = read_examples(policies[:1], splitter)
    weights = rare_weights(examples, power=0.5)
    counts = np.array([example.truth.sum(axis=0) for example in examples]).sum(axis=0)
    assert weights[counts.argmax()] == 1.0
    assert weights[counts.argmin()] == weights.max() <= 4.0


def test_passes_are_counted_by_file(config: FinetuneConfig) -> None:
    twice = replace(config, train=config.train * 2, passes=(1, 2))
    assert [len(training_policies(one)) for one in (config, twice)] == [1, 3]
    with pytest.raises(ValueError, match="give one a file"):
        training_policies(replace(twice, passes=(1,)))


def test_goes_on_from_a_bundle(config: FinetuneConfig, bundle: Bundle) -> None:
    tokenizer, network = start(replace(config, encoder=str(bundle.folder), dropout=0.25))
    kept = load_file(bundle.folder / WEIGHTS)
    state = network.state_dict()
    assert set(state) == set(kept)
    assert all(torch.equal(state[name], kept[name].float()) for name in kept)
    assert next(network.parameters()).dtype == torch.float32
    assert network.encoder.config.hidden_dropout_prob == 0.25
    assert isinstance(tokenizer, Vocabulary)


def test_teachers_soften_the_labels(
    config: FinetuneConfig, bundle: Bundle, policies: list[LabelledDocument], splitter: ClauseSplitter
) -> None:
    examples = read_examples(policies[:2], splitter)
    (said,) = load_classifier(bundle.folder).predict([examples[1].clauses])
    softened = soften(examples, [bundle.folder, bundle.folder], share=0.25)
    expected = 0.75 * examples[1].truth + 0.25 * np.array([prediction.scores for prediction in said])
    assert np.allclose(softened[1].truth, expected, atol=1e-6)
    assert soften(examples, [], share=0.25) == examples
