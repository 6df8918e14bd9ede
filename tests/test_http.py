"""The routes, on a worker that answers by rule: answers, errors, limits, token, health."""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.testclient import TestClient

from data.labels import KEYS
from serve.http.application import build
from serve.http.failure import STATUS
from serve.http.limits import ServeLimits
from serve.http.log import JsonFormatter
from serve.http.service import Service
from tests.serving import RuleWorker, result_of, rule_service

LIMITS = ServeLimits(items=4, items_together=8, characters=5000, body=20_000, upload=50_000)
POLICY = "제1조 (목적) 회사는 다음의 목적을 위하여 개인정보를 처리합니다."


@contextmanager
def ready(service: Service, token: str | None = None) -> Iterator[TestClient]:
    with TestClient(build(service, token), raise_server_exceptions=False) as client:
        while client.get("/readyz").status_code != 200:
            time.sleep(0.01)
        yield client


@pytest.fixture
def client() -> Iterator[TestClient]:
    with ready(rule_service(LIMITS)) as client:
        yield client


def test_one_text(client: TestClient) -> None:
    answer = client.post("/v1/documents", json={"text": POLICY})
    assert answer.status_code == 200
    assert answer.json() == {"documents": [{"text_length": len(POLICY)}]}


def test_a_text_is_kept_even_if_it_looks_like_markdown_and_a_file_is_not(client: TestClient) -> None:
    marked = f"# 개인정보 처리방침\n\n## 목적\n{POLICY}"
    assert client.post("/v1/documents", json={"text": marked}).json()["documents"] == [{"text_length": len(marked)}]
    files = [("file", ("a.md", marked.encode()))]
    assert client.post("/v1/documents", files=files).json()["documents"][0]["text_length"] < len(marked) - 4


def test_a_list_gets_an_answer_or_an_error_each(client: TestClient) -> None:
    documents = [{"text": POLICY}, {"id": "b", "text": " "}, {"id": "c", "text": "English only " * 9}, {"text": POLICY}]
    answer = client.post("/v1/documents", json={"documents": documents}).json()["documents"]
    assert [item.get("id") for item in answer] == [None, "b", "c", None]
    assert [item.get("error_type") for item in answer] == [None, "Empty", "Unreadable", None]


def test_one_bad_document_alone_is_an_error(client: TestClient) -> None:
    answer = client.post("/v1/documents", json={"text": "We collect your name. " * 9, "id": "policy"})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("policy: 0 Hangul")


def test_files(client: TestClient) -> None:
    page = f"<html><body><p>{POLICY}</p></body></html>".encode("cp949")
    files = [("file", ("a.txt", POLICY.encode())), ("file", ("b.html", page)), ("file", ("c.bin", bytes(range(256))))]
    answer = client.post("/v1/documents", files=files).json()["documents"]
    assert answer[:2] == [{"text_length": len(POLICY)}] * 2
    assert answer[2]["id"] == "c.bin" and answer[2]["error_type"] == "Unreadable"


def test_predict_speaks_tei(client: TestClient) -> None:
    one = client.post("/predict", json={"inputs": POLICY}).json()
    assert one[0] == {"label": result_of(POLICY).labels[0], "score": 0.9} and len(one) == len(KEYS)
    assert client.post("/predict", json={"inputs": [[POLICY], ["가"]]}).json()[0] == one
    assert client.post("/predict", json={"inputs": [POLICY, "가"]}).json()[0] == one
    raw = client.post("/predict", json={"inputs": POLICY, "raw_scores": True}).json()
    assert raw[0]["score"] == pytest.approx(2.1972, abs=1e-4)
    cut = client.post("/predict", json={"inputs": "가" * 6001, "truncate": True}).json()
    assert cut[0]["label"] == result_of("가" * 5000).labels[0]


@pytest.mark.parametrize("route", ["/v1/classify", "/classify"])
def test_classify_speaks_vllm(client: TestClient, route: str) -> None:
    answer = client.post(route, json={"input": [POLICY, "가"], "model": "rule", "user": "somebody"}).json()
    assert answer["object"] == "list" and answer["model"] == "rule"
    assert [item["index"] for item in answer["data"]] == [0, 1]
    assert answer["data"][0]["label"] == result_of(POLICY).labels[0]
    assert answer["data"][0]["num_classes"] == len(answer["data"][0]["probs"]) == len(KEYS)
    assert answer["usage"]["total_tokens"] == len(POLICY) + 1


