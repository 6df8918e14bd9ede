"""How fast texts are labelled of late: so the queue holds as much as this machine, as busy as it is, can do in time."""

import math
import time

ASSUMED = 10_000
"""Characters a second before anything was measured: two cores."""

MEMORY = 10.0
"""Seconds of labelling after which an observation weighs a third."""


class Pace:
    """Characters and the seconds they took, older ones weighing less."""

    def __init__(self) -> None:
        self._characters, self._seconds = ASSUMED * MEMORY, MEMORY
        self._last = 0.0

    def labelled(self, characters: int, started: float) -> None:
        """A batch has come back that was sent at that time (perf_counter)."""
        now = time.perf_counter()
        # Batches overlap: the time until the one before came back was that one's.
        seconds = now - max(started, self._last)
        self._last = now
        kept = math.exp(-seconds / MEMORY)
        self._characters = kept * self._characters + characters
        self._seconds = kept * self._seconds + seconds

    def seconds_for(self, characters: int) -> float:
        """How long so many characters would take."""
        return characters * self._seconds / self._characters
