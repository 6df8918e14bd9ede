"""The server's process: uvicorn around the application, from the first signal to the exit status."""

import functools
import logging
import signal
import socket
from types import FrameType

import uvicorn

from serve.http.application import build
from serve.http.connection import connection_for
from serve.http.limits import ServeLimits
from serve.http.log import configure
from serve.http.process import WorkerCommand, WorkerProcess
from serve.http.service import Service

LOOPBACK = ("127.0.0.1", "::1", "localhost")

log = logging.getLogger("bangchim")


class Server(uvicorn.Server):
    """uvicorn, but a signal drains the service, and a clean end is exit status 0."""

    def __init__(self, service: Service, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Not ready from now on. A second Ctrl-C does not wait for accepted work."""
        self._service.supervisor.drain()
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Says where it listens."""
        await super().startup(sockets)
        for listener in self.servers:
            for bound in listener.sockets:
                log.info("listening", extra={"address": "{}:{}".format(*bound.getsockname()[:2])})

    async def on_tick(self, counter: int) -> bool:
        """Also ends when the model proves to be broken."""
        return await super().on_tick(counter) or bool(self._service.supervisor.broken)


def run(command: WorkerCommand, limits: ServeLimits, token: str | None, host: str, port: int) -> str:
    """Serves until a signal comes. What is wrong with the model, if something is, else nothing."""
    configure()
    if host not in LOOPBACK and not token:
        log.warning("open to the network without a token", extra={"address": host})
    service = Service(functools.partial(WorkerProcess.start, command), limits)
    Server(service, _config(service, token, host, port)).run()
    return service.supervisor.broken


def _config(service: Service, token: str | None, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        build(service, token),
        host=host,
        port=port,
        http=connection_for(service.limits),
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=int(service.limits.drain_within),
    )
