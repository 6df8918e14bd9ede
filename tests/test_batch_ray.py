"""The engine on Ray: the same bytes as the local one, killed actors replaced, errors named. Clusters start slowly."""

import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyarrow
import pytest
from batch_stand_in import DEADLY, IDENTITY, ROOT, StandInJob, hashes, options, work
from typer.testing import CliRunner

from data.gold import LabelledDocument
from model.bundle import Bundle
from serve.batch.engine import EngineError
from serve.batch.manifest import software
from serve.batch.ray_engine import ROUND, ROUND_BYTES, RayEngine, ShardActor, check_reachable, rounds, share_of_gpu
from serve.batch.shard import Input, Shard
from serve.batch.shard_labeller import ShardResult, WorkerSettings
from serve.batch.shard_worker import work as load_and_work
from serve.batch.table import TableFormat
from serve.cli import app

SETTINGS = WorkerSettings(Path("no model"), IDENTITY, TableFormat.jsonl)
SCRIPT = Path(__file__).parent / "batch_stand_in.py"


def answer(actor: ShardActor, *contents: bytes) -> ShardResult | str:
    inputs = tuple(Input(str(number), raw, "0" * 64) for number, raw in enumerate(contents))
    batch = pyarrow.table({"shard": [pickle.dumps(Shard(3, "key", inputs))]})
    return pickle.loads(actor(batch)["result"][0].as_py())


def test_an_actor_labels_and_survives_a_deadly_document() -> None:
    actor = ShardActor(SETTINGS, False, software("jsonl"), work)
    found = answer(actor, b"1", DEADLY, b"3")
    assert isinstance(found, ShardResult)
    assert (found.shard, [error.document for error in found.errors]) == (Shard(3, "key", ()), ["1"])
    again = answer(actor, b"1")
    assert isinstance(again, ShardResult)
    assert again.errors == ()


def test_other_software_on_a_node_is_named() -> None:
    actor = ShardActor(SETTINGS, False, {**software("jsonl"), "kiwipiepy": "0.1"}, work)
    assert "'kiwipiepy': '0.1'" in str(answer(actor, b"1"))
    assert str(answer(actor, b"1")).endswith("; install the same")


def test_a_bundle_that_a_node_lacks_is_named() -> None:
    assert "no model" in str(answer(ShardActor(SETTINGS, False, software("jsonl"), load_and_work), b"1"))


