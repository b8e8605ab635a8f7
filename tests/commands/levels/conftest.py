"""The level processes live, and customers told by a stand-in until the portal's own effect exists."""

from __future__ import annotations

from typing import Any

import pytest

from tests.crm import deploy
from workflows import registry


@pytest.fixture(autouse=True)
def level_processes(db: Any, clock: Any) -> Any:
    """Deploys both processes; ``notify.customer`` answers at once where nothing is registered for it."""
    deploy("customer-level-change", "level-review")
    with registry.temporarily():
        if registry.handler("notify.customer") is None:

            @registry.effect("notify.customer")
            def tell(step: Any, *, to: str, template: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
                return {"told": 1}

        yield
