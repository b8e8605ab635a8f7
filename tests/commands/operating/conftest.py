"""A clean register of handlers and record kinds, and nobody watching, around every test of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.records import kinds_kept
from workflows import registry


@pytest.fixture(autouse=True)
def _own_handlers(settings: Any) -> Iterator[None]:
    settings.WORKFLOW_OBSERVERS = []  # the areas above have tests of their own
    with registry.temporarily(), kinds_kept():
        yield
