"""Originality: shared wording is found, own wording is not."""

from dataclasses import replace

from data.clause import ClauseSplitter
from data.document import Document
from data.gold import LabelledDocument
from data.originality import closest_pairs, shared_morpheme_runs, verbatim_units


def test_a_copy_is_found(policies: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    copy = replace(policies[1], document=Document("copy", policies[1].document.text))
    pair = closest_pairs([*policies, copy])[0]
    assert {pair.one, pair.other} == {policies[1].document.id, "copy"}
    assert pair.share == 1.0
    assert shared_morpheme_runs([copy], policies, splitter) == 1.0
    assert len(verbatim_units([copy], policies)) > 20


def test_policies_of_the_corpus_share_little(policies: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    assert closest_pairs(policies)[0].share < 0.25
    assert shared_morpheme_runs(policies[:1], policies[1:], splitter) < 0.05
    assert verbatim_units(policies[:1], policies[1:]) == []
