"""Ablation: the same small recipe with one part taken away or added at a time, each scored on dev."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from data.clause import ClauseSplitter
from data.gold import LabelledDocument, read_gold
from eval.harness import answer, score_answers
from model.classifier import load_classifier
from training.config import FinetuneConfig, PretrainConfig, load
from training.finetune import finetune
from training.pretrain import pretrain

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Encoder:
    """A pre-training of its own: `set` over the common settings, as on the command line."""

    name: str
    set: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arm:
    """A fine-tuning: the name of its `encoder` ('' for random weights), `set` over the common settings."""

    name: str
    encoder: str = ""
    set: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AblationConfig:
    """Arms over common settings. `pretrain_file` and `finetune_file` are the configurations these change."""

    run: str
    pretrain_file: str
    finetune_file: str
    encoders: tuple[Encoder, ...]
    arms: tuple[Arm, ...]
    pretrain: tuple[str, ...] = ()
    finetune: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (1,)


@dataclass(frozen=True, slots=True)
class Result:
    """What one training of an arm reached on dev's body and row units, as the annotator cut them."""

    arm: str
    seed: int
    micro: float
    macro: float


def ablate(config: AblationConfig) -> list[Result]:
    """Trains and scores every arm with every seed; what an earlier call finished is read, not done again."""
    folder = Path(config.run)
    for encoder in config.encoders:
        settings = (*config.pretrain, *encoder.set, f'run="{folder / encoder.name}"')
        wanted = load(PretrainConfig, Path(config.pretrain_file), settings)
        if not _finished(folder / encoder.name / "encoder", wanted):
            log.info("pre-training %s", encoder.name)
            pretrain(wanted)
    return [_result(config, arm, seed, folder) for seed in config.seeds for arm in config.arms]


def _result(config: AblationConfig, arm: Arm, seed: int, folder: Path) -> Result:
    run = folder / f"{arm.name.replace(' ', '-')}-{seed}"
    kept = run / "result.json"
    encoder = str(folder / arm.encoder / "encoder") if arm.encoder else ""
    own = (f'run="{run}"', f'encoder="{encoder}"', f"seed={seed}")
    settings: FinetuneConfig = load(FinetuneConfig, Path(config.finetune_file), (*config.finetune, *own, *arm.set))
    if not _finished(kept, settings):
        log.info("training %s, seed %d", arm.name, seed)
        result = _scored(arm.name, seed, finetune(settings).folder, read_gold(*map(Path, settings.dev)))
        kept.write_text(json.dumps(asdict(result)) + "\n", encoding="utf-8")
    return Result(**json.loads(kept.read_text(encoding="utf-8")))


def _finished(made: Path, wanted: PretrainConfig | FinetuneConfig) -> bool:
    """Whether the run that makes it is done. Raises ValueError where it was done with other settings."""
    if not made.exists():
        return False
    before = json.loads((made.parent / "config.json").read_text(encoding="utf-8"))
    if before != json.loads(json.dumps(asdict(wanted))):
        raise ValueError(f"{made.parent} was made with other settings; delete it, or name another run")
    return True


def _scored(arm: str, seed: int, bundle: Path, dev: Sequence[LabelledDocument]) -> Result:
    scores = score_answers(answer(load_classifier(bundle), dev, ClauseSplitter(), gold_units=True))
    return Result(arm, seed, scores.micro.f1, scores.macro.f1)


def as_markdown(results: Sequence[Result]) -> str:
    """A table: an arm a line, the mean over its seeds and, of several, the range."""
    lines = ["| recipe | micro-F1 | macro-F1 | seeds |", "|---|---|---|---|"]
    return "\n".join([*lines, *_rows(_by_arm(results))])


def _by_arm(results: Sequence[Result]) -> dict[str, list[Result]]:
    arms: dict[str, list[Result]] = {}
    for result in results:
        arms.setdefault(result.arm, []).append(result)
    return arms


def _rows(arms: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    for arm, results in arms.items():
        micro, macro = ([getattr(result, name) for result in results] for name in ("micro", "macro"))
        yield f"| {arm} | {_spread(micro)} | {_spread(macro)} | {len(results)} |"


def _spread(values: Sequence[float]) -> str:
    mean = f"{sum(values) / len(values):.3f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.3f} to {max(values):.3f})"
