"""The model card of a bundle: what it is, what it learnt from, how, and how good it was found to be."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.labels import GUIDELINE_VERSION, LABELS, LAW_VERSION
from model.bundle import CARD, Bundle, read_bundle

_HEAD = """---
language: ko
library_name: transformers
pipeline_tag: text-classification
tags: [privacy-policy, korean, multi-label]
---

# {name}

Labels each clause of a Korean privacy policy (개인정보 처리방침) with any of ten topics. Guideline version
{guideline}, law {law}.

| label | 이름 | threshold |
|---|---|---|
{labels}

Temperature {temperature}; it and the thresholds were fitted on the dev documents named below.

**Meant for** compliance checks, research over many policies and search inside one, with a person who looks at what
matters. **Not meant for** a legal opinion: a topic that is present may still be treated badly, and a topic that was
not found may stand in a picture or a page that was not given. Policies in other languages are not read.

## Recipe

```json
{recipe}
```

## Figures
"""


def write_card(folder: Path, run_config: Path, evaluations: Sequence[Path], notes: Path | None = None) -> Bundle:
    """Writes README.md into a bundle; its hash stays the same.

    `run_config`: the config.json of the run that made it; `evaluations`: what `bangchim-eval
    score --json` wrote; `notes`: text to close with (data, limits, who labelled).
    """
    bundle = read_bundle(folder)
    parts = [_head(bundle, run_config)]
    parts += [_figures(json.loads(path.read_text(encoding="utf-8"))) for path in evaluations]
    if notes:
        parts.append(notes.read_text(encoding="utf-8").rstrip() + "\n")
    (folder / CARD).write_text("\n".join(parts), encoding="utf-8")
    return bundle


def _head(bundle: Bundle, run_config: Path) -> str:
    thresholds = zip(LABELS, bundle.decision.thresholds, strict=True)
    return _HEAD.format(
        name=bundle.id,
        guideline=GUIDELINE_VERSION,
        law=LAW_VERSION,
        labels="\n".join(f"| `{label.key}` | {label.korean} | {threshold} |" for label, threshold in thresholds),
        temperature=bundle.decision.temperature,
        recipe=run_config.read_text(encoding="utf-8").rstrip(),
    )


def _figures(evaluation: Mapping[str, Any]) -> str:
    """One evaluation as Markdown: its command, a row a model, and the labels of the first model."""
    made = evaluation["made"]
    lines = [
        f"`{made['command']}`: {made['documents']} documents, {made['units']} body and row units, {made['date'][:10]}.",
        "",
        "| model | micro-F1 (95 %) | macro-F1 (95 %) | exact | calibration error |",
        "|---|---|---|---|---|",
        *map(_model_row, evaluation["results"]),
        "",
        f"By label, `{evaluation['results'][0]['model']['id']}`:",
        "",
        "| label | precision | recall | F1 | units |",
        "|---|---|---|---|---|",
        *_label_rows(evaluation["results"][0]["content"]["labels"]),
        "",
    ]
    return "\n".join(lines)


def _model_row(result: Mapping[str, Any]) -> str:
    figures = (f"{one['value']:.3f} ({one['low']:.3f}–{one['high']:.3f})" for one in (result["micro"], result["macro"]))
    exact, error = result["content"]["exact"], result["calibration"]["error"]
    return f"| {result['model']['id']} | {' | '.join(figures)} | {exact:.3f} | {error:.3f} |"


def _label_rows(labels: Mapping[str, Mapping[str, float]]) -> Iterable[str]:
    for key, one in labels.items():
        yield f"| {key} | {one['precision']:.3f} | {one['recall']:.3f} | {one['f1']:.3f} | {one['support']} |"
