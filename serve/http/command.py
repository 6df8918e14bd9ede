"""The command `bangchim serve`: its options, checked before anything starts."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from model.bundle import BUNDLED, BundleError, read_bundle


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port.")] = 8000,
    model: Annotated[Path, typer.Option(help="A bundle; by default the one that ships.")] = BUNDLED,
    device: Annotated[str, typer.Option(help="auto, cpu (ONNX Runtime), cuda or torch.")] = "auto",
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; by default one a core.")] = None,
    token_file: Annotated[Path | None, typer.Option(help="A file with a bearer token; else $BANGCHIM_TOKEN.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="A limit, name=value; see GET /info.")] = None,
) -> None:
    """Answers over HTTP, with a page at /. SIGTERM finishes accepted work and ends. Exit status 2: bad arguments."""
    from serve.http import server  # the other commands run without a web framework
    from serve.http.limits import ServeLimits
    from serve.http.process import WorkerCommand
    from serve.http.token import read_token

    try:
        limits, token = ServeLimits.from_settings(settings or ()), read_token(token_file)
        folder = str(read_bundle(model).folder.resolve())
    except (BundleError, ValueError) as error:
        raise _ended(str(error)) from error
    wrong = server.run(WorkerCommand(folder, device, threads), limits, token, host, port)
    if wrong:
        raise _ended(wrong)


def _ended(message: str) -> typer.Exit:
    Console(stderr=True).print(f"bangchim: {message}", style="red", markup=False, soft_wrap=True)
    return typer.Exit(2)
