"""A batch that is killed, starved or disturbed: nothing half-written, and the same bytes in the end."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batch_stand_in import DEADLY, InPlace, StandInJob, check_final_names, hashes, options, work_stillborn

from serve.batch.engine import EngineError
from serve.batch.manifest import ManifestError
from serve.batch.pool import Pool
from serve.batch.whole_file import StoreError, lock

SCRIPT = Path(__file__).parent / "batch_stand_in.py"
DOCUMENTS = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("policies")
    for number in range(DOCUMENTS):
        (folder / f"{number:03}.txt").write_text("방침 " * number, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def unbroken(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    output = tmp_path_factory.mktemp("unbroken") / "out"
    StandInJob(options(folder, output)).run_with(1)
    return hashes(output)


def start(folder: Path, output: Path, workers: int = 2) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, SCRIPT, folder, output, str(workers)], stderr=subprocess.PIPE)


def kill_often(folder: Path, output: Path, unbroken: dict[str, str], kills: int, seed: int) -> None:
    chance = random.Random(seed)
    began = time.monotonic()
    assert start(folder, output.with_name(f"{output.name}-timed")).wait(120) == 0
    usual = time.monotonic() - began
    while kills:
        job = start(folder, output)
        try:
            job.wait(chance.uniform(0.3, 1.05) * usual)
        except subprocess.TimeoutExpired:
            job.kill()
            kills -= 1
        job.communicate()
        check_final_names(output, unbroken)
        if hashes(output) == unbroken:
            for path in [*output.rglob("part-*")][:: chance.randint(1, 3)]:
                path.unlink()
    assert start(folder, output).wait(120) == 0
    assert hashes(output) == unbroken


def test_a_killed_job_ends_with_the_same_bytes(folder: Path, unbroken: dict[str, str], tmp_path: Path) -> None:
    kill_often(folder, tmp_path / "out", unbroken, kills=4, seed=1)


@pytest.mark.slow
def test_a_job_killed_200_times(folder: Path, unbroken: dict[str, str], tmp_path: Path) -> None:
    for seed in range(20):
        kill_often(folder, tmp_path / f"out{seed}", unbroken, kills=10, seed=seed)


def children_of(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    commands = {int(child): Path(f"/proc/{child}/cmdline") for child in listed}
    return [child for child, path in commands.items() if path.exists() and b"spawn_main" in path.read_bytes()]


def kill_workers(folder: Path, output: Path, kills: int) -> int:
    job, done = start(folder, output), 0
    while job.poll() is None and done < kills:
        time.sleep(0.05)
        if (output / "shards").exists() and any((output / "shards").iterdir()):
            for child in children_of(job.pid)[:1]:
                os.kill(child, signal.SIGKILL)
                done += 1
                time.sleep(0.5)
    assert job.wait(300) == 0, job.communicate()
    return done


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds workers by /proc")
def test_a_killed_worker_is_replaced(folder: Path, unbroken: dict[str, str], tmp_path: Path) -> None:
    assert kill_workers(folder, tmp_path / "out", kills=1) == 1
    assert hashes(tmp_path / "out") == unbroken


@pytest.mark.slow
def test_50_killed_workers(folder: Path, unbroken: dict[str, str], tmp_path: Path) -> None:
    killed, runs = 0, 0
    while killed < 50:
        killed, runs = killed + kill_workers(folder, tmp_path / f"out{runs}", kills=3), runs + 1
        assert hashes(tmp_path / f"out{runs - 1}") == unbroken


def test_a_document_that_kills_workers_is_an_error(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name, content in (("a", b"1"), ("b", DEADLY), ("c", b"3")):
        (source / name).write_bytes(content)
    tally = StandInJob(options(source, tmp_path / "out")).run_with(1)
    assert (tally.documents, tally.errors) == (3, 1)
    assert "/in/b" in (tmp_path / "out" / "errors.jsonl").read_text(encoding="utf-8")


def test_workers_that_cannot_start_end_the_job(folder: Path, tmp_path: Path) -> None:
    job = StandInJob(options(folder, tmp_path / "out"))
    with pytest.raises(EngineError, match=r"3 workers died while they loaded the model .* fewer --workers"):
        job.run(lambda settings: Pool(1, settings, work_stillborn))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "open"])
@pytest.mark.parametrize("fails_at", [0, 7, 20])
def test_a_failing_disk_is_named_and_a_rerun_completes(
    folder: Path,
    unbroken: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    call: str,
    fails_at: int,
) -> None:
    output, calls = tmp_path / "out", iter(range(1 << 30))
    real = getattr(os, call)

    def failing(*arguments: object) -> object:
        if next(calls) >= fails_at:
            raise OSError(number, os.strerror(number))
        return real(*arguments)

    with monkeypatch.context() as patch, pytest.raises(StoreError, match=f"{os.strerror(number)}.*(--resume|-o)"):
        patch.setattr(f"serve.batch.whole_file.os.{call}", failing)
        run_in_place(folder, output)
    check_final_names(output, unbroken)
    assert not list(output.rglob(".part-*"))
    run_in_place(folder, output)
    assert hashes(output) == unbroken


def run_in_place(folder: Path, output: Path, **changes: object) -> None:
    """The job without processes."""
    StandInJob(options(folder, output, **changes)).run(lambda settings: InPlace())


def test_a_torn_manifest_is_named(folder: Path, unbroken: dict[str, str], tmp_path: Path) -> None:
    output = tmp_path / "out"
    run_in_place(folder, output)
    manifest = output / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:100])
    with pytest.raises(ManifestError, match=r"manifest.json: torn .* --overwrite writes it anew, what is done stays"):
        run_in_place(folder, output)
    run_in_place(folder, output, overwrite=True)
    assert hashes(output) == unbroken


@pytest.mark.parametrize("table", ["clauses", "documents", "shards"])
@pytest.mark.parametrize("harm", ["truncated", "flipped", "gone"])
def test_a_harmed_shard_is_done_again(
    folder: Path, unbroken: dict[str, str], tmp_path: Path, table: str, harm: str
) -> None:
    output = tmp_path / "out"
    run_in_place(folder, output)
    path = max((output / table).iterdir())
    content = path.read_bytes() or b"\0"
    changed = {"truncated": content[: len(content) // 2] or b"?", "flipped": b"\xff" + content[1:]}
    path.unlink() if harm == "gone" else path.write_bytes(changed[harm])
    run_in_place(folder, output)
    assert hashes(output) == unbroken


def test_a_file_that_vanishes_is_an_error_and_a_rerun_completes(unbroken: dict[str, str], tmp_path: Path) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in range(9):
        (folder / f"{number}.txt").write_bytes(b"x")
    engine = InPlace()
    engine.before_shard = lambda: (folder / "8.txt").unlink(missing_ok=True)
    StandInJob(options(folder, output)).run(lambda settings: engine)
    rows = "".join(path.read_text(encoding="utf-8") for path in sorted((output / "documents").iterdir()))
    assert rows.count('"document"') == 9  # Those that were listed: the one that is gone has a row and no hash.
    run_in_place(folder, output)
    run_in_place(folder, tmp_path / "fresh")
    assert hashes(output) == hashes(tmp_path / "fresh")


def test_two_jobs_on_one_output(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with lock(tmp_path / "out" / ".lock"), pytest.raises(StoreError, match="another job writes there; wait for it"):
        run_in_place(folder, tmp_path / "out")
    run_in_place(folder, tmp_path / "out")


def test_a_clock_set_back_changes_nothing(
    folder: Path, unbroken: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_in_place(folder, tmp_path / "out")
    monkeypatch.setattr(time, "time", lambda: 0.0)
    for path in (tmp_path / "out").rglob("part-*"):
        os.utime(path, (1, 1))
    run_in_place(folder, tmp_path / "out")
    assert hashes(tmp_path / "out") == unbroken


def test_terminated_jobs_stop_and_go_on(folder: Path, unbroken: dict[str, str], tmp_path: Path) -> None:
    job = start(folder, tmp_path / "out", workers=1)
    while not (tmp_path / "out" / "shards").exists():
        time.sleep(0.01)
    job.terminate()
    job.communicate()
    assert start(folder, tmp_path / "out").wait(60) == 0
    assert hashes(tmp_path / "out") == unbroken
