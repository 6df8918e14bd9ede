"""Tests of serve/http/worker.py: what it makes of a message, and that it starts with torch, too."""

import asyncio
import json
from dataclasses import asdict

from data.document import Document, Place
from model.bundle import Bundle
from serve.http.process import WorkerCommand, WorkerProcess
from serve.http.worker import document_of


def test_a_document_comes_out_of_a_message_as_it_went_in() -> None:
    document = Document(
        "방침.pdf", "글\n글", ("page 2: a picture without text",), (Place(0, "page 1"), Place(2, "page 3"))
    )
    assert document_of(json.loads(json.dumps(asdict(document) | {"record": True}))) == document


def test_torch_loads_in_a_worker(tiny_bundle: Bundle) -> None:
    """Torch imports the standard library's `http`, which no folder of ours may hide."""

    async def identity() -> str:
        worker = await WorkerProcess.start(WorkerCommand(str(tiny_bundle.folder), "torch", 1))
        await worker.end()
        return worker.identity.sha256

    assert asyncio.run(identity()) == tiny_bundle.sha256
