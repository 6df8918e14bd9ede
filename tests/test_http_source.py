"""Answers over HTTP: our server says what its model says; a small one that speaks like it shows what goes wrong."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from data.clause import ClauseSplitter
from data.document import Document
from data.gold import LabelledDocument, Unit
from data.labels import KEYS
from eval.contender import Opener
from eval.http_source import HttpSource
from eval.source import ClassifierSource
from model.bundle import BUNDLED
from model.classifier import load_classifier
from tests.serving import real_server

TEXT = "쿠키 🍪\n끝"
POLICY = LabelledDocument(Document("one", TEXT), (Unit(0, 4, "heading", ("cookies",)), Unit(5, 6, "body", ())))
INFO = {"model_id": "m", "model_sha": "0" * 64, "guideline": "1", "labels": [{"key": key} for key in KEYS]}


class Server(ThreadingHTTPServer):
    """Labels the first four characters of any text as cookies."""

    labels: Any = INFO["labels"]
    status = 200
    suffix = ""
    asked: list[tuple[str | None, dict[str, str]]]


class Handler(BaseHTTPRequestHandler):
    """GET /info and POST /v1/documents."""

    server: Server

    def do_GET(self) -> None:
        self._answer(INFO | {"labels": self.server.labels})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.headers.get("Authorization"), body))
        scores = dict.fromkeys(KEYS, 0.1) | {"cookies": 0.9}
        unit = {"start": 0, "end": 4, "kind": "heading", "labels": ["cookies"], "scores": scores}
        self._answer({"documents": [{"id": "document", "text": body["text"] + self.server.suffix, "units": [unit]}]})

    def _answer(self, record: object) -> None:
        failed = self.server.status != 200 and self.command == "POST"
        self.send_response(self.server.status if failed else 200)
        self.end_headers()
        error = {"error": "too busy; try again", "error_type": "Overloaded"}
        self.wfile.write(json.dumps(error if failed else record).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server(("127.0.0.1", 0), Handler) as running:
        running.asked = []
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()


def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def test_our_server_says_what_its_model_says(splitter: ClauseSplitter, policies: list[LabelledDocument]) -> None:
    with real_server(BUNDLED) as server:
        source = HttpSource(server.url)
        found = source.answers(policies[:1])
    here = ClassifierSource(load_classifier(BUNDLED, threads=1), splitter, "ours")
    expected = here.answers(policies[:1])
    assert source.identity == here.identity
    assert [one.unit for one in found] == [one.unit for one in expected]
    assert [one.labels for one in found] == [one.labels for one in expected]
    np.testing.assert_allclose([one.scores for one in found], [one.scores for one in expected], atol=1e-3)


def test_units_get_what_the_server_says(
    server: Server, splitter: ClauseSplitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGCHIM_TOKEN", "secret")
    source = HttpSource(address(server) + "/")
    heading, body = source.answers([POLICY])
    assert source.identity.id == "m"
    assert (heading.labels, body.labels) == ({"cookies"}, set())
    assert heading.scores[KEYS.index("cookies")] == 0.9
    assert server.asked == [("Bearer secret", {"text": TEXT})]


def test_errors_name_the_cure(server: Server, splitter: ClauseSplitter) -> None:
    source = HttpSource(address(server))
    server.suffix = "!"
    with pytest.raises(ValueError, match=r"read 'one' as another text"):
        source.answers([POLICY])
    server.status = 429
    with pytest.raises(ValueError, match=r"/v1/documents: status 429: too busy; try again"):
        source.answers([POLICY])
    with pytest.raises(ValueError, match=r"leave out --units gold"):
        Opener(splitter).contenders([address(server)], "gold")
    server.labels = None
    with pytest.raises(ValueError, match=r"/info: no .* in it; name the address of a bangchim serve"):
        HttpSource(address(server))
    server.labels = INFO["labels"][:9]
    with pytest.raises(ValueError, match=r"score a server of this version"):
        HttpSource(address(server))


def test_a_server_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(ValueError, match=r"http://127\.0\.0\.1:9: no answer .*start it by bangchim serve"):
        HttpSource("http://127.0.0.1:9")
