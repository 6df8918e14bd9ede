"""Answers of our own endpoint, asked over HTTP."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from data.gold import LabelledDocument, Unit
from data.labels import KEYS
from eval.harness import Answer, align
from eval.words import Influence
from model.prediction import ModelIdentity, Prediction

SECONDS = 120
"""How long an answer may take."""

TOKEN = "BANGCHIM_TOKEN"
"""The variable of the environment that holds the server's bearer token, if it asks for one."""


class HttpSource:
    """A running `bangchim serve`. It cuts the documents by itself."""

    def __init__(self, address: str) -> None:
        """Asks the server who it is. Raises ValueError where it does not answer or knows other labels."""
        self._address = address.rstrip("/")
        info = self._ask("/info")
        try:
            labels = [label["key"] for label in info["labels"]]
            self.identity = ModelIdentity(info["model_id"], info["model_sha"], info["guideline"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"{address}/info: no {error} in it; name the address of a bangchim serve") from error
        if labels != list(KEYS):
            raise ValueError(f"{address}: its labels are {', '.join(labels)}; score a server of this version")

    def answers(self, documents: Sequence[LabelledDocument]) -> list[Answer]:
        """An answer for each unit, in order. One request a document."""
        return [found for labelled in documents for found in self._of(labelled)]

    def influences(self, answers: Sequence[Answer], documents: Sequence[LabelledDocument]) -> list[list[Influence]]:
        """Nothing: a word would cost a request."""
        return [[] for _ in answers]

    def _of(self, labelled: LabelledDocument) -> list[Answer]:
        (record,) = self._ask("/v1/documents", {"text": labelled.document.text})["documents"]
        if record["text"] != labelled.document.text:
            name = labelled.document.id
            raise ValueError(f"{self._address}: read '{name}' as another text; label the text as the server reads it")
        units = [Unit(unit["start"], unit["end"], unit["kind"], tuple(unit["labels"])) for unit in record["units"]]
        return align(labelled, units, [_prediction(unit) for unit in record["units"]])

    def _ask(self, path: str, body: Mapping[str, str] | None = None) -> Any:
        content = json.dumps(body).encode() if body else None
        try:
            with urlopen(Request(self._address + path, content, _headers()), timeout=SECONDS) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise ValueError(f"{self._address}{path}: status {error.code}: {_reason(error)}") from error
        except URLError as error:
            raise ValueError(f"{self._address}: no answer ({error.reason}); start it by bangchim serve") from error
        except ValueError as error:
            raise ValueError(f"{self._address}{path}: no JSON; name the address of a bangchim serve") from error


def _headers() -> dict[str, str]:
    token = os.environ.get(TOKEN)
    return {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token.strip()}"} if token else {})


def _reason(error: HTTPError) -> str:
    """What our server says is wrong, or what HTTP calls it."""
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError, TypeError):
        return str(error.reason)


def _prediction(unit: Mapping[str, Any]) -> Prediction:
    return Prediction(tuple(float(unit["scores"][key]) for key in KEYS), tuple(unit["labels"]))
