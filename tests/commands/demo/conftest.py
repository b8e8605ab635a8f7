"""A small demo company, made once for all tests of the folder and rolled back after them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from accounts.models import User
from config.clock import DrivenClock, use_clock
from config.demo.company import demo_people
from tests import crm

NOW = datetime(2026, 3, 12, 7, 30, tzinfo=UTC)
"""A Thursday afternoon in Hangzhou."""
CUSTOMERS = 260


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction that is undone at its end, and in which durable commands may run, as in django's test cases."""
    whole: Any = transaction.atomic()
    whole._from_testcase = True
    with whole:
        yield
        transaction.set_rollback(True)


def make_company(folder: Path) -> None:
    """Make the demo company at `NOW`, its passwords in a folder of its own."""
    with use_clock(DrivenClock(NOW)), override_settings(DEMO_LOGINS_FILE=folder / "logins.json"):
        call_command("demo", "--customers", str(CUSTOMERS), stdout=StringIO())


@pytest.fixture(scope="package")
def company(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, User]]:
    """The demo company's people; all of it is gone after the package."""
    with django_db_blocker.unblock(), rolled_back():
        crm.deploy(*(path.name for path in sorted(crm.PROCESSES.iterdir()) if path.is_dir()))
        make_company(tmp_path_factory.mktemp("demo"))
        yield demo_people()


@pytest.fixture
def now(company: dict[str, User], db: None) -> Iterator[DrivenClock]:
    """The company's present, driven."""
    with use_clock(DrivenClock(NOW)) as driven:
        yield driven
