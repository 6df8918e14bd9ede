"""How long an answer is worked for: until its deadline, or until the client goes away."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from serve.http.failure import ServeError

T = TypeVar("T")


async def answer(request: Request, work: Coroutine[Any, Any, T], deadline: float) -> T:
    """What the work gives. Raises ServeError where it takes too long or nobody waits for it; it is cancelled then."""
    task = asyncio.create_task(work)
    gone = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((task, gone), timeout=deadline, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        if gone.done():
            raise ServeError("Cancelled", "the client went away")
        raise ServeError("Deadline", f"no answer within {deadline:g} s; send less at a time")
    finally:
        task.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
