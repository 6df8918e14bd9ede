"""Connections: uvicorn's protocol, but for clients that never finish their headers and for the shape of its errors."""

import asyncio
import json

from uvicorn.protocols.http.h11_impl import H11Protocol

from serve.http.access import SAFE_HEADERS
from serve.http.failure import ServeError
from serve.http.limits import ServeLimits


def connection_for(limits: ServeLimits) -> type[asyncio.Protocol]:
    """The protocol class under these limits; uvicorn makes its objects itself."""

    class Connection(_Connection):
        within, most = limits.headers_within, limits.connections

    return Connection


class _Connection(H11Protocol):
    """Ends a connection whose request's headers do not arrive in time."""

    within: float
    most: int
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        if len(self.connections) > self.most:
            self._refuse(ServeError("Overloaded", "too many connections; try again"))
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """A part of a request is there."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._unwatch()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What was sent is no HTTP."""
        self._refuse(ServeError("Malformed", "no sound HTTP/1.1 request"))

    def _watch(self) -> None:
        """Starts the clock where a request has begun but its headers are not complete, else stops it."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._unwatch()
        elif self._timer is None and not self.transport.is_closing():
            self._timer = self.loop.call_later(self.within, self._too_slow)

    def _unwatch(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if self.cycle is None or self.cycle.response_complete:
            self._refuse(ServeError("SlowRequest", f"no complete headers within {self.within:g} s"))

    def _refuse(self, failure: ServeError) -> None:
        """Answers without the framework, which has seen no request, and closes."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_raw(failure))
        self.transport.close()


def _raw(failure: ServeError) -> bytes:
    body = json.dumps(failure.body()).encode()
    headers = {**SAFE_HEADERS, **failure.headers, "connection": "close", "content-type": "application/json"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {failure.status} Refused\r\n{lines}content-length: {len(body)}\r\n\r\n".encode() + body
