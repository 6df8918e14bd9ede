"""Tests of eval/load.py, eval/soak.py and their commands, on a server of a few lines."""

import json
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from typer.testing import CliRunner

from data.document import Document
from eval import load, soak
from eval.__main__ import app
from eval.load import Reply, Run

DOCUMENTS = [Document("one", "제1조 (목적) 회사는 이름을 받습니다."), Document("two", "제2조 (파기) 지웁니다.")]


class Handler(BaseHTTPRequestHandler):
    """Two documents at a time, 20 ms each; what is more is refused."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    permits: ClassVar = threading.Semaphore(2)
    seen: ClassVar[list[tuple[str, str, str | None, bytes]]] = []

    def do_GET(self) -> None:
        self._answer(200)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.seen.append((self.path, self.headers["content-type"], self.headers["authorization"], body))
        if not self.permits.acquire(blocking=False):
            return self._answer(429)
        time.sleep(0.02)
        self.permits.release()
        self._answer(200)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "2")
        if status == 429:
            self.send_header("retry-after", "1")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


@pytest.fixture
def address() -> Iterator[str]:
    Handler.seen.clear()
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_clients_ask_one_after_the_other(address: str) -> None:
    run = load.closed_loop(address, load.of_documents(DOCUMENTS), clients=2, seconds=0.5)
    assert set(run.counts) == {200} and run.counts[200] == len(run.replies) == len(Handler.seen)
    assert 0.02 <= run.latency(50) <= run.latency(99)
    assert run.rate == pytest.approx(len(run.replies) / run.seconds)
    assert run.pulses and run.pulse(99) < 1
    assert {json.loads(body)["text"] for _, _, _, body in Handler.seen} == {one.text for one in DOCUMENTS}


def test_a_refused_client_comes_again_when_it_was_told_to(address: str) -> None:
    run = load.closed_loop(address, load.of_documents(DOCUMENTS), clients=6, seconds=0.5)
    assert run.counts[429] <= 4 and run.counts[200] > 4
    assert run.unexplained == 0


def test_a_rate_is_kept_whatever_the_answers(address: str) -> None:
    run = load.at_rate(address, load.of_documents(DOCUMENTS), rate=200, seconds=1)
    assert len(run.replies) == 200 and set(run.counts) == {200, 429}
    assert run.rate < 150


def test_kinds_of_requests(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGCHIM_TOKEN", "0123456789abcdef\n")
    with load.Client(address) as client:
        assert [client.ask(body).status for body in load.of_all_kinds(DOCUMENTS[:1])] == [200] * 3
    assert [(path, kind.partition(";")[0]) for path, kind, _, _ in Handler.seen] == [
        ("/v1/documents", "application/json"),
        ("/v1/documents", "multipart/form-data"),
        ("/predict", "application/json"),
    ]
    assert {token for _, _, token, _ in Handler.seen} == {"Bearer 0123456789abcdef"}
    assert DOCUMENTS[0].text.encode() in Handler.seen[1][3]


def test_no_answer_is_an_answer_of_its_own() -> None:
    with pytest.raises(ValueError, match="no answer; start it by bangchim serve"):
        load.require_ready("http://127.0.0.1:9")
    with pytest.raises(ValueError, match="expected http://host:port"):
        load.Client("localhost:8000")
    run = Run("none", 1.0, (Reply(0, 0.1), Reply(429, 0.1)), ())
    assert run.counts == {0: 1, 429: 1} and run.rate == 0 and run.unexplained == 1


def test_the_load_command(address: str, tmp_path: Path) -> None:
    out = tmp_path / "load.json"
    arguments = ["load", address, _policies(tmp_path), "--clients", "1,2", "--seconds", "1", "--over", "3"]
    result = CliRunner().invoke(app, [*arguments, "--json", str(out)])
    assert result.exit_code == 0, result.output
    assert "times that of 2 clients" in " ".join(result.output.split())
    one, two, beyond = json.loads(out.read_text(encoding="utf-8"))
    assert one["documents_per_second"] < two["documents_per_second"] and one["statuses"].keys() == {"200"}
    assert beyond["statuses"]["429"] > 0 and beyond["refused_without_retry_after"] == 0
    assert beyond["load"] == f"{3 * two['documents_per_second']:.1f} documents/s sent"
    wrong = CliRunner().invoke(app, ["load", address, _policies(tmp_path), "--clients", "1;2"])
    assert wrong.exit_code == 1 and "write 1,8,32,64" in wrong.output


def test_the_soak_command(address: str, tmp_path: Path) -> None:
    arguments = ["soak", address, _policies(tmp_path), "--pid", str(os.getpid()), "--minutes", "0.06", "--every", "1"]
    result = CliRunner().invoke(app, [*arguments, "--clients", "2"])
    assert result.exit_code == 0, result.output
    assert "after 1 s of warm-up: memory" in result.output and "statuses {200:" in result.output
    assert len([line for line in result.output.splitlines() if line.split()[0].isdecimal()]) >= 3


def test_what_is_held_is_seen(tmp_path: Path) -> None:
    before = soak.sample(os.getpid())
    held = bytearray(os.urandom(1 << 20)) * 64
    files = [(tmp_path / str(number)).open("w") for number in range(10)]
    after = soak.sample(os.getpid())
    assert after.memory - before.memory > 0.9 * len(held) and after.files - before.files == 10
    for file in files:
        file.close()
    periods = [soak.Period(end, sample, sample) for end, sample in ((10, after), (20, before), (30, after))]
    memory, opened = soak.growth(periods, warm_up=15)
    assert memory == pytest.approx(after.memory / before.memory - 1) and opened == 10
    with pytest.raises(ValueError, match="run for longer"):
        soak.growth(periods, warm_up=25)
    with pytest.raises(ValueError, match="no process 999999999"):
        soak.sample(999999999)


def _policies(folder: Path) -> str:
    path = folder / "policies.jsonl"
    lines = [json.dumps({"id": one.id, "text": one.text, "units": []}) + "\n" for one in DOCUMENTS]
    path.write_text("".join(lines), encoding="utf-8")
    return str(path)
