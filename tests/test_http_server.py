"""The real server with a real worker: its answers, clients of other servers, hostile sockets, kills and SIGTERM."""

import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from typer.testing import CliRunner

from data.document import read_document
from data.gold import LabelledDocument
from data.labels import KEYS
from model.bundle import Bundle
from serve.cli import app
from serve.http.wire import DocumentsAnswer
from serve.label import load_labeller
from serve.render import to_record
from tests.serving import RealServer, real_server

TEXT = "제1조 (개인정보의 수집 항목) 회사는 회원 가입 때 이름과 이메일을 수집합니다."
QUICK = ("--set", "headers_within=1", "--set", "body_within=1", "--set", "drain_within=20")


@pytest.fixture(scope="module")
def server(tiny_bundle: Bundle) -> Iterator[RealServer]:
    with real_server(tiny_bundle.folder, *QUICK) as server:
        yield server


def test_answers_are_the_library_s_own(
    server: RealServer, tiny_bundle: Bundle, policies: list[LabelledDocument]
) -> None:
    labeller = load_labeller(tiny_bundle.folder, threads=1)
    documents = [read_document(policy.document.text, policy.document.id) for policy in policies]
    expected = [to_record(policy) for policy in labeller.label(documents)]
    body = {"documents": [{"id": policy.document.id, "text": policy.document.text} for policy in policies]}
    together = httpx.post(f"{server.url}/v1/documents", json=body, timeout=60)
    DocumentsAnswer.model_validate_json(together.content)
    for answer, record in zip(together.json()["documents"], expected, strict=True):
        assert {key: answer[key] for key in record} == record
        counts = {topic["label"]: topic["clauses"] for topic in answer["topics"]}
        assert counts == {key: sum(key in unit["labels"] for unit in answer["units"]) for key in KEYS}
    alone = httpx.post(f"{server.url}/v1/documents", json=body["documents"][0], timeout=60)
    assert alone.json()["documents"][0] == together.json()["documents"][0]