def test_open_inference_protocol(client: TestClient) -> None:
    tensor = {"name": "text", "shape": [2], "datatype": "BYTES", "data": [POLICY, "가"]}
    answer = client.post("/v2/models/rule/infer", json={"id": "7", "inputs": [tensor]}).json()
    assert (answer["id"], answer["model_name"]) == ("7", "rule")
    assert answer["outputs"][0]["shape"] == [2, 10] and len(answer["outputs"][0]["data"]) == 20
    assert answer["outputs"][1]["data"] == [result_of(POLICY).labels[0], result_of("가").labels[0]]
    wrong = client.post("/v2/models/rule/infer", json={"inputs": [tensor | {"shape": [3]}]})
    assert wrong.status_code == 422
    assert client.get("/v2/models/other").status_code == 404
    assert client.get(f"/v2/models/rule/versions/{'0' * 12}/ready").json() == {"name": "rule", "ready": True}


LONG = "가" * 5001
INFER = {"inputs": [{"name": "text", "shape": [1], "datatype": "BYTES", "data": ["가"]}]}


@pytest.mark.parametrize(
    ("route", "body", "error_type"),
    [
        ("/predict", {"inputs": ""}, "Empty"),
        ("/predict", {"inputs": []}, "Validation"),
        ("/predict", {"inputs": [["가", "나"]]}, "Validation"),
        ("/predict", {"inputs": ["가"] * 5}, "TooLarge"),
        ("/predict", {"inputs": LONG}, "TooLarge"),
        ("/predict", {"inputs": "poison"}, "Backend"),
        ("/predict", {}, "Validation"),
        ("/predict", {"inputs": "가", "truncate": 0}, "Validation"),
        ("/v2/models/rule/versions/none/infer", INFER, "NotFound"),
        ("/v1/classify", {"input": "가", "model": "gpt"}, "NotFound"),
        ("/predict", {"inputs": [0] * 5000}, "TooLarge"),
        ("/v1/documents", {"documents": [0] * 5000}, "TooLarge"),
        ("/v1/documents", {str(number): 0 for number in range(17)}, "Validation"),
        ("/v1/documents", {"text": LONG}, "TooLarge"),
        ("/v1/documents", {"text": " "}, "Empty"),
        ("/v1/documents", {"text": "가", "documents": [{"text": "가"}]}, "Validation"),
        ("/v1/documents", {"texts": "가"}, "Validation"),
        ("/v1/documents", {"documents": [{"text": POLICY}] * 5}, "TooLarge"),
        ("/predict", {"inputs": "가" * 20_000}, "TooLarge"),
        ("/nowhere", {}, "NotFound"),
        ("/info", {}, "MethodNotAllowed"),
    ],
)
def test_errors_have_one_shape(client: TestClient, route: str, body: object, error_type: str) -> None:
    answer = client.post(route, json=body)
    assert answer.json()["error_type"] == error_type
    assert answer.status_code == STATUS[error_type]  # type: ignore[index]
    assert set(answer.json()) == {"error", "error_type"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "\\ud800"}',
        b'{"text": "a", "id": "\\ud800"}',
        b"{",
        b"[" * 15_000,
        b'"\xff"',
        b'{"inputs": "\\ud800"}',
        b"null",
        b"",
    ],
)
@pytest.mark.parametrize("route", ["/predict", "/v1/documents", "/v1/classify"])
def test_a_body_that_is_no_sound_json(client: TestClient, route: str, body: bytes) -> None:
    answer = client.post(route, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"error", "error_type"}


def test_types_that_nobody_reads(client: TestClient) -> None:
    for route, kind in (("/predict", "text/plain"), ("/v1/documents", "application/x-www-form-urlencoded")):
        answer = client.post(route, content=b"inputs=a", headers={"content-type": kind})
        assert answer.status_code == 415
    assert client.post("/v1/documents", data={"a": "b"}, files={}).status_code == 415
    broken = client.post("/v1/documents", content=b"--x", headers={"content-type": "multipart/form-data"})
    assert broken.json()["error_type"] == "Malformed"


def test_every_route_that_takes_a_body_refuses_other_types_and_every_other_route_any_body(client: TestClient) -> None:
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        route = path.format(model="rule", model_version="0" * 12)
        answer = client.post(route, content=b"a", headers={"content-type": "text/plain"})
        assert answer.status_code == (415 if "post" in methods else 405), route
        if answer.status_code == 405:
            assert answer.headers["allow"] == "GET"
    assert client.post("/nowhere", content=b"a", headers={"content-type": "text/plain"}).status_code == 404


def test_files_have_a_limit_of_their_own(client: TestClient) -> None:
    assert client.post("/v1/documents", files={"file": ("a.txt", b"a" * 50_001)}).status_code == 413
    assert client.post("/v1/documents", files={"file": ("a.txt", "가".encode() * 1600)}).status_code == 200


