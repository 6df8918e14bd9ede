"""Pre-training corpus: policies and the statutes densest in the topic become windows of whole clauses."""

from pathlib import Path

from data.clause import ClauseSplitter
from data.gold import LabelledDocument, write_gold
from model.vocabulary import END, START
from training.config import CorpusConfig
from training.corpus import SPECIAL_WORD, learn_vocabulary, read_corpus, windows

STATUTES = """### kr/하천법
하천을 관리한다. 하천은 국가가 소유한다.

### kr/개인정보보호법
개인정보를 보호한다. 개인정보처리자는 개인정보를 수집할 수 있다.

### kr/도로법
도로를 관리한다. 통행료와 함께 개인정보를 한 번 적는다. 도로는 길다. 도로는 넓다.
"""


def config(tmp_path: Path, policies: list[LabelledDocument], characters: int) -> CorpusConfig:
    (tmp_path / "statutes.txt").write_text(STATUTES, encoding="utf-8")
    write_gold(tmp_path / "gold.jsonl", policies[:1])
    return CorpusConfig(
        policies=(str(tmp_path / "gold.jsonl"),),
        statutes=str(tmp_path / "statutes.txt"),
        characters=characters,
        repeat=2,
        vocabulary=600,
        spelling=200,
    )


def test_takes_the_statutes_densest_in_the_topic(
    tmp_path: Path, policies: list[LabelledDocument], splitter: ClauseSplitter
) -> None:
    texts = read_corpus(config(tmp_path, policies, characters=10), splitter)
    assert [text.repeat for text in texts] == [2, 1]
    assert texts[1].clauses[0].text == "개인정보를 보호한다."


def test_leaves_out_statutes_without_the_topic(
    tmp_path: Path, policies: list[LabelledDocument], splitter: ClauseSplitter
) -> None:
    texts = read_corpus(config(tmp_path, policies, characters=10**6), splitter)
    assert [text.clauses[0].text for text in texts[1:]] == ["개인정보를 보호한다.", "도로를 관리한다."]


def test_windows_hold_whole_clauses(tmp_path: Path, policies: list[LabelledDocument], splitter: ClauseSplitter) -> None:
    settings = config(tmp_path, policies, characters=10**6)
    texts = read_corpus(settings, splitter)
    vocabulary = learn_vocabulary(texts, settings)
    made = windows(texts, vocabulary, 64)
    assert len(vocabulary) <= 600
    for row in made:
        ids, words = row["input_ids"], row["words"]
        assert len(ids) == len(words) == len(row["token_type_ids"]) <= 64
        assert (ids[0], ids[-1]) == (vocabulary.id(START), vocabulary.id(END))
        special = [number in (vocabulary.start, vocabulary.end) for number in ids]
        assert special == [word == SPECIAL_WORD for word in words]
    assert sum(map(len, made["input_ids"])) > sum(len(clause.morphemes) for clause in texts[0].clauses)
