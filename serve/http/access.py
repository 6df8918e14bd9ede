"""Around every request: its id, safe headers, one line in the log, its count and time. Sees no body."""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve.http.metrics import Metrics

REQUEST_ID = "x-request-id"
SAFE_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
QUIET = frozenset({"/livez", "/readyz", "/health", "/metrics", "/v2/health/live", "/v2/health/ready"})
"""Routes that are asked every few seconds: counted but not logged; the log tells when the state changes."""

_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)

log = logging.getLogger("bangchim")


class Access:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and tells how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _Request(scope, send)
        try:
            await self._app(scope, receive, request.send)
        except Exception as error:
            # The framework has answered 500; the message of the error may quote a text, so it stays untold.
            log.error("error", extra={"request_id": request.id, "reason": type(error).__name__}, exc_info=error)
        finally:
            self._tell(request)

    def _tell(self, request: "_Request") -> None:
        seconds = time.perf_counter() - request.start
        route = getattr(request.scope.get("route"), "path", "other")
        self._metrics.request(route, request.status, seconds)
        if route in QUIET:
            return
        facts = {"request_id": request.id, "method": request.scope["method"][:10], "route": route}
        log.info("request", extra={**facts, "status": request.status, "seconds": round(seconds, 4)})


class _Request:
    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope, self._send = scope, send
        self.start = time.perf_counter()
        self.status = 499  # Until an answer is under way: the client went, or was not waited for.
        sent = Headers(scope=scope).get(REQUEST_ID, "")
        self.id = sent if _ID.fullmatch(sent) else uuid.uuid4().hex

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[REQUEST_ID] = self.id
            for name, value in SAFE_HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)
