"""Tests of serve/http/worker.py: what it makes of a message."""

import json
from dataclasses import asdict

from data.document import Document, Place
from serve.http.worker import document_of


def test_a_document_comes_out_of_a_message_as_it_went_in() -> None:
    document = Document(
        "방침.pdf", "글\n글", ("page 2: a picture without text",), (Place(0, "page 1"), Place(2, "page 3"))
    )
    assert document_of(json.loads(json.dumps(asdict(document) | {"record": True}))) == document
