"""The headings over each clause of a document."""

from collections.abc import Sequence

from data.clause import Clause
from data.marker import marker_style


def heading_paths(clauses: Sequence[Clause]) -> list[tuple[int, ...]]:
    """For each clause the numbers of the headings over it, outermost first."""
    return paths_by_style([marker_style(clause.text) if clause.kind == "heading" else None for clause in clauses])


def paths_by_style(styles: Sequence[str | None]) -> list[tuple[int, ...]]:
    """For each clause the numbers of the headings over it, outermost first.

    `styles`: of each clause the style of its marker if it is a heading ('' without one), else
    None. A heading closes the earlier ones from the same style on: '나.' ends '가.' but not '제3조'.
    """
    paths: list[tuple[int, ...]] = []
    open_headings: list[tuple[int, str]] = []
    for number, style in enumerate(styles):
        open_styles = [other for _, other in open_headings]
        if style is not None and style in open_styles:
            del open_headings[open_styles.index(style) :]
        paths.append(tuple(heading for heading, _ in open_headings))
        if style is not None:
            open_headings.append((number, style))
    return paths
