"""Twenty open screens, two thousand changes, broken connections and servers that are killed: nothing stays stale."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
import redis

from scripts.programs import CHECKOUT
from tests.production.conftest import Installation
from tests.production.keeping_up import Stage, keep_up

SEED = int(os.environ.get("BATON_SYNC_SEED", "20261122"))
CHANGES = int(os.environ.get("BATON_SYNC_CHANGES", "2000"))
SCREENS = 20


@pytest.fixture(autouse=True)
def _back_to_normal(installation: Installation) -> Iterator[None]:
    """A failed test leaves everything running to the next one."""
    yield
    for program in installation.web:
        program.recover()


def test_twenty_screens_show_what_is_there_after_two_thousand_changes_and_accidents(installation):
    """Connections break, computers sleep, hints get lost, both servers are ended in turn, Redis forgets who listens."""
    here, there = installation.web

    def kill() -> None:
        here.kill()
        here.recover()

    def restart() -> None:
        there.stop(signal.SIGTERM)
        there.recover()

    def deafen() -> None:
        with redis.Redis.from_url(installation.environment["REDIS_URL"]) as server:
            assert server.client_kill_filter(_type="pubsub")

    accidents = {CHANGES // 5: kill, CHANGES // 2: restart, CHANGES * 7 // 10: deafen}
    ports = [here.port, there.port]
    stage = Stage(installation.environment, CHECKOUT, ports, SEED, SCREENS, CHANGES, accidents)
    outcome = keep_up(stage)
    print(f"\nseed {SEED}: {outcome}")
    assert sum(outcome.made.values()) == CHANGES
    assert all(outcome.heard[what] for what in ("hints", "broken", "lost", "slept", "repaired")), outcome.heard
    assert {name: wrong for name, wrong in outcome.stale.items() if wrong} == {}
