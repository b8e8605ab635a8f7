"""A service task that can be held, an effect that writes letters, and an accident between commit and nudge.

Each server process has a folder of its own in BATON_TEST_FAULTS: files in it say what goes wrong there.
BATON_TEST_NOTES is where all of them write what they did.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from workflows import nudge
from workflows.outbox import PERFORM_EFFECT
from workflows.registry import effect, service_task
from workflows.steps import StepContext

HELD_SECONDS = 60.0


@service_task("test.work")
def work(step: StepContext) -> dict[str, Any]:
    """Waits inside the transaction for as long as there is a file "hold"."""
    _note(f"work {step.idempotency_key}")
    until = time.monotonic() + HELD_SECONDS
    while _fault("hold") and time.monotonic() < until:
        time.sleep(0.02)
    return {"worked": True}


@effect("test.letter", lease=timedelta(seconds=2))
def letter(step: StepContext) -> dict[str, Any]:
    """Writes one line; with a file "die in letter" the process dies before anybody hears of it."""
    _note(f"letter {step.idempotency_key}")
    if _fault("die in letter"):
        os.kill(os.getpid(), signal.SIGKILL)
    return {"sent": True}


_send_jobs = nudge.send_jobs


def _send_jobs_or_die(job: str, ids: Sequence[str], seconds: float = 0) -> None:
    """What runs after commit to wake a worker; with a file "die before nudge" it comes too late."""
    if _fault("die before nudge") and job == PERFORM_EFFECT:
        os.kill(os.getpid(), signal.SIGKILL)
    _send_jobs(job, ids, seconds)


if "BATON_TEST_FAULTS" in os.environ:
    nudge.send_jobs = _send_jobs_or_die


def _fault(name: str) -> bool:
    folder = os.environ.get("BATON_TEST_FAULTS")
    return folder is not None and (Path(folder) / name).exists()


def _note(line: str) -> None:
    with (Path(os.environ["BATON_TEST_NOTES"])).open("a") as notes:
        notes.write(f"{line}\n")
