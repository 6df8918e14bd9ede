"""What can go wrong with a request: one table from the kind of failure to its status."""

from typing import Literal

from fastapi.responses import JSONResponse

from data.document import DocumentError, Reason

ErrorType = Literal[
    "Empty",
    "Malformed",
    "Unauthorized",
    "NotFound",
    "MethodNotAllowed",
    "SlowRequest",
    "TooLarge",
    "UnsupportedMediaType",
    "Validation",
    "Unreadable",
    "Overloaded",
    "Cancelled",
    "Backend",
    "Unhealthy",
    "Deadline",
]

STATUS: dict[ErrorType, int] = {
    "Empty": 400,
    "Malformed": 400,
    "Unauthorized": 401,
    "NotFound": 404,
    "MethodNotAllowed": 405,
    "SlowRequest": 408,
    "TooLarge": 413,
    "UnsupportedMediaType": 415,
    "Validation": 422,
    "Unreadable": 422,
    "Overloaded": 429,
    "Cancelled": 499,
    "Backend": 500,
    "Unhealthy": 503,
    "Deadline": 504,
}
_OF_REASON: dict[Reason, ErrorType] = {"empty": "Empty", "too-large": "TooLarge"}
_HEADERS: dict[ErrorType, dict[str, str]] = {
    "Unauthorized": {"www-authenticate": "Bearer"},
    "Overloaded": {"retry-after": "1"},
    "Unhealthy": {"retry-after": "2"},
    # The rest of the body was not read: this connection cannot be used again.
    "SlowRequest": {"connection": "close"},
    "TooLarge": {"connection": "close"},
}


class ServeError(Exception):
    """A request, or an item of it, that gets no answer: what is wrong, what was expected, what to do."""

    def __init__(self, error_type: ErrorType, error: str) -> None:
        super().__init__(error)
        self.error_type: ErrorType = error_type
        self.error = error

    @property
    def status(self) -> int:
        """The HTTP status."""
        return STATUS[self.error_type]

    @property
    def headers(self) -> dict[str, str]:
        """Headers that go with the status: Retry-After and the like."""
        return _HEADERS.get(self.error_type, {})

    def body(self) -> dict[str, str]:
        """The one shape of all errors."""
        return {"error": self.error, "error_type": self.error_type}

    def response(self) -> JSONResponse:
        """The answer."""
        return JSONResponse(self.body(), status_code=self.status, headers=self.headers)


def failure_of(error: DocumentError) -> ServeError:
    """The failure of an item whose document could not be read."""
    return ServeError(_OF_REASON.get(error.reason, "Unreadable"), str(error))


def failure_of_status(status: int) -> ServeError:
    """The failure for a status that the framework chose by itself."""
    match status:
        case 404:
            return ServeError("NotFound", "no such route; GET /openapi.json lists them")
        case 405:
            return ServeError("MethodNotAllowed", "this route takes another method; GET /openapi.json lists them")
        case 413:
            return ServeError("TooLarge", "the request is over a limit; GET /info lists the limits")
        case _:
            return ServeError("Malformed", "the body could not be parsed; GET /openapi.json tells what it should be")
