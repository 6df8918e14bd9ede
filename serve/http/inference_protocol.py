"""The Open Inference Protocol (KServe v2) as Triton, MLServer and KServe speak it; JSON tensors, no binary ones."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from data.labels import KEYS
from serve.http.failure import ServeError
from serve.http.patience import answer
from serve.http.queue import Result
from serve.http.service import Service
from serve.http.wire import Text
from serve.version import package_version

Output = Literal["scores", "labels"]


class TensorMetadata(BaseModel):
    """A tensor's name, type and shape; -1 is any size."""

    name: str
    datatype: Literal["BYTES", "FP32"]
    shape: list[int]


class ServerMetadata(BaseModel):
    """Which server this is."""

    name: str
    version: str
    extensions: list[str]


class ModelMetadata(BaseModel):
    """Which model this is, what goes in and what comes out."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


class ModelReady(BaseModel):
    """Whether the model answers."""

    name: str
    ready: bool


class Live(BaseModel):
    """Whether the server answers."""

    live: bool


class Ready(BaseModel):
    """Whether requests are taken."""

    ready: bool


class InputTensor(BaseModel):
    """Texts: shape (n) or (n, 1), the data flat or nested alike."""

    name: Literal["text"]
    shape: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1, max_length=2)]
    datatype: Literal["BYTES"]
    data: list[Text | list[Text]] = []


class RequestedOutput(BaseModel):
    """An output that is wanted."""

    name: Output
    parameters: dict[str, Any] = {}


class InferRequest(BaseModel):
    """One tensor of texts; all outputs, or those that are named."""

    id: str | None = None
    inputs: Annotated[list[InputTensor], Field(min_length=1, max_length=1)]
    outputs: list[RequestedOutput] = []


class OutputTensor(BaseModel):
    """Scores (n, 10) in the order of the labels, or the labels of each text (n) joined by spaces."""

    name: str
    datatype: Literal["BYTES", "FP32"]
    shape: list[int]
    data: list[float] | list[str]


class InferAnswer(BaseModel):
    """The outputs."""

    model_name: str
    model_version: str
    id: str | None = None
    outputs: list[OutputTensor]


_INPUTS = [TensorMetadata(name="text", datatype="BYTES", shape=[-1])]
_OUTPUTS = [
    TensorMetadata(name="scores", datatype="FP32", shape=[-1, len(KEYS)]),
    TensorMetadata(name="labels", datatype="BYTES", shape=[-1]),
]


def router(service: Service) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/v2")
    _add_server(routes, service)
    _add_model(routes, service)
    return routes


def _add_server(routes: APIRouter, service: Service) -> None:
    @routes.get("")
    async def server() -> ServerMetadata:
        """Which server this is."""
        return ServerMetadata(name="bangchim", version=package_version(), extensions=[])

    @routes.get("/health/live")
    async def live() -> Live:
        """Whether the process answers at all."""
        return Live(live=True)

    @routes.get("/health/ready")
    async def ready() -> Ready:
        """As /readyz."""
        service.require_ready()
        return Ready(ready=True)


def _add_model(routes: APIRouter, service: Service) -> None:
    def known(model: str, model_version: str | None = None) -> None:
        service.require_model(model)
        if model_version not in (None, _version(service)):
            raise ServeError("NotFound", f"no version '{model_version[:64]}'; there is '{_version(service)}'")

    @_both(routes.get, "")
    async def metadata(model: str, model_version: str | None = None) -> ModelMetadata:
        """What goes in and what comes out."""
        known(model, model_version)
        versions = [_version(service)]
        return ModelMetadata(name=model, versions=versions, platform="onnx", inputs=_INPUTS, outputs=_OUTPUTS)

    @_both(routes.get, "/ready")
    async def ready(model: str, model_version: str | None = None) -> ModelReady:
        """As /readyz."""
        known(model, model_version)
        service.require_ready()
        return ModelReady(name=model, ready=True)

    @_both(routes.post, "/infer", response_model_exclude_none=True)
    async def infer(model: str, body: InferRequest, request: Request, model_version: str | None = None) -> InferAnswer:
        """Scores and labels of each text."""
        known(model, model_version)
        texts, names = _texts(body), _names(body)
        results = await answer(request, service.label_texts(texts), service.limits.deadline)
        outputs = [_tensor(name, results) for name in names]
        return InferAnswer(model_name=model, model_version=_version(service), id=body.id, outputs=outputs)


def _both(method: Callable[..., Any], path: str, **options: Any) -> Callable[[Any], Any]:
    """Adds a route with and without a version in its path."""

    def add(function: Any) -> Any:
        method(f"/models/{{model}}/versions/{{model_version}}{path}", **options)(function)
        return method(f"/models/{{model}}{path}", **options)(function)

    return add


def _version(service: Service) -> str:
    return service.identity.sha256[:12]


def _texts(body: InferRequest) -> list[str]:
    (tensor,) = body.inputs
    texts = [text for item in tensor.data for text in ([item] if isinstance(item, str) else item)]
    if tensor.shape not in ([len(texts)], [len(texts), 1]) or not texts:
        raise ServeError(
            "Validation", f"inputs: {len(texts)} texts do not make the shape; expected JSON data, not binary"
        )
    return texts


def _names(body: InferRequest) -> Sequence[Output]:
    names: list[Output] = [output.name for output in body.outputs] or ["scores", "labels"]
    if any(output.parameters.get("binary_data") for output in body.outputs):
        raise ServeError("Validation", "outputs: binary tensors are not spoken here; send binary_data=false")
    return names


def _tensor(name: Output, results: Sequence[Result]) -> OutputTensor:
    if name == "labels":
        labels = [" ".join(result.labels) for result in results]
        return OutputTensor(name=name, datatype="BYTES", shape=[len(results)], data=labels)
    scores = [score for result in results for score in result.scores]
    return OutputTensor(name=name, datatype="FP32", shape=[len(results), len(KEYS)], data=scores)
