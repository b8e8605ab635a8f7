"""What a start does before it serves: tables, shipped processes, and a demo company made whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from config import databases

NO_SPACE = "No space left on device"
LEAST_BYTES = 40_000_000

Step = Callable[[str], AbstractContextManager[None]]


@contextlib.contextmanager
def alone(waiting: Callable[[], None]) -> Iterator[None]:
    """Keep two starts of one installation from preparing at the same time; ``waiting`` is called before a wait."""
    with (Path(settings.VAR_DIR) / "launch.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def begin_anew() -> None:
    """Delete all data of the embedded default and start an empty database. Refused while Baton runs on it."""
    call_command("reset_data", yes=True)
    databases.ensure_embedded(settings.BASE_DIR, os.environ)


def prepare_database(step: Step) -> bool:
    """Bring tables, shipped processes and defaults up to date; whether tables had to be made or changed."""
    executor = MigrationExecutor(connection)
    pending = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    with step("Preparing the database") if pending else contextlib.nullcontext():
        call_command("migrate", interactive=False, verbosity=0)
    return pending


def make_demo(step: Step) -> bool:
    """Make the demo company in an empty database; whether it was made."""
    if User.objects.exists():
        return False
    mark = _half_made()
    mark.touch()
    with step("Making the demo company"):
        call_command("demo")
    mark.unlink()
    return True


def has_half_a_demo() -> bool:
    """Whether an earlier start was stopped while it made the demo company, and nobody has worked there since."""
    if not _half_made().exists():
        return False
    if User.objects.exclude(last_login=None).exists():
        _half_made().unlink()
        return False
    if os.environ.get("DATABASE_URL"):
        raise CommandError(
            "The demo company is half made, because an earlier start was stopped: empty the database and start again, "
            f"or delete {_half_made()} to go on with what is there."
        )
    return True


def is_out_of_space(error: Exception) -> bool:
    """Whether an error, or the end of the database server behind it, comes from a full disk."""
    if (isinstance(error, OSError) and error.errno == errno.ENOSPC) or NO_SPACE in str(error):
        return True
    return shutil.disk_usage(data_folder()).free < LEAST_BYTES


def data_folder() -> Path:
    """Where the data of the embedded default lie."""
    return databases.main_cluster(settings.BASE_DIR).home


def _half_made() -> Path:
    return Path(settings.VAR_DIR) / "demo-unfinished"
