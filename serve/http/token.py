"""The bearer token: where it comes from, and the middleware that asks for it."""

import hashlib
import hmac
import os
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from serve.http.failure import ServeError

VARIABLE = "BANGCHIM_TOKEN"
OPEN = frozenset({"/", "/livez", "/readyz", "/health", "/v2/health/live", "/v2/health/ready"})
"""Routes that tell nothing worth guarding: health, and the page without any data."""

SHORTEST = 16


def read_token(file: Path | None) -> str | None:
    """The token in the file or else in the environment; None where there is neither. Raises ValueError."""
    if file is None and VARIABLE not in os.environ:
        return None
    try:
        token = file.read_text(encoding="ascii") if file else os.environ[VARIABLE]
    except (OSError, UnicodeError) as error:
        raise ValueError(f"{file}: the token cannot be read ({error}); expected a file of one ASCII line") from error
    token = token.strip()
    if len(token) < SHORTEST or not token.isascii() or not token.isprintable():
        where = file or VARIABLE
        raise ValueError(f"{where}: expected a token of {SHORTEST} ASCII characters or more: openssl rand -hex 32")
    return token


class TokenGuard:
    """Middleware that lets in only requests with `Authorization: Bearer <token>`."""

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self._app = app
        self._digest = _digest(token.encode()) if token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, or answers 401."""
        if scope["type"] == "http" and scope["path"] not in OPEN and not self._knows(scope):
            failure = ServeError("Unauthorized", "expected the header Authorization: Bearer and this server's token")
            await failure.response()(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        if self._digest is None:
            return True
        sent = [value for name, value in scope["headers"] if name == b"authorization"]
        scheme, _, token = sent[0].partition(b" ") if len(sent) == 1 else (b"", b"", b"")
        return hmac.compare_digest(_digest(token.strip()), self._digest) and scheme.lower() == b"bearer"


def _digest(token: bytes) -> bytes:
    """All of one length, so that comparing takes one time."""
    return hashlib.sha256(token).digest()