def test_rounds_are_bounded() -> None:
    small = [Shard(number, "", ()) for number in range(2 * ROUND + 1)]
    assert [len(together) for together in rounds(iter(small), 1)] == [ROUND, ROUND, 1]
    large = [Shard(number, "", (Input("", bytes(ROUND_BYTES // 2), ""),)) for number in range(5)]
    assert [len(together) for together in rounds(iter(large), 1)] == [2, 2, 1]
    assert [len(together) for together in rounds(iter(large), 2)] == [4, 1]


def test_actors_share_the_gpus() -> None:
    assert share_of_gpu({"GPU": 2.0}, workers=16) == 0.125
    assert share_of_gpu({"GPU": 4.0}, workers=2) == 1.0
    with pytest.raises(EngineError, match=r"the Ray cluster has no GPU; leave the option out"):
        share_of_gpu({"CPU": 2.0}, workers=2)


def test_ray_that_is_not_installed_is_named(
    tiny_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    (tmp_path / "a.txt").write_bytes(b"1")
    arguments = [tmp_path / "a.txt", "-o", tmp_path / "out", "--model", tiny_bundle.folder, "--engine", "ray"]
    result = CliRunner().invoke(app, ["batch", *map(str, arguments)])
    assert result.exit_code == 3
    assert "--engine ray needs Ray: pip install 'bangchim[ray]'" in result.stderr


def test_an_address_goes_with_ray(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["batch", "x", "-o", str(tmp_path / "out"), "--ray-address", "127.0.0.1:6379"])
    assert result.exit_code == 2
    assert "it goes with --engine ray" in result.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("policies")
    for number in range(120):
        (folder / f"{number:03}.txt").write_text("방침 " * number, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def unbroken(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the local engine gives."""
    output = tmp_path_factory.mktemp("unbroken") / "out"
    StandInJob(options(folder, output)).run_with(1)
    return hashes(output)


def start(folder: Path, output: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, SCRIPT, folder, output, "2", "ray"], stderr=subprocess.PIPE)


def below(process: int) -> list[int]:
    lists = [path.read_text(encoding="ascii") for path in Path(f"/proc/{process}/task").glob("*/children")]
    children = [int(child) for listed in lists for child in listed.split()]
    return [*children, *(one for child in children for one in below(child))]


def actors_of(job: "subprocess.Popen[bytes]") -> list[int]:
    return [one for one in below(job.pid) if b"ray::" in (command := command_of(one)) and b"MapBatches" in command]


def command_of(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.slow
def test_the_bytes_are_those_of_the_local_engine(folder: Path, unbroken: dict[str, str], tmp_path: Path) -> None:
    job = start(folder, tmp_path / "out")
    assert job.wait(300) == 0, job.communicate()
    assert hashes(tmp_path / "out") == unbroken


@pytest.mark.slow
def test_a_killed_actor_is_replaced(folder: Path, unbroken: dict[str, str], tmp_path: Path) -> None:
    job, output, killed = start(folder, tmp_path / "out"), tmp_path / "out", 0
    while job.poll() is None:
        if (output / "shards").exists() and any((output / "shards").iterdir()) and not killed:
            for actor in actors_of(job):
                os.kill(actor, signal.SIGKILL)
                killed += 1
        time.sleep(0.02)
    assert (job.returncode, killed > 0) == (0, True), job.communicate()
    assert hashes(output) == unbroken


@pytest.mark.slow
def test_the_local_engine_resumes_what_ray_began(folder: Path, unbroken: dict[str, str], tmp_path: Path) -> None:
    job, output = start(folder, tmp_path / "out"), tmp_path / "out"
    while not ((output / "shards").exists() and any((output / "shards").iterdir())):
        assert job.poll() is None, job.communicate()
        time.sleep(0.02)
    job.kill()
    job.communicate()
    StandInJob(options(folder, output)).run_with(1)
    assert hashes(output) == unbroken


@pytest.mark.slow
def test_the_command_gives_the_same_rows(tiny_bundle: Bundle, policies: list[LabelledDocument], tmp_path: Path) -> None:
    for policy in policies:
        (tmp_path / f"{policy.document.id}.txt").write_text(policy.document.text, encoding="utf-8")
    for engine in ("local", "ray"):
        command = [sys.executable, "-c", "from serve.cli import app; app()", "batch", f"{tmp_path}/*.txt", "-o"]
        choices = [f"{tmp_path}/{engine}", "--engine", engine, "--shard-size", "2", "--format", "parquet"]
        subprocess.run([*command, *choices, "--model", tiny_bundle.folder], cwd=ROOT, check=True)
    assert hashes(tmp_path / "ray") == hashes(tmp_path / "local")


@pytest.mark.slow
def test_a_cluster_that_runs_is_used(folder: Path, unbroken: dict[str, str], tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    ray = [str(Path(sys.executable).with_name("ray")), "start", "--head", "--block", "--include-dashboard=false"]
    choices = [f"--port={address.partition(':')[2]}", "--num-cpus=2"]
    environment = {**os.environ, "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token"}
    environment |= {"RAY_AUTH_TOKEN": "0" * 64, "RAY_USAGE_STATS_ENABLED": "0"}
    with subprocess.Popen([*ray, *choices], env=environment, stdout=subprocess.DEVNULL) as head:
        try:
            wait_for(address, head)
            command = [sys.executable, SCRIPT, folder, tmp_path / "out", "2", "ray", address]
            job = subprocess.run(command, env=environment, timeout=200)
        finally:
            head.terminate()
    assert job.returncode == 0
    assert hashes(tmp_path / "out") == unbroken


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(address: str, head: "subprocess.Popen[bytes]") -> None:
    while head.poll() is None:
        try:
            return check_reachable(address)
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"Ray did not start, exit status {head.returncode}")


@pytest.mark.parametrize("address", ["127.0.0.1:9", "nowhere"])
def test_a_cluster_that_is_not_there_is_named(address: str) -> None:
    pytest.importorskip("ray")
    with pytest.raises(EngineError, match=rf"no Ray cluster at {address} \(.*\); give HOST:PORT of one that runs"):
        RayEngine(1, address, SETTINGS)
