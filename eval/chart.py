"""Pictures as inline SVG: bars with intervals, reliability, confusion, a learning curve, accuracy against speed."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log2

from eval.bilingual import both
from eval.calibration import Bin
from eval.significance import Interval

WIDTH = 640
COLOURS = ("#2563eb", "#d97706", "#059669", "#7c3aed", "#dc2626")


def bars(values: Mapping[str, Sequence[Interval]], names: Sequence[str]) -> str:
    """For each row one bar a name, from 0 to 1, with its interval; on top the colours of the names."""
    height, left, legend = 8 + 14 * len(names), 190, 8 + 16 * len(names)
    parts = [_text(left, 14 + 16 * at, name, fill=COLOURS[at % len(COLOURS)]) for at, name in enumerate(names)]
    for row, (label, figures) in enumerate(values.items()):
        top = legend + row * height + 4
        parts.append(_text(left - 8, top + height / 2, label, "end"))
        for at, one in enumerate(figures):
            parts += _bar(left, top + 14 * at, WIDTH - left - 50, one, COLOURS[at % len(COLOURS)])
    return _svg(WIDTH, legend + height * len(values) + 8, parts, ", ".join(names))


def reliability(curve: Sequence[Bin]) -> str:
    """Share of true cases over predicted probability; the diagonal is perfect; a larger dot holds more cases."""
    size, margin = 320, 36
    span = size - 2 * margin

    def place(one: Bin) -> tuple[float, float]:
        return margin + span * one.probability, size - margin - span * one.share

    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, curve))
    parts = [
        f'<line x1="{margin}" y1="{size - margin}" x2="{size - margin}" y2="{margin}" stroke="#9ca3af" '
        'stroke-dasharray="4"/>',
        f'<rect x="{margin}" y="{margin}" width="{span}" height="{span}" fill="none" stroke="#d1d5db"/>',
        f'<polyline points="{points}" fill="none" stroke="{COLOURS[0]}" stroke-width="2"/>',
        *(_dot(*place(one), one.cases) for one in curve),
        _text(size / 2, size - 8, "확률 · probability", "middle"),
        _text(margin, margin - 10, "실제 비율 · share of true cases"),
    ]
    return _svg(size, size, parts, "reliability")


def curve(lines: Mapping[str, Sequence[tuple[int, Interval]]]) -> str:
    """For each name a line of figures from 0 to 1 over counts, which stand at even steps when they double."""
    height, margin = 320, 40
    counts = sorted({count for points in lines.values() for count, _ in points})
    across, span = (WIDTH - 2 * margin) / max(log2(counts[-1] / counts[0]), 1), height - 2 * margin
    parts = [_rule(margin, WIDTH - margin, height - margin - span * step / 4, step / 4) for step in range(5)]
    parts += [_text(margin + across * log2(one / counts[0]), height - 18, str(one), "middle") for one in counts]
    base = height - margin
    for at, (name, points) in enumerate(lines.items()):
        parts.append(_text(margin + 110 * at, 20, name, fill=COLOURS[at]))
        left = margin + 4 * at
        places = [
            (
                left + across * log2(count / counts[0]),
                base - span * one.value,
                base - span * one.low,
                base - span * one.high,
            )
            for count, one in points
        ]
        parts += _line(places, COLOURS[at])
    return _svg(WIDTH, height, parts, ", ".join(lines))


def tradeoff(points: Mapping[str, tuple[float, float]]) -> str:
    """For each name a dot: clauses a second, at even steps when they double, against a figure near 1."""
    height, margin = 320, 48
    rates, figures = zip(*points.values(), strict=True)
    low, high = floor(20 * min(figures)) / 20, ceil(20 * max(figures)) / 20
    first, last = floor(log2(min(rates))), ceil(log2(max(rates)))
    across, up = (WIDTH - 2 * margin) / max(last - first, 1), (height - 2 * margin) / max(high - low, 0.05)
    base = height - margin
    steps = [low + 0.05 * step for step in range(round((high - low) / 0.05) + 1)]
    parts = [_rule(margin, WIDTH - margin, base - up * (step - low), step) for step in steps]
    for power in range(first, last + 1):
        parts.append(_text(margin + across * (power - first), height - 26, f"{2**power:,}", "middle"))
    for at, (name, (rate, figure)) in enumerate(points.items()):
        x, y = margin + across * (log2(rate) - first), base - up * (figure - low)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{COLOURS[at % len(COLOURS)]}"/>')
        parts.append(_text(x, y - 12 if at % 2 else y + 22, name, "end" if x > WIDTH / 2 else "start"))
    parts.append(_text(margin, 18, "micro-F1"))
    parts.append(_text(WIDTH - margin, height - 6, "절/초 · clauses a second, the model alone", "end"))
    return _svg(WIDTH, height, parts, "accuracy against speed")


def matrix(rows: Mapping[str, Mapping[str, int]]) -> str:
    """Counts as shades, each row by its own sum: true label down, predicted label across."""
    cell, left, top = 40, 160, 120
    parts: list[str] = []
    for down, (label, counts) in enumerate(rows.items()):
        parts.append(_text(left - 6, top + cell * (down + 0.6), label, "end"))
        x, y = left + cell * (down + 0.5), top - 6
        parts.append(f'<text x="{x}" y="{y}" transform="rotate(-45 {x} {y})">{both(label, "tspan")}</text>')
        total = max(sum(counts.values()), 1)
        for across, number in enumerate(counts.values()):
            shade = f"rgba(37,99,235,{number / total:.3f})"
            parts.append(_rect(left + cell * across, top + cell * down, cell - 1, cell - 1, shade))
            if number:
                parts.append(_text(left + cell * (across + 0.5), top + cell * (down + 0.6), str(number), "middle"))
    side = cell * len(rows)
    return _svg(left + side + 90, top + side + 8, parts, "confusion")


def as_file(svg: str) -> str:
    """A picture that stands in a file of its own: its namespace, a white ground and a font come with it."""
    own = '<svg xmlns="http://www.w3.org/2000/svg" style="background:#fff" font-family="sans-serif" font-size="12" '
    return svg.replace("<svg ", own, 1) + "\n"


def _svg(width: float, height: float, parts: Sequence[str], label: str) -> str:
    head = f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img" aria-label="{escape(label)}">'
    return head + "".join(parts) + "</svg>"


def _line(points: Sequence[tuple[float, float, float, float]], colour: str) -> list[str]:
    """A line through (x, y), and at each x a bar between the two bounds that follow."""
    through = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in points)
    bounds = (f"M{x:.1f} {low:.1f}V{high:.1f}" for x, _, low, high in points)
    return [
        f'<polyline points="{through}" fill="none" stroke="{colour}" stroke-width="2"/>',
        f'<path d="{"".join(bounds)}" stroke="{colour}" stroke-width="5" stroke-opacity=".35"/>',
    ]


def _bar(left: float, top: float, span: float, one: Interval, colour: str) -> list[str]:
    """A bar of 12 units' height, a line from its low to its high bound, and its value."""
    low, high = left + span * one.low, left + span * one.high
    middle = top + 6
    whisker = f"M{low:.1f} {middle - 3:.1f}v6M{low:.1f} {middle:.1f}H{high:.1f}M{high:.1f} {middle - 3:.1f}v6"
    return [
        _rect(left, top, span * one.value, 12, colour, 0.75),
        f'<path d="{whisker}" fill="none" stroke="#111"/>',
        _text(max(high, left + span * one.value) + 4, top + 10, f"{one.value:.3f}"),
    ]


def _rule(left: float, right: float, y: float, value: float) -> str:
    rule = f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="#e5e7eb"/>'
    return rule + _text(left - 6, y + 4, f"{value:.2f}", "end")


def _text(x: float, y: float, text: str, anchor: str = "start", fill: str = "#111") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{both(text, "tspan")}</text>'


def _rect(x: float, y: float, width: float, height: float, fill: str, opacity: float = 1.0) -> str:
    size = f'width="{max(width, 0):.1f}" height="{height:.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{fill}" fill-opacity="{opacity}"/>'


def _dot(x: float, y: float, cases: int) -> str:
    radius = min(2 + cases**0.5 / 12, 12)
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{COLOURS[0]}" fill-opacity=".6"/>'
