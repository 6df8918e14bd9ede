"""An evaluation as one HTML page in Korean and English; it needs no network."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from data.labels import LABELS
from eval.chart import bars, curve, matrix, reliability
from eval.curve import Point
from eval.metrics import Scores
from eval.result import Evaluation, Pair, Result
from eval.segmentation import Segmentation
from eval.significance import Interval

_HEAD = """<!doctype html><html lang="ko"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>방침 분류 평가 · Evaluation</title><style>
body{font:15px/1.5 system-ui,'Noto Sans KR',sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#111}
table{border-collapse:collapse;margin:.6em 0}th,td{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:right}
th:first-child,td:first-child{text-align:left}th{cursor:pointer}svg{max-width:100%;height:auto}
svg text{font-size:11px}code{background:#f3f4f6;padding:.1em .3em;word-break:break-all}
</style>"""

_SORT = """<script>
for (const head of document.querySelectorAll('th')) head.onclick = () => {
  const body = head.closest('table').tBodies[0], at = head.cellIndex;
  const down = head.dataset.down = head.dataset.down ? '' : '1';
  const key = row => row.cells[at].textContent, by = new Intl.Collator('ko', {numeric: true});
  const order = (a, b) => isNaN(key(a)) || isNaN(key(b)) ? by.compare(key(a), key(b)) : key(a) - key(b);
  body.append(...[...body.rows].sort((a, b) => down ? order(b, a) : order(a, b)));
};
</script>"""


def render(evaluation: Evaluation) -> str:
    """The whole page."""
    parts = ["<h1>방침 분류 평가 · Evaluation</h1>", _overview(evaluation.results), _legend(evaluation.results)]
    parts += [_bars(evaluation.results), _pairs(evaluation.pairs), _segmentation(evaluation.segmentation)]
    parts += [_model(result) for result in evaluation.results]
    return _page(parts, evaluation.made)


def render_curve(points: Sequence[Point], made: Mapping[str, object]) -> str:
    """A learning curve as a page of its own."""
    lines = {name: [(one.policies, getattr(one, name)) for one in points] for name in ("micro", "macro")}
    rows = [
        (str(one.policies), str(one.units), *(cell for two in (one.micro, one.macro) for cell in _cells(two)))
        for one in points
    ]
    head = ("학습 방침 · policies", "단위 · units", "micro F1", "95 %", "macro F1", "95 %")
    parts = ["<h1>학습 곡선 · Learning curve</h1>", "<p>학습 방침 수에 따른 tfidf의 F1 · F1 of tfidf by policies</p>"]
    return _page([*parts, curve(lines), _table(head, rows)], made)


def _page(parts: Sequence[str], made: Mapping[str, object]) -> str:
    return "\n".join([_HEAD, *parts, _made(made), _SORT, "</html>"])


def _overview(results: Sequence[Result]) -> str:
    head = ("모델 · model", "단위 · units", "micro F1", "95 %", "macro F1", "95 %", "일치 · exact", "ECE", "Brier")
    rows = [
        (
            result.model.id, result.units, *_cells(result.micro), *_cells(result.macro),
            f"{result.content.exact:.3f}", f"{result.calibration.error:.3f}", f"{result.calibration.brier:.3f}",
        )
        for result in results
    ]  # fmt: skip
    return _table(head, rows)


def _legend(results: Sequence[Result]) -> str:
    units = results[0].content.units if results else 0
    korean = f"본문과 표의 행 {units}개 기준, 구간은 문서 단위 부트스트랩"
    return f"<p>{korean} · {units} body and row units, intervals by bootstrap over documents</p>"


def _bars(results: Sequence[Result]) -> str:
    values = {
        f"{label.korean} · {label.english}": [result.content.labels[label.key].f1 for result in results]
        for label in LABELS
    }
    return "<h2>항목별 F1 · F1 by label</h2>" + bars(values, [result.model.id for result in results])


def _pairs(pairs: Sequence[Pair]) -> str:
    if not pairs:
        return ""
    head = ("비교 · comparison", "micro F1", "95 %", "p", "macro F1", "95 %", "p")
    rows = [
        (
            f"{one.one} − {one.other}",
            *(cell for comparison in (one.micro, one.macro) for cell in (
                f"{comparison.difference.value:+.3f}",
                f"{comparison.difference.low:+.3f} … {comparison.difference.high:+.3f}",
                f"{comparison.p_value:.4f}",
            )),
        )
        for one in pairs
    ]  # fmt: skip
    return "<h2>모델 비교 · Comparison</h2>" + _table(head, rows)


def _segmentation(found: Segmentation) -> str:
    head = (
        "정밀도 · P",
        "재현율 · R",
        "F1",
        "맞음 · right",
        "틀림 · wrong",
        "놓침 · missed",
        "더 잘게 · finer",
        "WindowDiff",
    )
    ratios = (f"{ratio:.3f}" for ratio in (found.precision, found.recall, found.f1))
    counts = (str(count) for count in (found.right, found.wrong, found.missed, found.finer))
    title = "<h2>단위 나누기 · Segmentation</h2><p>시작과 끝의 경계 · boundaries, starts and ends</p>"
    return title + _table(head, [(*ratios, *counts, f"{found.window_diff:.3f}")])


def _cells(one: Interval) -> tuple[str, str]:
    return f"{one.value:.3f}", f"{one.low:.3f}–{one.high:.3f}"


def _model(result: Result) -> str:
    name = escape(result.model.id)
    parts = [f"<h2>{name}</h2><p>sha256 <code>{escape(result.model.sha256)}</code></p>", _labels(result)]
    parts += ["<h3>확률의 신뢰도 · Reliability</h3>", reliability(result.calibration.curve)]
    parts += ["<h3>혼동 · Confusion</h3><p>행: 정답, 열: 예측 · rows: true, columns: predicted</p>"]
    parts += [matrix(result.confusion), _parts("종류 · kind", result.kinds)]
    return "\n".join(parts + [_parts(_GROUPS[group], scores) for group, scores in result.groups.items()])


_GROUPS = {
    "id": "문서 · document",
    "sector": "업종 · sector",
    "year": "연도 · year",
    "seen": "학습 중복 · seen in training",
}


def _labels(result: Result) -> str:
    head = (
        "항목 · label",
        "P",
        "R",
        "F1",
        "건수 · support",
        "AP",
        "ECE",
        "누락 발견 · missing found",
        "누락 오보 · false",
    )
    rows = []
    for label in LABELS:
        one, found = result.content.labels[label.key], result.presence[label.key]
        ratios = (one.precision, one.recall, one.f1)
        rows.append(
            (
                f"{label.korean} · {label.english}", *(f"{ratio:.3f}" for ratio in ratios), str(one.support),
                f"{result.average_precision[label.key]:.3f}", f"{result.label_calibration[label.key].error:.3f}",
                f"{found.right}/{found.missing}", str(found.reported - found.right),
            )
        )  # fmt: skip
    return _table(head, rows)


def _parts(title: str, parts: Mapping[str, Scores]) -> str:
    rows = [
        (name, f"{one.micro.f1:.3f}", f"{one.macro.f1:.3f}", f"{one.exact:.3f}", str(one.units))
        for name, one in parts.items()
    ]
    head = (title, "micro F1", "macro F1", "일치 · exact", "단위 · units")
    return f"<h3>{escape(title)}</h3>" + _table(head, rows)


def _made(made: Mapping[str, object]) -> str:
    rows = [(name, str(value)) for name, value in made.items()]
    cells = "".join(f"<tr><td>{escape(name)}<td><code>{escape(value)}</code>" for name, value in rows)
    return f"<h2>만든 방법 · How this was made</h2><table>{cells}</table>"


def _table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    heads = "".join(f"<th>{escape(name)}" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}" for cell in row) for row in rows)
    return f"<table><thead><tr>{heads}</thead><tbody>{body}</tbody></table>"
