"""Routes in the shapes of other servers: text-embeddings-inference, and vLLM, SGLang and Dynamo."""

import math
import time
import uuid
from collections.abc import Sequence

from fastapi import APIRouter, Request

from data.labels import KEYS
from serve.http.patience import answer
from serve.http.queue import Result
from serve.http.service import Service
from serve.http.wire import Classification, ClassifyAnswer, ClassifyRequest, LabelScore, PredictRequest, Usage

_LEAST = 1e-7
"""Probabilities are kept this far from 0 and 1, so that their logits are numbers."""


def router(service: Service) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.post("/predict")
    async def predict(body: PredictRequest, request: Request) -> list[LabelScore] | list[list[LabelScore]]:
        """As text-embeddings-inference: the score of every label, the highest first. A flat list is a batch."""
        texts = _texts(body, service.limits.characters)
        results = await answer(request, service.label_texts(texts), service.limits.deadline)
        ranked = [_ranked(result, body.raw_scores) for result in results]
        return ranked[0] if isinstance(body.inputs, str) else ranked

    @routes.post("/v1/classify")
    @routes.post("/classify")
    async def classify(body: ClassifyRequest, request: Request) -> ClassifyAnswer:
        """As vLLM and SGLang. `probs` are ten probabilities that need not sum to 1: a text may have several labels."""
        service.require_model(body.model)
        texts = [body.input] if isinstance(body.input, str) else body.input
        results = await answer(request, service.label_texts(texts), service.limits.deadline)
        return _classifications(results, service.identity.id)

    return routes


def _texts(body: PredictRequest, most: int) -> list[str]:
    inputs = [body.inputs] if isinstance(body.inputs, str) else body.inputs
    texts = [item if isinstance(item, str) else item[0] for item in inputs]
    if not body.truncate:
        return texts
    from_left = body.truncation_direction.lower() == "left"
    return [text[-most:] if from_left else text[:most] for text in texts]


def _ranked(result: Result, raw: bool) -> list[LabelScore]:
    scored = sorted(zip(KEYS, result.scores, strict=True), key=lambda pair: -pair[1])
    return [LabelScore(label=label, score=_logit(score) if raw else score) for label, score in scored]


def _logit(score: float) -> float:
    kept = min(max(score, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))


def _classifications(results: Sequence[Result], model: str) -> ClassifyAnswer:
    tokens = sum(result.tokens for result in results)
    return ClassifyAnswer(
        id=f"classify-{uuid.uuid4().hex}",
        created=int(time.time()),
        model=model,
        data=[_classification(index, result) for index, result in enumerate(results)],
        usage=Usage(prompt_tokens=tokens, total_tokens=tokens),
    )


def _classification(index: int, result: Result) -> Classification:
    by_score = dict(zip(KEYS, result.scores, strict=True))
    best = max(result.labels, key=by_score.__getitem__, default=None)
    return Classification(
        index=index, label=best, probs=list(result.scores), num_classes=len(KEYS), labels=list(result.labels)
    )
