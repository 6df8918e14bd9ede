"""The routes of the server, and the application made of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from data.labels import LABELS, LAW_VERSION
from serve.http import compatible, inference_protocol
from serve.http.access import Access
from serve.http.body import BodyGuard
from serve.http.failure import ServeError, failure_of_status
from serve.http.metrics import CONTENT_TYPE
from serve.http.page.page import page_response
from serve.http.patience import answer
from serve.http.queue import Result
from serve.http.service import Service, Source, stop
from serve.http.token import TokenGuard
from serve.http.upload import read_sources, validation_failure
from serve.http.wire import DocumentFailure, DocumentsAnswer, DocumentsRequest, ErrorAnswer, InfoAnswer, LabelName
from serve.version import package_version

ERRORS: dict[int | str, dict[str, Any]] = {"4XX": {"model": ErrorAnswer}, "5XX": {"model": ErrorAnswer}}

_REFERENCE = "#/components/schemas/{model}"
_FILES = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
}
_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": {"$ref": _REFERENCE.format(model="DocumentsRequest")}},
        "multipart/form-data": {"schema": _FILES},
    },
}


def build(service: Service, token: str | None = None) -> ASGIApp:
    """The whole application: routes, errors, and the guards around them."""
    app = _application(service)
    _add_health(app, service)
    _add_documents(app, service)
    app.include_router(compatible.router(service), responses=ERRORS)
    app.include_router(inference_protocol.router(service), responses=ERRORS)
    return Access(TokenGuard(BodyGuard(app, service.limits), token), service.metrics)


def _application(service: Service) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        worker = asyncio.create_task(service.run())
        yield
        await stop(worker)

    app = FastAPI(title="bangchim", version=package_version(), lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_exception_handler(ServeError, _on_failure)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)
    return app


def _add_health(app: FastAPI, service: Service) -> None:
    @app.get("/livez", responses=ERRORS)
    async def livez() -> dict[str, str]:
        """Whether the process answers at all."""
        return {"state": service.supervisor.state}

    @app.get("/readyz", responses=ERRORS)
    @app.get("/health", responses=ERRORS)
    async def readyz() -> dict[str, str]:
        """Whether requests are taken: 503 while the model is loaded or its worker replaced, and when draining."""
        service.require_ready()
        return {"state": service.supervisor.state}

    @app.get("/info", responses=ERRORS)
    async def info() -> InfoAnswer:
        """Model, labels and limits."""
        return _info(service)

    @app.get("/metrics", response_class=PlainTextResponse, responses=ERRORS)
    async def metrics() -> Response:
        """For Prometheus."""
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)

    @app.get("/", include_in_schema=False)
    async def page() -> Response:
        return page_response("index.html")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return page_response("docs.html")


def _add_documents(app: FastAPI, service: Service) -> None:
    @app.post("/v1/documents", response_model=DocumentsAnswer, responses=ERRORS, openapi_extra={"requestBody": _BODY})
    async def documents(request: Request) -> Response:
        """Labels every clause of each policy: text or HTML as JSON, or files (PDF, HWP, HWPX, DOCX, HTML, text)."""
        sources, alone = await read_sources(request, service.limits)
        found = await answer(request, service.label_sources(sources), service.limits.deadline)
        if alone and isinstance(found[0], ServeError):
            raise found[0]
        items = b",".join(_item(source, item) for source, item in zip(sources, found, strict=True))
        return Response(b'{"documents":[' + items + b"]}", media_type="application/json")

    _describe(app)


def _item(source: Source, found: Result | ServeError) -> bytes:
    if isinstance(found, Result):
        return found.record
    return DocumentFailure(id=source.id, error=found.error, error_type=found.error_type).model_dump_json().encode()


def _describe(app: FastAPI) -> None:
    """Puts the request that is read by hand into the schema."""
    generated = app.openapi

    def openapi() -> dict[str, Any]:
        schema = generated()
        _, own = models_json_schema([(DocumentsRequest, "validation")], ref_template=_REFERENCE)
        schema["components"]["schemas"].update(own["$defs"])
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


def _info(service: Service) -> InfoAnswer:
    identity = service.identity
    return InfoAnswer(
        model_id=identity.id,
        model_sha=identity.sha256,
        guideline=identity.guideline,
        law=LAW_VERSION,
        version=package_version(),
        labels=[LabelName(**asdict(label)) for label in LABELS],
        limits=asdict(service.limits),
        state=service.supervisor.state,
    )


async def _on_failure(_: Request, failure: Exception) -> Response:
    assert isinstance(failure, ServeError)
    return failure.response()


async def _on_validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return validation_failure(error.errors()).response()


async def _on_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = failure_of_status(error.status_code).response()
    response.headers.update(error.headers or {})
    return response


async def _on_bug(_: Request, error: Exception) -> Response:
    return ServeError("Backend", "an error of ours; its place is in the log under this request's id").response()
