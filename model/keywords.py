"""The floor: keyword patterns for each label; what a heading announces, the clauses under it inherit."""

import hashlib
import re
from collections.abc import Mapping, Sequence

from data.clause import Clause
from data.labels import GUIDELINE_VERSION, KEYS
from model.heading import heading_paths
from model.prediction import ModelIdentity, Prediction

PATTERNS: Mapping[str, str] = {
    "collection": r"수집(?!\s?목적)|처리하는\s?(?:개인정보의?\s?)?항목|(?:필수|선택)\s?항목|접근\s?권한|민감정보",
    "purpose": r"(?:이용|처리|수집|활용)\s?목적|목적으로|목적\s?(?:외|이외)|위하여\s?(?:이용|활용|처리)|가명정보",
    "retention": r"보유|보존|보관|파기|파쇄|분리\s?저장|휴면",
    "third-party": r"제\s?3\s?자|제공받는|제휴사|영업\s?양도",
    "entrustment": r"위탁|수탁",
    "transfer": r"국외|해외|이전받는|이전되는",
    "rights": r"권리|열람|정정|처리\s?정지|철회|회원\s?탈퇴|법정대리인|전송\s?요구|자동화된\s?결정|거부할",
    "cookies": r"쿠키|cookie|자동\s?수집\s?장치|행태정보|광고\s?식별자|웹로그",
    "security": r"안전성|암호화|접근\s?통제|보안|해킹|백신|내부\s?관리\s?계획|보호\s?대책|접속\s?기록의",
    "contact": r"책임자|담당자|담당\s?부서|연락처|전화|이메일\s?:|@|신고\s?센터|분쟁조정|침해|118|182",
}
"""What a clause must hold somewhere to speak of the label."""

SAID, INHERITED, SILENT = 0.9, 0.7, 0.02
"""Probabilities of a label that the clause names, that only its heading names, and of any other."""

_COMPILED = {key: re.compile(pattern, re.IGNORECASE) for key, pattern in PATTERNS.items()}


class KeywordClassifier:
    """Labels a clause by the nearest heading over it that names a topic; without one, and headings, by their words."""

    @property
    def identity(self) -> ModelIdentity:
        """The name and the hash of the patterns."""
        return ModelIdentity("keywords", hashlib.sha256(repr(PATTERNS).encode()).hexdigest(), GUIDELINE_VERSION)

    def predict(self, documents: Sequence[Sequence[Clause]]) -> list[list[Prediction]]:
        """One prediction a clause."""
        return [_predict(clauses) for clauses in documents]


def _predict(clauses: Sequence[Clause]) -> list[Prediction]:
    named = [_named(clause.text) for clause in clauses]
    paths = heading_paths(clauses)
    return [
        _prediction(named[number], frozenset() if _speaks(clause, named[number]) else _inherited(named, path))
        for number, (clause, path) in enumerate(zip(clauses, paths, strict=True))
    ]


def _speaks(clause: Clause, named: frozenset[str]) -> bool:
    """A heading that names a topic speaks for itself."""
    return clause.kind == "heading" and bool(named)


def _named(text: str) -> frozenset[str]:
    return frozenset(key for key, pattern in _COMPILED.items() if pattern.search(text))


def _inherited(named: Sequence[frozenset[str]], path: Sequence[int]) -> frozenset[str]:
    """What the innermost heading announces that names a topic at all."""
    return next((named[heading] for heading in reversed(path) if named[heading]), frozenset())


def _prediction(own: frozenset[str], inherited: frozenset[str]) -> Prediction:
    labels = inherited or own
    scores = (SILENT if key not in labels else SAID if key in own else INHERITED for key in KEYS)
    return Prediction(tuple(scores), tuple(key for key in KEYS if key in labels))
