"""The documents in the body of a request: JSON, or files of a form."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from serve.http.failure import ErrorType, ServeError
from serve.http.limits import MOST_ITEMS, ServeLimits
from serve.http.service import Source
from serve.http.wire import DocumentsRequest

LONGEST_NAME = 200


async def read_sources(request: Request, limits: ServeLimits) -> tuple[list[Source], bool]:
    """The documents that were sent, and whether it was one alone. Raises ServeError."""
    if media_type(request) == "multipart/form-data":
        sources = await _files(request, limits)
        return sources, len(sources) == 1
    return _documents(await request.body())


def media_type(request: Request) -> str:
    """The content type without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def validation_failure(errors: Sequence[Mapping[str, Any]]) -> ServeError:
    """Where the body differs from what was expected, without quoting it."""
    first = next(filter(_has_too_many, errors), errors[0])
    # Besides names of fields and numbers of items there are pydantic's names for the ways a union may be read.
    place = ".".join(str(part)[:40] for part in first["loc"] if str(part).isidentifier() or isinstance(part, int))
    return ServeError(_kind(first), f"{place or 'body'}: {first['msg'][:200]}")


def _kind(error: Mapping[str, Any]) -> ErrorType:
    if _has_too_many(error):
        return "TooLarge"
    return "Malformed" if error["type"].startswith("json") else "Validation"


def _has_too_many(error: Mapping[str, Any]) -> bool:
    return bool(error["type"] == "too_long" and error["ctx"]["max_length"] == MOST_ITEMS)


def _documents(body: bytes) -> tuple[list[Source], bool]:
    try:
        # By json, not by pydantic: its tree of a million small values takes ten times the memory.
        content = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise ServeError("Malformed", "the body is no JSON in UTF-8") from None
    try:
        request = DocumentsRequest.model_validate(content)
    except ValidationError as error:
        raise validation_failure(error.errors(include_input=False, include_url=False)) from None
    if request.text is not None:
        return [Source(request.id, request.text)], True
    return [Source(item.id, item.text) for item in request.documents or ()], False


async def _files(request: Request, limits: ServeLimits) -> list[Source]:
    try:
        form = await request.form(max_files=limits.items, max_fields=limits.items, max_part_size=limits.body)
    except HTTPException as error:
        kind: ErrorType = "TooLarge" if error.detail.startswith("Too many") else "Malformed"
        raise ServeError(kind, f"the form could not be read: {error.detail}") from None
    try:
        files = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
        if not files:
            raise ServeError("Validation", "no file in the form; send one with curl -F file=@policy.html")
        return [Source((part.filename or "document")[:LONGEST_NAME], await part.read()) for part in files]
    finally:
        await form.close()
