"""The headings over each clause of a document."""

from collections.abc import Sequence

from data.clause import Clause
from data.marker import marker_style


def heading_paths(clauses: Sequence[Clause]) -> list[tuple[int, ...]]:
    """For each clause the numbers of the headings over it, outermost first.

    A heading closes the earlier ones from the same marker style on: '나.' ends '가.' but not '제3조'.
    """
    paths: list[tuple[int, ...]] = []
    open_headings: list[tuple[int, str]] = []
    for number, clause in enumerate(clauses):
        paths.append(tuple(heading for heading, _ in open_headings))
        if clause.kind == "heading":
            style = marker_style(clause.text)
            styles = [other for _, other in open_headings]
            if style in styles:
                del open_headings[styles.index(style) :]
            open_headings.append((number, style))
    return paths
