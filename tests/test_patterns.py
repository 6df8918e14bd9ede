"""No regular expression of data/ takes more than linear time, whatever text it meets."""

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import data

SIZE = 4_000
GROWTH = 4
NOISE = 0.03
"""Seconds below which nothing is measured."""

ANCHORED = frozenset(("_PAGE_NUMBER", "_RULE", "_TABLE_RULE", "_SECTION", "_OPENING", "_OPENS_AS_HTML", "_FENCE"))
"""Only ever matched at the beginning of a text."""

PIECES = (
    " ", "a", "가", "1", "-", "|", "*", "[", "(", "<", "\t", "\n", "=", "#", "`", "~", "_", "\\", ":", "&", "\u1100",
    "1.", "1-", "- ", "a-", "|-", "| ", "**a", "*a ", "[a](", "![", "(가", "제1", "제 1 조의 ", "<br", "<br ", "</p ",
    "<!--", "<meta ", "<?xml a", "skip ", "skip-", "cookie-", "display:", "white-space:", "white-space :  ",
    "list-style: a ", "① ", "다①", "■ ", "페이지", "page ", "> ", "1/1 ", "니다", "@a.", "- - ", "--- ", "|:-", "# # ",
)  # fmt: skip


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """Each compiled expression at the top of a module of data/, alone or in a tuple."""
    for module in pkgutil.walk_packages(data.__path__, "data."):
        if module.name.endswith(".child"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            members = value if isinstance(value, tuple) else (value,)
            flat = [part for member in members for part in (member if isinstance(member, tuple) else (member,))]
            compiled = [part for part in flat if isinstance(part, re.Pattern)]
            for number, part in enumerate(compiled):
                yield f"{module.name}.{name} {number}", part


def seconds(run: Callable[[Any], object], text: str | bytes) -> float:
    """Processor time of one run."""
    start = time.process_time()
    run(text)
    return time.process_time() - start


@pytest.mark.parametrize("pattern", [pytest.param(pattern, id=name) for name, pattern in patterns()])
def test_time_grows_no_more_than_linearly(pattern: re.Pattern[str], request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.id.split(".")[-1].split()[0]
    run = pattern.match if name in ANCHORED else pattern.findall
    for piece in PIECES:
        small, large = (piece * (size // len(piece)) + "!" for size in (SIZE, GROWTH * SIZE))
        if isinstance(pattern.pattern, bytes):
            small, large = small.encode(), large.encode()
        if seconds(run, large) > NOISE:
            # Measured anew, for the machine may be busy: the best of three.
            took, base = (min(seconds(run, text) for _ in range(3)) for text in (large, small))
            assert took < NOISE or took < 2.5 * GROWTH * base, piece


def test_the_patterns_are_found() -> None:
    assert len(list(patterns())) > 40
