"""The Open Inference Protocol (KServe v2) as Triton, MLServer and KServe speak it; JSON tensors, no binary ones."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from data.labels import KEYS
from serve.http.failure import ServeError
from serve.http.limits import MOST_ITEMS
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


class _Request(BaseModel):
    """No number passes for a text, no 0 for false; other servers' fields are passed over."""

    model_config = ConfigDict(strict=True)


class InputTensor(_Request):
    """Texts: shape (n) or (n, 1), the data flat or nested alike."""

    name: Literal["text"]
    shape: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1, max_length=2)]
    datatype: Literal["BYTES"]
    data: Annotated[list[Text | Annotated[list[Text], Field(max_length=MOST_ITEMS)]], Field(max_length=MOST_ITEMS)] = []


class RequestedOutput(_Request):
    """An output that is wanted."""

    name: Output
    parameters: dict[str, Any] = {}


class InferRequest(_Request):
    """One tensor of texts; all outputs, or those that are named."""

    id: str | None = None
    inputs: Annotated[list[InputTensor], Field(min_length=1, max_length=1)]
    outputs: Annotated[list[RequestedOutput], Field(max_length=MOST_ITEMS)] = []


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

_MODEL = "/models/{model}"
_VERSION = f"{_MODEL}/versions/{{model_version}}"


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
    @routes.get(_MODEL)
    async def metadata(model: str) -> ModelMetadata:
        """What goes in and what comes out."""
        return _metadata(service, model, _version(service))

    @routes.get(_VERSION)
    async def metadata_of_version(model: str, model_version: str) -> ModelMetadata:
        """What goes in and what comes out."""
        return _metadata(service, model, model_version)

    @routes.get(f"{_MODEL}/ready")
    async def model_ready(model: str) -> ModelReady:
        """As /readyz."""
        return _ready(service, model, _version(service))

    @routes.get(f"{_VERSION}/ready")
    async def version_ready(model: str, model_version: str) -> ModelReady:
        """As /readyz."""
        return _ready(service, model, model_version)

    @routes.post(f"{_MODEL}/infer", response_model_exclude_none=True)
    async def infer(model: str, body: InferRequest, request: Request) -> InferAnswer:
        """Scores and labels of each text."""
        return await _infer(service, model, _version(service), body, request)

    @routes.post(f"{_VERSION}/infer", response_model_exclude_none=True)
    async def infer_by_version(model: str, model_version: str, body: InferRequest, request: Request) -> InferAnswer:
        """Scores and labels of each text."""
        return await _infer(service, model, model_version, body, request)


def _metadata(service: Service, model: str, version: str) -> ModelMetadata:
    _require(service, model, version)
    return ModelMetadata(name=model, versions=[version], platform="onnx", inputs=_INPUTS, outputs=_OUTPUTS)


def _ready(service: Service, model: str, version: str) -> ModelReady:
    _require(service, model, version)
    service.require_ready()
    return ModelReady(name=model, ready=True)


async def _infer(service: Service, model: str, version: str, body: InferRequest, request: Request) -> InferAnswer:
    _require(service, model, version)
    texts, names = _texts(body), _names(body)
    results = await answer(request, service.label_texts(texts), service.limits.deadline)
    outputs = [_tensor(name, results) for name in names]
    return InferAnswer(model_name=model, model_version=version, id=body.id, outputs=outputs)


def _require(service: Service, model: str, version: str) -> None:
    service.require_model(model)
    if version != _version(service):
        raise ServeError("NotFound", f"no version '{version[:64]}'; there is '{_version(service)}'")


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
