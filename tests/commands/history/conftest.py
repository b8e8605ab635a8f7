"""Key and archive of the history in a folder of the test, own handlers, and a process that does a bit of everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.records import kinds_kept
from workflows import registry


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.HISTORY_KEY_DIR, settings.HISTORY_ARCHIVE_DIR = tmp_path / "secrets", tmp_path / "archive"
    with registry.temporarily(), kinds_kept():
        yield
