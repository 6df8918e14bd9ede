"""Bodies of requests: refused when too large, too slow, too many together, or of a type that nobody reads."""

import asyncio
import re
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve.http.failure import ServeError
from serve.http.limits import ServeLimits

JSON = "application/json"
FORM = "multipart/form-data"
TAKES_FILES = "/v1/documents"
TAKES_JSON = re.compile(r"/predict|(/v1)?/classify|/v2/models/.+/infer")


class BodyGuard:
    """Middleware that counts and times what arrives."""

    def __init__(self, app: ASGIApp, limits: ServeLimits) -> None:
        self._app, self._limits = app, limits
        self._bytes_together = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on while its body keeps within the limits, else answers itself."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        _name_type(scope)
        body = _Body(self, scope, receive, send)
        try:
            check_type(scope)
            body.check_announced()
            await self._app(scope, body.receive, body.send)
        except ServeError as failure:
            body.failure = failure
        finally:
            self._bytes_together -= body.size
        if body.failure and not body.answered:
            await body.failure.response()(scope, receive, send)

    def room_for(self, chunk: int) -> bool:
        """Takes so many bytes more, if the bodies of all requests leave room."""
        if self._bytes_together + chunk > self._limits.bytes_together:
            return False
        self._bytes_together += chunk
        return True

    def most(self, scope: Scope) -> int:
        """Bytes that this request may bring."""
        return self._limits.upload if _type(scope) == FORM else self._limits.body

    @property
    def within(self) -> float:
        """Seconds in which a body must arrive."""
        return self._limits.body_within


class _Body:
    """One request's body. The framework may swallow what `receive` raises, so `send` looks at it again."""

    def __init__(self, guard: BodyGuard, scope: Scope, receive: Receive, send: Send) -> None:
        self._guard, self._receive, self._send = guard, receive, send
        self._most, self._announced = guard.most(scope), _length(scope)
        self._end = time.monotonic() + guard.within
        self._complete = False
        self.size = 0
        self.failure: ServeError | None = None
        self.answered = False

    def check_announced(self) -> None:
        if self._announced > self._most:
            raise self._too_large()

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(self._end - time.monotonic()):
                message = await self._receive()
        except TimeoutError:
            within = self._guard.within
            raise self._fail(
                ServeError("SlowRequest", f"the body did not arrive within {within:g} s; send it")
            ) from None
        if message["type"] == "http.request":
            self._count(len(message.get("body", b"")))
            self._complete = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if self.failure and not self.answered:
            return  # What the framework makes of our own failure.
        self.answered = True
        await self._send(message)

    def _count(self, chunk: int) -> None:
        if self.size + chunk > self._most:
            raise self._fail(self._too_large())
        if not self._guard.room_for(chunk):
            raise self._fail(ServeError("Overloaded", "too many bytes are being received at once; try again"))
        self.size += chunk

    def _too_large(self) -> ServeError:
        return ServeError(
            "TooLarge", f"a body of over {self._most:,} bytes; send less, or the policy as a file of a form"
        )

    def _fail(self, failure: ServeError) -> ServeError:
        self.failure = failure
        return failure


def check_type(scope: Scope) -> None:
    """Raises ServeError where a body of this type means nothing to the route."""
    takes_files = scope["path"] == TAKES_FILES
    if scope["method"] != "POST" or not (takes_files or TAKES_JSON.fullmatch(scope["path"])):
        return  # No body is read; the router says 404 or 405.
    allowed = (JSON, FORM) if takes_files else (JSON,)
    if _type(scope) not in allowed:
        raise ServeError("UnsupportedMediaType", f"expected content-type {' or '.join(allowed)}")


def _name_type(scope: Scope) -> None:
    """Clients of the Open Inference Protocol name no type; it is JSON."""
    if scope["path"].startswith("/v2/") and not _type(scope):
        scope["headers"] = [*scope["headers"], (b"content-type", JSON.encode())]


def _type(scope: Scope) -> str:
    return _header(scope, b"content-type").partition(";")[0].strip().lower()


def _length(scope: Scope) -> int:
    length = _header(scope, b"content-length")
    return int(length) if length.isdecimal() and len(length) < 19 else 0


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
