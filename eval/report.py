"""An evaluation as one HTML page in Korean and English: tables, pictures, and every figure's making."""

from collections.abc import Mapping, Sequence
from html import escape

from data.labels import LABELS
from eval.chart import bars, curve, matrix, reliability
from eval.curve import Curve, Point
from eval.errors import NONE, Mistake
from eval.metrics import Scores
from eval.page import page, provenance, table
from eval.report_mistakes import wrong_units
from eval.result import Evaluation, Pair, Result
from eval.segmentation import Segmentation
from eval.significance import Interval, Spread


def render(evaluation: Evaluation, mistakes: Mapping[str, Sequence[Mistake]], learning: Curve | None = None) -> str:
    """The whole page. `mistakes`: of each result's name, those that are shown; `learning`: a curve measured before."""
    parts = ["<h1>방침 분류 평가 · Evaluation</h1>", _overview(evaluation.results), _legend(evaluation.results)]
    parts += [_seeds(evaluation.results), _bars(evaluation.results), _pairs(evaluation.pairs)]
    parts += [_segmentation(evaluation.segmentation)]
    parts += [_curve(learning), provenance(learning.made)] if learning else []
    parts += [_model(result) + wrong_units(mistakes.get(result.name, ())) for result in evaluation.results]
    return page(parts, evaluation.made)


def render_curve(learning: Curve) -> str:
    """A learning curve as a page of its own."""
    return page([_curve(learning)], learning.made)


def _curve(learning: Curve) -> str:
    lines = {name: [(one.policies, getattr(one, name)) for one in learning.points] for name in ("micro", "macro")}
    rows = [
        (str(one.policies), str(one.units), *_cells(one.micro), *_cells(one.macro), *_deviations(one))
        for one in learning.points
    ]
    head = ("학습 방침 · policies", "단위 · units", "micro F1", "95 %", "macro F1", "95 %", "micro ± s", "macro ± s")
    model, seeds = escape(learning.model), len(learning.points[0].micro_seeds.values)
    korean = f"학습 방침 수에 따른 {model}의 F1: 추출 {seeds}번의 평균, 구간은 문서 단위 부트스트랩"
    english = f"F1 of {model} by training policies: mean of {seeds} draws, intervals by bootstrap over documents"
    return f"<h2>학습 곡선 · Learning curve</h2><p>{korean} · {english}</p>" + curve(lines) + table(head, rows)


def _deviations(one: Point) -> tuple[str, str]:
    return _spread(one.micro_seeds), _spread(one.macro_seeds)


def _overview(results: Sequence[Result]) -> str:
    head = ("모델 · model", "micro F1", "95 %", "macro F1", "95 %", "일치 · exact", "ECE", "Brier")
    rows = [
        (
            result.name, *_cells(result.micro), *_cells(result.macro),
            f"{result.content.exact:.3f}", f"{result.calibration.error:.3f}", f"{result.calibration.brier:.3f}",
        )
        for result in results
    ]  # fmt: skip
    return table(head, rows)


def _legend(results: Sequence[Result]) -> str:
    units = results[0].content.units if results else 0
    korean = f"본문과 표의 행 {units}개 기준, 구간은 문서 단위 부트스트랩"
    return f"<p>{korean} · {units} body and row units, intervals by bootstrap over documents</p>"


def _seeds(results: Sequence[Result]) -> str:
    """Only where a model was trained more than once."""
    rows = [
        (result.name, str(len(result.seeds)), _spread(result.micro_seeds), _spread(result.macro_seeds))
        for result in results
        if len(result.seeds) > 1
    ]
    head = ("모델 · model", "학습 횟수 · seeds", "micro F1 ± s", "macro F1 ± s")
    note = "다른 표는 첫 번째 학습의 것 · all other tables are of the first seed"
    return f"<h2>여러 번 학습 · Seeds</h2>{table(head, rows)}<p>{note}</p>" if rows else ""


def _bars(results: Sequence[Result]) -> str:
    values = {
        f"{label.korean} · {label.english}": [result.label_f1[label.key] for result in results] for label in LABELS
    }
    return "<h2>항목별 F1과 95 % 구간 · F1 by label, 95 % intervals</h2>" + bars(values, [one.name for one in results])


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
    return "<h2>모델 비교 · Comparison</h2>" + table(head, rows)


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
    return title + table(head, [(*ratios, *counts, f"{found.window_diff:.3f}")])


def _cells(one: Interval) -> tuple[str, str]:
    return f"{one.value:.3f}", f"{one.low:.3f}–{one.high:.3f}"


def _shown(confusion: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """The counts under the labels' names in both languages."""
    names = {label.key: f"{label.korean} · {label.english}" for label in LABELS} | {NONE: "없음 · none"}
    return {names[true]: {names[found]: count for found, count in row.items()} for true, row in confusion.items()}


def _spread(one: Spread) -> str:
    return f"{one.mean:.3f} ± {one.deviation:.3f}"


def _model(result: Result) -> str:
    hashes = " ".join(f"<code>{escape(seed.sha256)}</code>" for seed in result.seeds)
    parts = [f"<h2>{escape(result.name)}</h2><p>sha256 {hashes}</p>", _labels(result), _missing(result)]
    parts += ["<h3>확률의 신뢰도 · Reliability</h3>", reliability(result.calibration.curve)]
    parts += ["<h3>혼동 · Confusion</h3><p>행: 정답, 열: 예측 · rows: true, columns: predicted</p>"]
    parts += [matrix(_shown(result.confusion)), _parts("종류 · kind", result.kinds)]
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
        "Brier",
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
                f"{result.average_precision[label.key]:.3f}", *_errors(result, label.key),
                f"{found.right}/{found.missing}", str(found.reported - found.right),
            )
        )  # fmt: skip
    return table(head, rows)


def _errors(result: Result, key: str) -> tuple[str, str]:
    one = result.label_calibration[key]
    return f"{one.error:.3f}", f"{one.brier:.3f}"


def _missing(result: Result) -> str:
    one = result.presence_overall
    figures = f"P {one.precision:.3f} · R {one.recall:.3f} ({one.right}/{one.missing})"
    return f"<p>문서에 없는 항목을 없다고 함 · topics missing from a document, told as missing: {figures}</p>"


def _parts(title: str, parts: Mapping[str, Scores]) -> str:
    rows = [
        (name, f"{one.micro.f1:.3f}", f"{one.macro.f1:.3f}", f"{one.exact:.3f}", str(one.units))
        for name, one in parts.items()
    ]
    head = (title, "micro F1", "macro F1", "일치 · exact", "단위 · units")
    return f"<h3>{escape(title)}</h3>" + table(head, rows)
