"""Errors that name their cure, shown as one line and exit status 1."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console


@contextmanager
def refusals() -> Iterator[None]:
    """Around a command's work."""
    try:
        yield
    except (ValueError, RuntimeError, OSError) as error:
        Console(stderr=True).print(f"bangchim-eval: {error}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from error
