"""An evaluation as one HTML page in Korean and English: tables, pictures, and every figure's making."""

from collections.abc import Mapping, Sequence
from html import escape

from data.labels import LABELS
from eval.chart import bars, curve, matrix, reliability
from eval.curve import Curve, Point
from eval.errors import NONE, Mistake
from eval.metrics import Scores
from eval.page import heading, note, page, provenance, table
from eval.report_mistakes import wrong_units
from eval.result import Evaluation, Pair, Result
from eval.segmentation import Segmentation
from eval.significance import Interval, Spread


def render(evaluation: Evaluation, mistakes: Mapping[str, Sequence[Mistake]], learning: Curve | None = None) -> str:
    """The whole page. `mistakes`: of each result's name, those that are shown; `learning`: a curve measured before."""
    parts = [heading(1, "방침 분류 평가 · Evaluation"), _overview(evaluation.results), _legend(evaluation.results)]
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
    model, seeds = learning.model, len(learning.points[0].micro_seeds.values)
    korean = f"학습 방침 수에 따른 {model}의 F1: 추출 {seeds}번의 평균, 구간은 문서와 추출 단위 부트스트랩"
    english = f"F1 of {model} by training policies: mean, intervals over documents and draws (draws: {seeds})"
    return heading(2, "학습 곡선 · Learning curve") + note(f"{korean} · {english}") + curve(lines) + table(head, rows)


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
    often = any(len(one.seeds) > 1 for one in results)
    korean = f"본문과 표의 행 {units}개 기준, 구간은 {'문서와 학습' if often else '문서'} 단위 부트스트랩"
    english = f"{units} body and row units, intervals by bootstrap over documents{' and trainings' if often else ''}"
    return note(f"{korean} · {english}")


def _seeds(results: Sequence[Result]) -> str:
    """Only where a model was trained more than once."""
    rows = [
        (result.name, *_each(result.micro_seeds), *_each(result.macro_seeds))
        for result in results
        if len(result.seeds) > 1
    ]
    head = ("모델 · model", "micro F1", "± s", "macro F1", "± s")
    korean = "F1은 모든 학습의 평균이고, 신뢰도·누락·혼동·틀린 단위는 첫 번째 학습의 것"
    english = "F1 is the mean over all trainings; reliability, missing topics, confusion, wrong units are of the first"
    return (
        heading(2, "여러 번 학습 · Several trainings") + table(head, rows) + note(f"{korean} · {english}")
        if rows
        else ""
    )


def _each(one: Spread) -> tuple[str, str]:
    return " ".join(f"{value:.3f}" for value in one.values), _spread(one)


def _bars(results: Sequence[Result]) -> str:
    values = {
        f"{label.korean} · {label.english}": [result.label_f1[label.key] for result in results] for label in LABELS
    }
    title = heading(2, "항목별 F1과 95 % 구간 · F1 by label, 95 % intervals")
    return title + bars(values, [one.name for one in results])


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
    korean = "같은 문서에서의 차이. 구간: 짝지은 부트스트랩, p: 문서 단위 순열 검정, 여러 번 학습했으면 부트스트랩"
    english = "differences on the same documents; intervals: paired bootstrap; p: permutation of documents, "
    english += "or bootstrap where a model was trained several times"
    return heading(2, "모델 비교 · Comparison") + note(f"{korean} · {english}") + table(head, rows)


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
    title = heading(2, "단위 나누기 · Segmentation") + note("시작과 끝의 경계 · boundaries, starts and ends")
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
    parts += [heading(3, "확률의 신뢰도 · Reliability"), reliability(result.calibration.curve)]
    parts += [heading(3, "혼동 · Confusion"), note("행: 정답, 열: 예측 · rows: true, columns: predicted")]
    parts += [
        matrix(_shown(result.confusion)),
        _parts("종류 · kind", {_KINDS[kind]: one for kind, one in result.kinds.items()}),
    ]
    return "\n".join(parts + [_parts(_GROUPS[group], scores) for group, scores in result.groups.items()])


_KINDS = {"heading": "제목 · heading", "body": "본문 · body", "row": "표의 행 · row"}

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
    figures = f"P {one.precision:.3f}, R {one.recall:.3f} ({one.right}/{one.missing})"
    return note(f"문서에 없는 항목을 없다고 함: {figures} · topics missing from a document, told as missing: {figures}")


def _parts(title: str, parts: Mapping[str, Scores]) -> str:
    rows = [
        (name, f"{one.micro.f1:.3f}", f"{one.macro.f1:.3f}", f"{one.exact:.3f}", str(one.units))
        for name, one in parts.items()
    ]
    head = (title, "micro F1", "macro F1", "일치 · exact", "단위 · units")
    return heading(3, title) + table(head, rows)
