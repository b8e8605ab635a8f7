"""The level processes are live."""

from __future__ import annotations

from typing import Any

import pytest

from tests.crm import deploy


@pytest.fixture(autouse=True)
def level_processes(db: Any, clock: Any) -> None:
    """Deploys both processes; the clock stands still."""
    deploy("customer-level-change", "level-review")
