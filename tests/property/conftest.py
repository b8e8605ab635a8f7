"""Handlers of random processes."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.property.walking import SEED
from workflows import registry
from workflows.registry import BpmnError, effect, service_task


@pytest.fixture
def random_handlers() -> Iterator[Random]:
    """Handlers that answer, raise or fail as their own random numbers say."""
    random = Random(SEED)

    def trouble() -> None:
        kind = random.random()
        if kind < 0.2:
            raise BpmnError(random.choice(("E", "OTHER")))
        if kind < 0.4:
            raise RuntimeError("down")

    with registry.temporarily():

        @service_task("job")
        def job(step: Any, **variables: Any) -> dict[str, int]:
            return {"x": random.randint(0, 6)}

        @service_task("flaky")
        def flaky(step: Any, **variables: Any) -> None:
            trouble()

        @effect("later")
        def later(step: Any, **variables: Any) -> dict[str, int]:
            trouble()
            return {"x": random.randint(0, 6)}

        yield random
