"""The wrong units as a part of the report: context, what was said instead, and the words that carried it."""

from collections.abc import Mapping, Sequence
from html import escape

from data.labels import COLUMN, LABELS
from eval.bilingual import both, two
from eval.errors import Carrier, Mistake
from eval.page import heading

LONGEST = 400
"""Characters of a unit that are shown; of its neighbours a quarter."""

_HEAD = ("확신 · sureness", "단위 · unit", "잘못 붙임 · added", "놓침 · missed")
_KOREAN = (
    "가장 확신하고 틀린 {number}개. <mark>노랑</mark>: 잘못 붙인 항목을 편든 낱말, "
    '<mark class="against">파랑</mark>: 놓친 항목을 막은 낱말, 수는 그 낱말이 확률에 더하는 값'
)
_ENGLISH = (
    "The {number} wrong units of which the model was surest. <mark>Yellow</mark>: words for a label that is wrong, "
    '<mark class="against">blue</mark>: words against one that was missed; numbers: what a word adds to it'
)


def wrong_units(found: Sequence[Mistake]) -> str:
    """A table that sorts; empty for a model without mistakes."""
    if not found:
        return ""
    heads = "".join(f"<th>{both(name)}" for name in _HEAD)
    rows = "".join(map(_row, found))
    legend = two(*(text.format(number=len(found)) for text in (_KOREAN, _ENGLISH)))
    title = f"{heading(3, '틀린 단위 · Wrong units')}<p>{legend}</p>"
    return f'{title}<table class="text"><thead><tr>{heads}</thead><tbody>{rows}</tbody></table>'


def _row(one: Mistake) -> str:
    place = f"<small>{escape(one.document)}:{one.start} · {one.kind} · {_short(one.heading)}</small>"
    around = [f"<small>{_short(text)}</small>" for text in (one.before, one.after)]
    unit = "<br>".join([place, around[0], _marked(one), around[1]])
    cells = (unit, *(_labels(labels, one.scores, one.words) for labels in (one.added, one.missed)))
    return f"<tr><td>{one.sureness:.3f}" + "".join(f"<td>{cell}" for cell in cells)


def _labels(labels: Sequence[str], scores: Mapping[str, float], words: Mapping[str, Sequence[Carrier]]) -> str:
    return "<br>".join(
        f"{two(LABELS[COLUMN[label]].korean, label)} {scores[label]:.2f}"
        + "".join(f"<br><small>{escape(one.word)} {one.effect:+.2f}</small>" for one in words.get(label, ()))
        for label in labels
    )


def _marked(one: Mistake) -> str:
    """The unit's text with its carrying words marked."""
    kinds = dict.fromkeys(one.added, "") | dict.fromkeys(one.missed, ' class="against"')
    marks = {carrier.start: (carrier, kinds[label]) for label in kinds for carrier in one.words.get(label, ())}
    parts, done, stop = [], one.start, min(one.end, one.start + LONGEST)
    for start, (carrier, kind) in sorted(marks.items()):
        end = start + len(carrier.word)
        if done <= start and end <= stop:
            parts += [_piece(one, done, start), f"<mark{kind}>{_piece(one, start, end)}</mark>"]
            done = end
    return "".join([*parts, _piece(one, done, stop), "…" if stop < one.end else ""])


def _piece(one: Mistake, start: int, end: int) -> str:
    return escape(one.text[start - one.start : end - one.start]).replace("\t", " │ ")


def _short(text: str) -> str:
    return escape(text[: LONGEST // 4]) + ("…" if len(text) > LONGEST // 4 else "")
