"""Timers: how fast a worker drains a backlog, whether the inbox stays usable meanwhile, and how late they fire."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
WORKER = [sys.executable, "-m", "scripts.benchmark.backlog"]
LATEST = "late, at most, s"


def drained(size: int) -> dict[str, float]:
    """Start so many processes that wait for a timer, make all due, and let a worker fire them while pages are read."""
    from django.test import Client

    from scripts.benchmark import diagrams, product
    from scripts.benchmark.measuring import Samples

    product.deploy(diagrams.waiting_files())
    for _ in range(size):
        product.start(diagrams.WAITING, Samples())
    product.make_timers_due()
    client = Client(headers={"host": "testserver"})
    client.force_login(product.clerk(), backend="django.contrib.auth.backends.ModelBackend")
    pages = Samples()
    with subprocess.Popen([*WORKER, "drain"], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as worker:
        while worker.poll() is None:
            with pages.one():
                answer = client.get("/inbox/groups/")
            assert answer.status_code == 200, answer.status_code
        fired, seconds = (float(word) for word in worker.communicate()[0].split())
    assert fired == size, (fired, size)
    return {
        "timers": fired,
        "fired per second": fired / seconds,
        "first page of the inbox meanwhile, p50, ms": pages.p50_ms,
        "first page of the inbox meanwhile, p99, ms": pages.p99_ms,
    }


def lateness() -> dict[str, float]:
    """How long after their due moments timers fire when so many are due each second and a worker ticks each second."""
    from scripts.benchmark import diagrams, product
    from scripts.benchmark.measuring import Samples

    rate, seconds = 20, 15
    instances = [product.start(diagrams.WAITING, Samples()).pk for _ in range(rate * seconds)]
    with subprocess.Popen([*WORKER, "tick"], cwd=CHECKOUT) as worker:
        late = product.late_seconds(instances, rate)
        worker.terminate()
    assert len(late) == len(instances), len(late)
    return {"due per second": rate, "late, p50, s": late[len(late) // 2], LATEST: late[-1]}


def _work(task: str) -> None:
    """The worker: fires until nothing is due and tells how many in how many seconds, or ticks until it is ended."""
    import django

    django.setup()
    from workflows import jobs, timing

    while task == "tick":
        jobs.fire_timers()
        time.sleep(1)
    began, fired = time.perf_counter(), 0
    while more := timing.fire_due_timers(seconds=10):
        fired += more
    print(fired, time.perf_counter() - began)


if __name__ == "__main__":
    _work(sys.argv[1])