def test_hugging_face_s_client_speaks_with_predict(server: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = pytest.importorskip("huggingface_hub")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    # Of a flat list, which text-embeddings-inference answers too, this client keeps the first.
    best = hub.InferenceClient(model=f"{server.url}/predict").text_classification(TEXT)
    answers = httpx.post(f"{server.url}/predict", json={"inputs": TEXT}, timeout=60).json()
    assert len(answers) == len(KEYS)
    assert (best.label, best.score) == (answers[0]["label"], answers[0]["score"])


def test_triton_s_client_speaks_with_v2(server: RealServer) -> None:
    triton = pytest.importorskip("tritonclient.http")
    client = triton.InferenceServerClient(server.url.removeprefix("http://"))
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("tiny")
    assert client.get_model_metadata("tiny")["outputs"][0]["shape"] == [-1, 10]
    tensor = triton.InferInput("text", [2], "BYTES")
    tensor.set_data_from_numpy(np.array([TEXT, "이름"], dtype=object), binary_data=False)
    outputs = [triton.InferRequestedOutput(name, binary_data=False) for name in ("scores", "labels")]
    answer = client.infer("tiny", [tensor], outputs=outputs)
    assert answer.as_numpy("scores").shape == (2, 10) and answer.as_numpy("labels").shape == (2,)
    client.close()


@pytest.mark.parametrize("within", [6.0, pytest.param(1.0, marks=pytest.mark.slow)])
def test_hostile_sockets_are_ended_and_the_rest_is_served(server: RealServer, within: float) -> None:
    """`within`: seconds for a refusal; in the default suite the machine may be busy."""
    before = _peak_memory(server.pid)
    slow = [_opened(server, b"POST /predict HTTP/1.1\r\nhost: a\r\n") for _ in range(200)]
    head = b"POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
    documents = head.replace(b"/predict", b"/v1/documents")
    cases = {
        b"GARBAGE\r\n\r\n": 400,
        head + b"content-length: 10\r\ncontent-length: 20\r\n\r\n": 400,
        head + b"content-length: 99999999999\r\n\r\n": 413,
        head + b"content-length: 1000\r\n\r\n{": 408,
        head + b"transfer-encoding: chunked\r\n\r\n" + b"10000\r\n" + b" " * 65536 + b"\r\n": 408,
        head + b"transfer-encoding: chunked\r\n\r\n" + (b"80000\r\n" + b" " * 524288 + b"\r\n") * 5: 413,
        _with_length(head, b"[" * 1_000_000): 400,
        _with_length(documents, b"[" * 1_000_000): 400,
        _with_length(head, b'{"inputs":[' + b'"a",' * 400_000 + b'"a"]}'): 413,
        _with_length(head, b'{"inputs":[' + b"0," * 990_000 + b"0]}"): 413,
        _with_length(head, b'{"inputs":[' + b"0," * 1_000_000 + b"0]}"): 413,
        _with_length(documents, b'{"documents":[' + b"0," * 990_000 + b"0]}"): 413,
        _with_length(documents, b'{"text":"a"' + b"".join(b',"%x":0' % n for n in range(180_000)) + b"}"): 422,
        b"GET / HTTP/1.1\r\nx: " + b"a" * 100_000: 400,
    }
    for sent, status in cases.items():
        start = time.monotonic()
        assert _status(server, sent) == status, sent[:120]
        assert time.monotonic() - start < within + (status == 408)  # the second that QUICK gives a slow body
    assert httpx.post(f"{server.url}/predict", json={"inputs": TEXT}, timeout=30).status_code == 200
    assert all(b" 408 " in _all(connection) for connection in slow)
    assert _peak_memory(server.pid) - before < 50_000_000


def test_a_client_that_goes_away_is_not_worked_for(server: RealServer) -> None:
    body = json.dumps({"text": (TEXT + "\n") * 3000}).encode()
    head = b"POST /v1/documents HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
    for _ in range(3):
        _opened(server, _with_length(head, body)).close()
    within = time.monotonic() + 30
    while time.monotonic() < within and "bangchim_queue_characters 0.0" not in httpx.get(f"{server.url}/metrics").text:
        time.sleep(0.1)
    assert "bangchim_queue_items 0.0" in httpx.get(f"{server.url}/metrics").text


def test_a_killed_worker_is_replaced_and_no_request_is_lost(server: RealServer) -> None:
    expected = httpx.post(f"{server.url}/predict", json={"inputs": TEXT}).json()
    answers: list[httpx.Response] = []
    body = {"inputs": [[TEXT]] * 20}
    asking = threading.Thread(target=lambda: answers.append(httpx.post(f"{server.url}/predict", json=body, timeout=60)))
    asking.start()
    time.sleep(0.02)
    os.kill(server.worker(), signal.SIGKILL)
    time.sleep(0.3)
    assert httpx.get(f"{server.url}/livez").status_code == 200
    server.wait_ready()
    asking.join()
    assert answers[0].status_code in (200, 503)
    assert answers[0].status_code == 503 or answers[0].json() == [expected] * 20
    assert httpx.post(f"{server.url}/predict", json={"inputs": TEXT}).json() == expected


def test_sigterm_finishes_what_was_accepted(tiny_bundle: Bundle) -> None:
    with real_server(tiny_bundle.folder, environment={"BANGCHIM_TOKEN": "0123456789abcdef"}) as server:
        assert httpx.get(f"{server.url}/info").status_code == 401
        headers = {"authorization": "Bearer 0123456789abcdef"}
        answers: list[int] = []

        def ask() -> None:
            body = {"text": (TEXT + "\n") * 300}
            answers.append(httpx.post(f"{server.url}/v1/documents", json=body, headers=headers, timeout=60).status_code)

        asking = [threading.Thread(target=ask) for _ in range(4)]
        for thread in asking:
            thread.start()
        while "bangchim_queue_items 4.0" not in httpx.get(f"{server.url}/metrics", headers=headers).text:
            assert len(answers) < 4
        assert server.stop() == 0
        for thread in asking:
            thread.join()
        assert answers == [200] * 4
    assert not any("이름" in line for line in server.log)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--set", "item=3"), "no limit 'item'; one of batch_characters,"),
        (("--set", "items=many"), "items=many: expected a number such as 32"),
        (("--token-file", "/nowhere"), "/nowhere: the token cannot be read"),
        (("--model", "/nowhere"), "no such file; a bundle is a folder"),
    ],
)
def test_bad_arguments_are_named(tiny_bundle: Bundle, arguments: tuple[str, ...], message: str) -> None:
    result = CliRunner().invoke(app, ["serve", "--model", str(tiny_bundle.folder), *arguments])
    assert result.exit_code == 2
    assert message in result.stderr.replace("\n", "")


def test_a_device_that_is_not_there_ends_the_server(tiny_bundle: Bundle) -> None:
    server = RealServer(tiny_bundle.folder, "--device", "abacus")
    assert server.wait(60) == 2
    assert any("no device 'abacus'; one of auto, cpu, cuda, torch" in line for line in server.log)


def _with_length(head: bytes, body: bytes) -> bytes:
    return head + b"content-length: %d\r\n\r\n" % len(body) + body


def _opened(server: RealServer, sent: bytes) -> socket.socket:
    host, _, port = server.url.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)), timeout=15)
    with contextlib.suppress(OSError):  # It may have answered and closed before it read all.
        connection.sendall(sent)
    return connection


def _status(server: RealServer, sent: bytes) -> int:
    return int(_all(_opened(server, sent)).split()[1])


def _all(connection: socket.socket) -> bytes:
    received = b""
    with connection, contextlib.suppress(OSError):
        while not received.endswith(b"}") and (chunk := connection.recv(65536)):
            received += chunk
    return received


def _peak_memory(pid: int) -> int:
    """Bytes that the process held at most since it began."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
