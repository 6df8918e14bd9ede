"""Kappa and alpha equal published worked examples."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from typer.testing import CliRunner

from data.document import Document
from data.gold import GoldError, LabelledDocument, Unit, write_gold
from eval.__main__ import app
from eval.agreement import agree, cohen_kappa, fleiss_kappa, krippendorff_alpha, masi_distance

# Fourteen psychiatrists, ten subjects, five categories: the worked example of Fleiss' kappa in
# Wikipedia ("Fleiss' kappa"), kappa = 0.210.
FLEISS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip

# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), sections A, B and C.
MEG, OWEN = "0100000010", "1110010000"
BEN, GERRY = "aabbdcccedda", "babbbccceddd"
FOUR = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def columns(*rows: str) -> list[tuple[str, ...]]:
    """The values of each item; a dot is a missing one."""
    return [tuple(value for value in item if value != ".") for item in zip(*rows, strict=True)]


def test_cohen_kappa_of_fifty_proposals() -> None:
    # 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: the worked example in Wikipedia ("Cohen's kappa"), 0.4.
    one = np.array([True] * 25 + [False] * 25)
    other = np.array([True] * 20 + [False] * 5 + [True] * 10 + [False] * 15)
    assert cohen_kappa(one, other) == pytest.approx(0.4)


def test_cohen_kappa_equals_scikit_learn() -> None:
    one, other = np.random.default_rng(0).random((2, 300)) < 0.3
    assert cohen_kappa(one, other) == pytest.approx(cohen_kappa_score(one, other))


def test_fleiss_kappa_of_the_worked_example() -> None:
    assert fleiss_kappa(np.array(FLEISS)) == pytest.approx(0.210, abs=5e-4)


def test_alpha_of_krippendorffs_worked_examples() -> None:
    assert krippendorff_alpha(columns(MEG, OWEN)) == pytest.approx(0.095, abs=5e-4)
    assert krippendorff_alpha(columns(BEN, GERRY)) == pytest.approx(0.692, abs=5e-4)
    assert krippendorff_alpha(columns(*FOUR)) == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("ab", "ab", 0.0), ("ab", "abcd", 1 - 1 / 2 * 2 / 3), ("ab", "bc", 1 - 1 / 3 * 1 / 3), ("ab", "c", 1.0)],
)
def test_masi_distance_by_passonneaus_definition(one: str, other: str, distance: float) -> None:
    assert masi_distance(frozenset(one), frozenset(other)) == pytest.approx(distance)


def labelled(*sets: tuple[str, ...], text: str = "이름을 받습니다\n모읍니다\n지웁니다") -> LabelledDocument:
    spans = [(0, 8), (9, 13), (14, 18)]
    units = tuple(Unit(start, end, "body", labels) for (start, end), labels in zip(spans, sets, strict=True))
    return LabelledDocument(Document("one", text), units)


def test_differences_are_listed_with_context() -> None:
    one = labelled(("collection",), ("purpose",), ("retention",))
    other = labelled(("collection",), ("collection", "purpose"), ("retention",))
    found = agree([("a", [one]), ("b", [other])])
    assert found.labels["retention"].cohen == 1.0
    assert found.pairs["a", "b"].micro.f1 == pytest.approx(6 / 7)
    (difference,) = found.differences
    assert difference.text == "모읍니다"
    assert difference.before == "이름을 받습니다"
    assert difference.sets == (("purpose",), ("collection", "purpose"))
    assert 0 < found.masi_alpha < 1


def test_another_text_is_refused() -> None:
    one = labelled((), (), ())
    other = labelled((), (), (), text="이름을 받습니다\n모읍니다\n지웁니다!")
    with pytest.raises(GoldError, match="another text"):
        agree([("a", [one]), ("b", [other])])


def test_one_file_is_refused() -> None:
    with pytest.raises(GoldError, match="two files"):
        agree([("a", [labelled((), (), ())])])


def test_command_prints_labels_and_differences(tmp_path: Path) -> None:
    files = [tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "c.jsonl"]
    for path, labels in zip(files, ((), ("purpose",), ()), strict=True):
        write_gold(path, [labelled(("collection",), labels, ("retention",))])
    result = CliRunner().invoke(app, ["agreement", *map(str, files)])
    assert result.exit_code == 0, result.output
    assert "Krippendorff" in result.output
    assert "- | purpose | -" in result.output
