"""The queue and the supervisor: permits, batches, and what happens when the worker fails, dies or hangs."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from data.document import Document
from serve.http.failure import ServeError
from serve.http.limits import ServeLimits
from serve.http.pace import ASSUMED, Pace
from serve.http.queue import Result
from serve.http.service import Service, stop
from tests.serving import RuleWorker, result_of, rule_service


def run(work: Callable[[Service, list[RuleWorker]], Awaitable[None]], **limits: float) -> None:
    """Runs the test within a service on RuleWorkers."""

    async def within() -> None:
        workers: list[RuleWorker] = []
        service = rule_service(ServeLimits(**limits), workers)  # type: ignore[arg-type]
        task = asyncio.create_task(service.run())
        try:
            async with asyncio.timeout(20):
                while not service.ready:
                    await asyncio.sleep(0.01)
                await work(service, workers)
        finally:
            await stop(task)

    asyncio.run(within())


async def ask(service: Service, *texts: str) -> list[Result | ServeError]:
    return await service.queue.label([Document("", text) for text in texts], record=False)


def test_each_gets_its_own_answer_whatever_stands_beside_it() -> None:
    async def work(service: Service, workers: list[RuleWorker]) -> None:
        texts = [["가" * (7 * n + m) for m in range(1, 4)] for n in range(20)]
        found = await asyncio.gather(*(ask(service, *group) for group in texts))
        assert found == [[result_of(text) for text in group] for group in texts]
        assert len(workers[0].batches) < 20

    run(work)


def test_batches_keep_to_their_budget_and_to_the_order() -> None:
    async def work(service: Service, workers: list[RuleWorker]) -> None:
        texts = ["가" * size for size in (400, 500, 200, 5000, 100, 100)]
        await ask(service, *texts)
        assert [text for batch in workers[0].batches for text in batch] == texts
        assert [len(batch) for batch in workers[0].batches] == [2, 1, 1, 2]

    run(work, batch_characters=1000)


def test_permits_are_counted_per_item() -> None:
    async def work(service: Service, _: list[RuleWorker]) -> None:
        with service.queue.permits(6):
            with pytest.raises(ServeError) as refused, service.queue.permits(3):
                pass
            assert refused.value.error_type == "Overloaded"
            with service.queue.permits(2):
                assert service.queue.items == 8
        with pytest.raises(ServeError) as too_many, service.queue.permits(7):
            pass
        assert too_many.value.error_type == "TooLarge"
        assert service.queue.items == 0

    run(work, items=6, items_together=8)


def test_work_that_waits_too_long_is_refused_but_one_large_document_is_taken() -> None:
    async def work(service: Service, _: list[RuleWorker]) -> None:
        assert len(await ask(service, "가" * 500)) == 1
        waiting = asyncio.create_task(ask(service, "slow"))
        await asyncio.sleep(0)
        with pytest.raises(ServeError) as refused:
            await ask(service, "가" * 500)
        assert refused.value.error_type == "Overloaded"
        await waiting
        assert service.queue.characters == 0

    run(work, wait_within=0.01)


def test_the_pace_follows_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("serve.http.pace.time.perf_counter", lambda: now)
    pace = Pace()
    assert pace.seconds_for(ASSUMED) == pytest.approx(1)
    for _ in range(100):  # two batches overlap, each takes 2 s, one comes back every second
        now += 1
        pace.labelled(500, now - 2)
    assert pace.seconds_for(500) == pytest.approx(1, rel=0.01)
    now += 1000  # nothing to do
    pace.labelled(500, now - 1)
    assert pace.seconds_for(500) == pytest.approx(1, rel=0.01)


def test_cancelled_work_is_taken_back() -> None:
    async def work(service: Service, workers: list[RuleWorker]) -> None:
        busy = [asyncio.create_task(ask(service, "slow", "가" * 100)) for _ in range(2)]
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(ask(service, "never asked"))
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.gather(*busy)
        assert all("never asked" not in batch for batch in workers[0].batches)
        assert service.queue.characters == 0

    run(work, batch_characters=50)


def test_a_text_that_fails_takes_no_other_with_it() -> None:
    async def work(service: Service, workers: list[RuleWorker]) -> None:
        found = await ask(service, "하나", "poison", "셋")
        assert found[0] == result_of("하나") and found[2] == result_of("셋")
        assert isinstance(found[1], ServeError) and found[1].error_type == "Backend"
        assert service.ready and len(workers) == 1

    run(work)


def test_a_worker_that_keeps_failing_is_replaced() -> None:
    async def work(service: Service, workers: list[RuleWorker]) -> None:
        found = [await ask(service, "poison") for _ in range(2)]
        assert all(isinstance(item[0], ServeError) for item in found)
        assert await ask(service, "하나") == [result_of("하나")]
        assert len(workers) == 2

    run(work)


def test_work_of_a_dead_worker_is_done_by_the_next() -> None:
    async def work(service: Service, workers: list[RuleWorker]) -> None:
        waiting = asyncio.create_task(ask(service, "slow", "둘"))
        await asyncio.sleep(0.05)
        workers[0].lost.set()
        assert await waiting == [result_of("slow"), result_of("둘")]
        assert len(workers) == 2

    run(work)


def test_a_text_that_kills_worker_after_worker_fails() -> None:
    async def work(service: Service, workers: list[RuleWorker]) -> None:
        found = await ask(service, "deadly", "둘")
        assert isinstance(found[0], ServeError) and found[1] == result_of("둘")
        assert len(workers) >= 2

    run(work)


def test_a_worker_that_hangs_is_replaced() -> None:
    async def work(service: Service, workers: list[RuleWorker]) -> None:
        workers[0].slowness = 60
        assert await ask(service, "slow") == [result_of("slow")]
        assert len(workers) == 2

    run(work, batch_within=0.5)


def test_a_draining_service_takes_nothing_new_and_finishes_the_rest() -> None:
    async def work(service: Service, _: list[RuleWorker]) -> None:
        waiting = asyncio.create_task(service.label_texts(["slow"]))
        await asyncio.sleep(0.05)
        service.supervisor.drain()
        with pytest.raises(ServeError) as refused:
            await service.label_texts(["둘"])
        assert refused.value.error_type == "Unhealthy"
        assert await waiting == [result_of("slow")]

    run(work)
