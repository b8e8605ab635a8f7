"""What every test may rely on: a running test database server and a driven clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone, translation

from config import databases, embedded_postgres
from config.clock import DrivenClock, use_clock
from tests.cast import *  # noqa: F403
from tests.support import emptying

CHECKOUT = Path(__file__).resolve().parent.parent
LONGEST = (
    "_whole.py",
    "test_every_page.py",
    "tests/production/",
    "tests/browser/",
    "tests/property/",
    "tests/commands/demo/",
)
TOGETHER = ("tests/commands/demo/",)


def pytest_configure(config: pytest.Config) -> None:
    """Start or join the test server before Django opens its first connection."""
    if not os.environ.get("BATON_TEST_DATABASE_URL"):
        embedded_postgres.join(databases.test_cluster(CHECKOUT), "postgres")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole walks take minutes a file: they begin first, so that no worker is left alone with one at the end."""

    def place(item: pytest.Item) -> int:
        return next((place for place, part in enumerate(LONGEST) if part in item.nodeid), len(LONGEST))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file's tests stay together, and so do those of the folders whose files share something that takes long."""
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class Together(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return next((folder for folder in TOGETHER if folder in nodeid), nodeid.split("::", 1)[0])

    return Together(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What migrating made is kept for whoever commits; in the end no thread of a stopped server keeps it from going."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        emptying.keep_what_migrating_made()
        emptying.replace_flushing(patch)
        with django_db_blocker.block():
            yield
        connections.close_all()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _company_language_and_zone() -> Iterator[None]:
    """Every test begins in the company's language and zone: a page asked for by the one before leaves its reader's."""
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()
    yield
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()


@pytest.fixture
def clock() -> Iterator[DrivenClock]:
    """A clock that stands at Monday 2026-01-05 09:00 UTC until the test moves it."""
    driven = DrivenClock(datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
    with use_clock(driven):
        yield driven
