"""Completions by one process against several at a time, each with processes of its own to complete."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import IO

CHECKOUT = Path(__file__).resolve().parents[2]
MANY, ROUNDS = 4, 3
RATIO = f"{MANY} workers / 1 worker"


def side_by_side(approvals: int) -> dict[str, float]:
    """Completions per second of one and of several worker processes, measured by turns: medians of the rounds."""
    measured = [(_per_second(1, approvals), _per_second(MANY, approvals)) for _ in range(ROUNDS)]
    one, several = (median(column) for column in zip(*measured, strict=True))
    return {
        "completions per second, 1 worker": one,
        f"completions per second, {MANY} workers": several,
        RATIO: several / one,
    }


def _per_second(workers: int, approvals: int) -> float:
    """The same work by so many workers, who have started their processes before the clock runs."""
    command = [sys.executable, "-m", "scripts.benchmark.workers", str(approvals // workers)]
    running = [
        subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(workers)
    ]
    try:
        for worker in running:
            _read(worker.stdout)
        began = time.perf_counter()
        for worker in running:
            _go(worker.stdin)
        done = sum(_read(worker.stdout) for worker in running)
        return done / (time.perf_counter() - began)
    finally:
        for worker in running:
            worker.kill()
            worker.communicate()


def _go(pipe: IO[str] | None) -> None:
    assert pipe is not None
    pipe.write("go\n")
    pipe.flush()


def _read(pipe: IO[str] | None) -> int:
    assert pipe is not None
    return int(pipe.readline())


def _work(approvals: int) -> None:
    """A worker: starts its processes, says so, waits, completes all their tasks, and tells how many."""
    import django

    django.setup()
    from config.garbage import keep_what_is_loaded
    from scripts.benchmark import diagrams, product
    from scripts.benchmark.measuring import Course, Samples

    product.register_handler()
    product.approval(Course())
    instances = [product.start(diagrams.APPROVE, Samples()) for _ in range(approvals)]
    keep_what_is_loaded()
    print(approvals, flush=True)
    sys.stdin.readline()
    completions = Samples()
    for _step in ("request", "legal and money"):
        for instance in instances:
            product.complete_open(instance, completions)
    print(len(completions.seconds), flush=True)


if __name__ == "__main__":
    _work(int(sys.argv[1]))
