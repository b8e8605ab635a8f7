"""A clean register of handlers and record kinds around every test of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.records import kinds_kept
from workflows import registry


@pytest.fixture(autouse=True)
def _own_handlers() -> Iterator[None]:
    with registry.temporarily(), kinds_kept():
        yield
