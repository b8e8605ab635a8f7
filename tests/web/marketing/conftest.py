"""Plans of every status without their processes, and a browser without scripts for every person of the cast."""

from __future__ import annotations

from typing import Any

import pytest

from tests.commands.marketing.conftest import plan
from tests.web.crm.conftest import as_

__all__ = ["as_", "plan"]


@pytest.fixture(autouse=True)
def still(db: Any, clock: Any) -> None:
    """The clock stands still. Pages must show a plan with or without a process, so none is deployed here."""
