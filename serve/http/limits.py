"""What one server takes on: bytes, items, characters, seconds. All of them are in GET /info."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

MOST_ITEMS = 1024
"""No server can be told to take more documents or texts in one request."""


@dataclass(frozen=True, slots=True)
class ServeLimits:
    """Limits and waiting times of the server; seconds unless said otherwise."""

    items: int = 32
    """Documents or texts of one request."""
    items_together: int = 64
    """Documents or texts of all requests that are being answered; one more is refused by 429."""
    characters: int = 300_000
    """Characters of one document or text."""
    wait_within: float = 15.0
    """Work that may wait, in seconds at the pace of late; what is over it is refused by 429 unless nothing else waits.
    Half of the deadline: what is accepted should be answered even if the machine slows down meanwhile."""
    body: int = 2_000_000
    """Bytes of a JSON body."""
    upload: int = 20_000_000
    """Bytes of an upload, all its files together, and of one file."""
    bytes_together: int = 64_000_000
    """Bytes of all bodies that are being received."""
    connections: int = 1024
    headers_within: float = 5.0
    """For a request's line and headers to arrive."""
    body_within: float = 20.0
    """For a request's body to arrive."""
    deadline: float = 30.0
    """From the end of a request to its answer."""
    batch_wait: float = 0.005
    """How long a batch waits for company. Not a deadline."""
    batch_characters: int = 20_000
    """Characters of one batch, about twice its tokens; a longer document is a batch of its own."""
    batch_within: float = 40.0
    """For one batch to be labelled; then the worker is taken for hung and replaced."""
    drain_within: float = 30.0
    """For accepted work to be finished after SIGTERM."""
    readers: int = 2
    """Files read at a time, each in a process of its own if need be."""

    @classmethod
    def from_settings(cls, settings: Sequence[str]) -> Self:
        """The defaults with each `name=value` put in. Raises ValueError naming what is not understood."""
        limits = cls()
        for setting in settings:
            name, _, value = setting.partition("=")
            changed: dict[str, Any] = {name: limits._read(name, value)}
            limits = replace(limits, **changed)
        return limits

    def _read(self, name: str, value: str) -> float:
        known = {field.name for field in fields(self)}
        if name not in known:
            raise ValueError(f"no limit '{name}'; one of {', '.join(sorted(known))}")
        kind = type(getattr(self, name))
        try:
            number: float = kind(value)
        except ValueError:
            raise ValueError(f"{name}={value}: expected a number such as {getattr(self, name)}") from None
        if not 0 < number < float("inf"):
            raise ValueError(f"{name}={value}: expected a number over 0")
        if name == "items" and number > MOST_ITEMS:
            raise ValueError(f"{name}={value}: expected {MOST_ITEMS} at most; send more requests instead")
        return number