def test_health_and_info(client: TestClient) -> None:
    assert client.get("/livez").json() == client.get("/health").json() == {"state": "ready"}
    info = client.get("/info").json()
    assert info["model_id"] == "rule" and info["limits"]["characters"] == 5000
    assert [label["key"] for label in info["labels"]] == list(KEYS)


def test_before_the_model_is_loaded() -> None:
    service = rule_service()
    service.supervisor.drain()
    with TestClient(build(service)) as client:
        assert client.get("/livez").status_code == 200
        for route in ("/readyz", "/health", "/v2/health/ready"):
            assert client.get(route).status_code == 503
        answer = client.post("/predict", json={"inputs": "가"})
        assert answer.status_code == 503 and answer.headers["retry-after"]


def test_overload_is_429_with_retry_after() -> None:
    service = rule_service(LIMITS)
    service.queue.items = 7
    with ready(service) as client:
        for body in ({"inputs": ["가", "나"]}, {"inputs": [["가"], ["나"]]}):
            answer = client.post("/predict", json=body)
            assert answer.status_code == 429 and answer.headers["retry-after"] == "1"
        assert client.post("/predict", json={"inputs": "가"}).status_code == 200


def test_a_deadline_is_kept() -> None:
    workers: list[RuleWorker] = []
    with ready(rule_service(ServeLimits(deadline=0.1), workers)) as client:
        workers[0].slowness = 30
        answer = client.post("/predict", json={"inputs": "slow"})
        assert answer.status_code == 504 and answer.json()["error_type"] == "Deadline"


def test_token() -> None:
    token = "0123456789abcdef"
    routes = ("/v1/documents", "/predict", "/info", "/metrics", "/docs", "/openapi.json", "/v2", "/nowhere")
    file = {"file": ("a", POLICY.encode())}
    good = {"authorization": f"Bearer {token}"}
    with ready(rule_service(LIMITS), token) as client:
        for route in routes:
            for headers in ({}, {"authorization": "Bearer"}, {"authorization": f"Basic {token}"}):
                assert client.get(route, headers=headers).status_code == 401
        long = {"authorization": "Bearer " + "0" * 8000}
        assert client.get("/info", headers=long).headers["www-authenticate"] == "Bearer"
        assert client.post("/v1/documents", files=file).status_code == 401
        assert client.post("/v1/documents", files=file, headers=good).status_code == 200
        for route in ("/", "/livez", "/readyz", "/health"):
            assert client.get(route).status_code == 200


def test_headers_and_request_id(client: TestClient) -> None:
    answer = client.get("/info", headers={"x-request-id": "abc-1"})
    assert answer.headers["x-request-id"] == "abc-1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    made_up = client.get("/nowhere", headers={"x-request-id": "a b\\c" * 30}).headers["x-request-id"]
    assert len(made_up) == 32


def test_nothing_of_a_text_is_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.post("/predict", json={"inputs": "비밀번호는 무엇"}, headers={"x-request-id": "r-1"})
    client.post("/predict", json={"inputs": ["비밀번호는 무엇", "poison"]})
    client.post("/predict", json={"비밀번호는": "무엇"})
    client.post("/v1/documents", files={"file": ("비밀번호.txt", "비밀번호는 무엇".encode())})
    lines = [JsonFormatter().format(record) for record in caplog.records if record.name == "bangchim"]
    assert not any("비밀" in line or "무엇" in line for line in lines)
    first = next(json.loads(line) for line in lines if "r-1" in line)
    assert first["route"] == "/predict" and first["status"] == 200


def test_metrics(client: TestClient) -> None:
    client.post("/predict", json={"inputs": "가"})
    client.post("/predict", json={"inputs": ""})
    text = client.get("/metrics").text
    assert 'bangchim_requests_total{code="200",route="/predict"} 1.0' in text
    assert 'bangchim_requests_total{code="400",route="/predict"} 1.0' in text
    for name in (
        "queue_items 0.0",
        "queue_seconds 0.0",
        "ready 1.0",
        "batch_items_count 1.0",
        'stage_seconds_count{stage="queue"} 1.0',
    ):
        assert f"bangchim_{name}" in text
    assert 'bangchim_model{guideline="1",id="rule"' in text


def test_openapi_is_whole(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    names = set(schema["components"]["schemas"])
    references = {part.partition('"')[0] for part in json.dumps(schema).split('"#/components/schemas/')[1:]}
    assert references <= names
    assert {"/v1/documents", "/predict", "/v1/classify", "/classify", "/v2/models/{model}/infer"} <= set(
        schema["paths"]
    )
