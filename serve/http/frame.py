"""Messages between the server and its worker: a header in JSON, then bytes as they are."""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TOGETHER = 2
"""Batches in work at a time: one with Kiwi, one with the encoder."""

LENGTHS = struct.Struct(">II")
"""What stands before each message: the lengths of its header and of its payload."""


@dataclass(frozen=True, slots=True)
class Message:
    """A header and a payload that nobody on the way needs to parse."""

    header: Mapping[str, Any]
    payload: bytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        """The message as it goes over a pipe."""
        header = json.dumps(self.header).encode("ascii")
        return LENGTHS.pack(len(header), len(self.payload)) + header + self.payload
