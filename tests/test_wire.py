"""Requests and limits as they are read: what is taken, what is refused and how it is named."""

import pytest
from pydantic import ValidationError

from serve.http.limits import ServeLimits
from serve.http.wire import ClassifyRequest, DocumentsRequest, PredictRequest


@pytest.mark.parametrize("inputs", ["가", ["가", "나"], [["가"], ["나"]]])
def test_inputs_of_tei(inputs: object) -> None:
    assert PredictRequest.model_validate({"inputs": inputs, "raw_scores": False, "unknown": 1}).inputs == inputs


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (PredictRequest, {"inputs": [["가", "나"]]}),
        (PredictRequest, {"inputs": "\ud800"}),
        (ClassifyRequest, {"input": []}),
        (DocumentsRequest, {}),
        (DocumentsRequest, {"text": "가", "documents": [{"text": "가"}]}),
        (DocumentsRequest, {"text": "가", "langauge": "ko"}),
        (DocumentsRequest, {"text": "가", "id": "x" * 201}),
    ],
)
def test_refused(model: type[PredictRequest], body: object) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(body)


def test_limits_from_settings() -> None:
    limits = ServeLimits.from_settings(["items=7", "deadline=2.5"])
    assert (limits.items, limits.deadline, limits.body) == (7, 2.5, ServeLimits().body)
    for wrong, message in (
        ("item=3", "no limit 'item'; one of"),
        ("items=x", "expected a number"),
        ("items=0", "over 0"),
    ):
        with pytest.raises(ValueError, match=message):
            ServeLimits.from_settings([wrong])
