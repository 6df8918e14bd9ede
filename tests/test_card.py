"""Model card: it states recipe and figures as they were measured, and the bundle stays sound."""

import json
import shutil
from pathlib import Path

from model.bundle import Bundle, read_bundle
from training.card import write_card

EVALUATION = {
    "made": {"command": "bangchim-eval score dev.jsonl", "documents": 2, "units": 9, "date": "2026-11-22T00:00:00"},
    "results": [
        {
            "model": {"id": "tiny"},
            "micro": {"value": 0.91234, "low": 0.9, "high": 0.92},
            "macro": {"value": 0.8, "low": 0.7, "high": 0.9},
            "calibration": {"error": 0.01},
            "content": {
                "exact": 0.75,
                "labels": {"purpose": {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 4}},
            },
        }
    ],
}


def test_card_states_recipe_and_figures(tiny_bundle: Bundle, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_bundle.folder, tmp_path / "bundle"))
    (tmp_path / "config.json").write_text('{"epochs": 7}', encoding="utf-8")
    (tmp_path / "scores.json").write_text(json.dumps(EVALUATION), encoding="utf-8")
    (tmp_path / "notes.md").write_text("## Limits\n\nSome.\n", encoding="utf-8")
    bundle = write_card(folder, tmp_path / "config.json", [tmp_path / "scores.json"], tmp_path / "notes.md")
    card = (folder / "README.md").read_text(encoding="utf-8")
    for part in (
        "# tiny",
        "| `purpose` | 목적 | 0.45 |",
        '{"epochs": 7}',
        "`bangchim-eval score dev.jsonl`: 2 documents, 9 body and row units, 2026-11-22.",
        "| tiny | 0.912 (0.900–0.920) | 0.800 (0.700–0.900) | 0.750 | 0.010 |",
        "| purpose | 1.000 | 0.500 | 0.667 | 4 |",
        "## Limits",
    ):
        assert part in card
    assert read_bundle(folder) == bundle
    assert bundle.sha256 == tiny_bundle.sha256
