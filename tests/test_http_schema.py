"""schemathesis against the real server: whatever the schema allows is answered as it says, all else refused."""

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from model.bundle import Bundle
from tests.serving import RealServer, real_server

CONFIG = """
[parameters]
model = "{model}"
model_version = "{version}"

# That a text is a policy in Korean, and that a tensor has its shape, no schema can say.
[[operations]]
include-path-regex = "/v1/documents|infer"
checks.positive_data_acceptance.expected-statuses = ["2xx", "413", "422"]
"""


def cases(server: RealServer, folder: Path, *arguments: str) -> int:
    """Requests that schemathesis made, all checks of all answers passed."""
    (model,) = httpx.get(f"{server.url}/v2/models/{_name(server)}").json()["versions"]
    (folder / "schemathesis.toml").write_text(CONFIG.format(model=_name(server), version=model))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run"]
    command += [f"{server.url}/openapi.json", "--checks", "all", "--seed", "7", "--continue-on-failure", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    made = re.search(r"(\d+) generated", done.stdout)
    assert made, done.stdout
    assert "bangchim_ready 1.0" in httpx.get(f"{server.url}/metrics").text
    return int(made[1])


def _name(server: RealServer) -> str:
    return str(httpx.get(f"{server.url}/info").json()["model_id"])


def test_some_hundred_requests_are_answered_as_the_schema_says(tiny_bundle: Bundle, tmp_path: Path) -> None:
    with real_server(tiny_bundle.folder) as server:
        assert cases(server, tmp_path, "--phases", "fuzzing", "--max-examples", "60") >= 300


@pytest.mark.slow
def test_ten_thousand_requests_are_answered_as_the_schema_says(tiny_bundle: Bundle, tmp_path: Path) -> None:
    with real_server(tiny_bundle.folder) as server:
        assert cases(server, tmp_path, "--phases", "coverage,fuzzing", "--max-examples", "1700") >= 10_000
