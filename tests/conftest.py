"""What every test may rely on: a running test database server and a driven clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config import databases, embedded_postgres
from config.clock import DrivenClock, use_clock
from tests.cast import *  # noqa: F403

CHECKOUT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Start or join the test server before Django opens its first connection."""
    if not os.environ.get("BATON_TEST_DATABASE_URL"):
        embedded_postgres.join(databases.test_cluster(CHECKOUT), "postgres")


@pytest.fixture
def clock() -> Iterator[DrivenClock]:
    """A clock that stands at Monday 2026-01-05 09:00 UTC until the test moves it."""
    driven = DrivenClock(datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
    with use_clock(driven):
        yield driven
