"""Robustness: a classifier that looks at one thing loses exactly where that thing is lost."""

from collections.abc import Sequence

from data.clause import Clause, ClauseSplitter
from data.gold import LabelledDocument
from data.labels import KEYS
from data.marker import marker_style
from eval.robustness import robustness
from model.prediction import ModelIdentity, Prediction


class Oracle:
    """Knows every clause's labels, as long as it sees the whole document and the words stand apart."""

    def __init__(self, policies: Sequence[LabelledDocument]) -> None:
        self._labels = {policy.text_of(unit): unit.labels for policy in policies for unit in policy.units}

    @property
    def identity(self) -> ModelIdentity:
        return ModelIdentity("oracle", "", "1")

    def predict(self, documents: Sequence[Sequence[Clause]]) -> list[list[Prediction]]:
        return [[self._prediction(clause, len(clauses)) for clause in clauses] for clauses in documents]

    def _prediction(self, clause: Clause, company: int) -> Prediction:
        labels = self._labels.get(clause.text, ()) if company > 1 else ()
        return Prediction(tuple(float(key in labels) for key in KEYS), tuple(labels))


def test_each_condition_takes_away_what_it_says(policies: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    policy = next(one for one in policies if any(marker_style(one.text_of(unit)) for unit in one.units))
    figures = {one.name: one.scores.micro.f1 for one in robustness(Oracle([policy]), [policy], splitter)}
    assert figures["as it is"] == 1.0
    assert figures["each clause alone"] == 0.0
    for name in ("spacing removed", "typos", "markers stripped", "decomposed (NFD)"):
        assert figures[name] < 1.0, name
    assert figures["our own cuts and kinds"] > 0.5
