"""The engine on a Ray cluster: Ray Data's map_batches sends shards to actors, each with a worker process of its own."""

import logging
import os
import pickle
import signal
import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from model.bundle import BUNDLED
from serve.batch.engine import EngineError
from serve.batch.manifest import software
from serve.batch.pool import Pool, Work
from serve.batch.shard import Shard
from serve.batch.shard_labeller import ShardResult, WorkerSettings
from serve.batch.shard_worker import work

ROUND = 32
"""Shards of an actor between two starts of Ray Data, which takes a list and no stream."""

ROUND_BYTES = 32_000_000
"""And bytes of their documents, which wait in Ray's store."""

CONNECT = 10.0
"""Seconds that the cluster has to answer."""

_STORE_BYTES = 100_000_000
_OTHER_ADDRESS = "give HOST:PORT of one that runs; if it asks for a token, set RAY_AUTH_MODE=token"
_QUIET = ("ray", "ray.data")


class RayEngine:
    """Actors on a cluster, each labelling the shards that Ray sends it; a local cluster where no address is given."""

    under_way = 0

    def __init__(self, workers: int | None, address: str | None, settings: WorkerSettings, work: Work = work) -> None:
        """`workers`: actors; by default one a core of the cluster. Raises EngineError."""
        self._ray = _connected(address, workers)
        self._settings, self._work = settings, work
        resources = self._ray.cluster_resources()
        self._workers = workers or max(1, int(resources.get("CPU", 1)))
        try:
            self._gpus = share_of_gpu(resources, self._workers) if settings.device == "cuda" else 0
        except EngineError:
            self.close()
            raise

    def run(self, shards: Iterator[Shard]) -> Iterator[ShardResult | None]:
        """The results as they come, round by round. Raises EngineError."""
        try:
            for together in rounds(shards, self._workers):
                yield from self._run_round(together)
        except self._ray.exceptions.RayError as error:
            cause = (str(error).strip() or type(error).__name__).splitlines()[-1]
            raise EngineError(f"Ray gave up ({cause}); see its logs, then --resume") from error

    def close(self) -> None:
        """Leaves the cluster; a local one ends."""
        self._ray.shutdown()

    def _run_round(self, shards: list[Shard]) -> Iterator[ShardResult]:
        import pyarrow

        whole = {shard.number: replace(shard, inputs=_without_contents(shard)) for shard in shards}
        mapped = self._mapped([pyarrow.table({"shard": [pickle.dumps(shard)]}) for shard in shards])
        shards.clear()  # Ray's store has them now.
        for row in mapped.iter_rows():
            result: ShardResult | str = pickle.loads(row["result"])
            if isinstance(result, str):
                raise EngineError(result)
            yield replace(result, shard=whole[result.shard.number])

    def _mapped(self, tables: list[Any]) -> Any:
        shipped = self._settings.model == BUNDLED
        return self._ray.data.from_arrow(tables).map_batches(
            ShardActor,
            fn_constructor_args=(self._settings, shipped, software(self._settings.format), self._work),
            batch_size=1,
            batch_format="pyarrow",
            compute=self._ray.data.ActorPoolStrategy(
                size=min(self._workers, len(tables)), max_tasks_in_flight_per_actor=2
            ),
            num_cpus=1,
            num_gpus=self._gpus,
        )


class ShardActor:
    """Labels shards on a node of the cluster by a pool of one, so that deadly documents are found as they are locally.

    The bundle that ships is the node's own; its hash is compared as everywhere.
    """

    def __init__(self, settings: WorkerSettings, shipped: bool, expected: Mapping[str, str], work: Work) -> None:
        """`expected`: versions of the software that the job was begun with."""
        self._expected, self._found = expected, software(settings.format)
        self._pool = Pool(1, replace(settings, model=BUNDLED) if shipped else settings, work)

    def __call__(self, batch: Any) -> Any:
        """A table of pickled shards in, one of pickled results out: an error is its message."""
        import pyarrow

        results = [pickle.dumps(self._label(pickle.loads(cell.as_py()))) for cell in batch["shard"]]
        return pyarrow.table({"result": results})

    def _label(self, shard: Shard) -> ShardResult | str:
        if self._found != self._expected:
            return f"a node of the cluster has {self._found}, this machine {self._expected}; install the same"
        try:
            (result,) = filter(None, self._pool.run(iter((shard,))))
        except EngineError as error:
            return str(error)
        return replace(result, shard=replace(shard, inputs=()))


def rounds(shards: Iterator[Shard], workers: int) -> Iterator[list[Shard]]:
    """The shards in lists that keep so many workers busy for a while and the memory small."""
    taken: list[Shard] = []
    used = 0
    for shard in shards:
        taken.append(shard)
        used += sum(len(item.raw) for item in shard.inputs)
        if len(taken) >= ROUND * workers or used >= ROUND_BYTES * workers:
            yield taken
            taken, used = [], 0
    if taken:
        yield taken


def _without_contents(shard: Shard) -> tuple[Any, ...]:
    return tuple(replace(item, raw=b"") for item in shard.inputs)


def share_of_gpu(resources: Mapping[str, float], workers: int) -> float:
    """Kiwi keeps a core busy for longer than its clauses keep a GPU: several actors share one."""
    if not resources.get("GPU"):
        raise EngineError("--device cuda: the Ray cluster has no GPU; leave the option out or add a node that has one")
    return min(1.0, int(1000 * resources["GPU"] / workers) / 1000)


def _connected(address: str | None, workers: int | None) -> Any:
    """Ray, connected to the cluster at the address or to one of this machine's own."""
    ray = _imported(local=address is None)
    before = signal.getsignal(signal.SIGTERM)
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR, "configure_logging": True}
    own = {"num_cpus": workers, "include_dashboard": False, "object_store_memory": _STORE_BYTES * (workers or 1)}
    try:
        if address:
            check_reachable(address)
        ray.init(address=address or "local", **quiet, **({} if address else own))
    except Exception as error:  # Ray's are of many kinds.
        cure = _OTHER_ADDRESS if address else "see /tmp/ray/session_latest/logs"
        raise EngineError(f"no Ray cluster at {address or 'this machine'} ({error}); {cure}") from error
    finally:
        signal.signal(signal.SIGTERM, before)  # Ray's own would end the job without a word.
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    return ray


def check_reachable(address: str) -> None:
    """Raises OSError or ValueError where nothing listens; Ray itself would try for minutes, without a word."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    socket.create_connection((host, int(port)), timeout=CONNECT).close()


def _imported(local: bool) -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Nothing is told to anybody.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # It warns of what Ray Data itself does in each round.
    if local:
        # Its processes listen on the loopback address alone: whoever reaches a port of Ray's may run code.
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise EngineError("--engine ray needs Ray: pip install 'bangchim[ray]'") from error
    return ray
