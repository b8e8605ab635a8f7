"""Instances that are over, and a clock to make them by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from config.clock import DrivenClock, use_clock
from tests.support.records import kinds_kept
from workflows import registry


@pytest.fixture(autouse=True)
def _own_handlers() -> Iterator[None]:
    with registry.temporarily(), kinds_kept():
        yield


@pytest.fixture
def clock() -> Iterator[DrivenClock]:
    with use_clock(DrivenClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))) as driven:
        yield driven  # type: ignore[misc]
