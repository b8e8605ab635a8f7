"""Run as a process of its own: does one act on the history and stops where it was told to, until it is killed."""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path
from typing import Any


def hold_at(place: str, reached: Path, *, after: bool) -> None:
    """Let this function say that it was reached, before or after its work, and go no further."""
    module, _, name = place.rpartition(".")
    owner: Any = importlib.import_module(module)
    inner = getattr(owner, name)

    def held(*arguments: Any, **options: Any) -> Any:
        result = inner(*arguments, **options) if after else None
        reached.touch()
        time.sleep(600)
        return result

    setattr(owner, name, held)


def act(what: str, name: str) -> None:
    """Archive everything that has ended, delete what is over, or erase a customer."""
    from django.core.management import call_command

    if what == "archive":
        call_command("archive_history", "--before", "2100-01-01")
    elif what == "delete":
        from workflows.archiving import disposing

        for segment in disposing.segments_over():
            disposing.delete_over(segment_id=segment)
    else:
        call_command("erase_person", "customer", name, "--yes", "--reason", "asked for it")


def main(what: str, name: str, place: str, when: str, reached: str) -> None:
    """Settings as in the tests, on the database and folders of the test that started this."""
    import django
    from django.conf import settings

    django.setup()
    settings.DATABASES["default"]["NAME"] = os.environ["BATON_TEST_DATABASE"]
    settings.HISTORY_KEY_DIR = os.environ["BATON_TEST_KEYS"]
    settings.HISTORY_ARCHIVE_DIR = os.environ["BATON_TEST_ARCHIVE"]
    hold_at(place, Path(reached), after=when == "after")
    act(what, name)


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main(*sys.argv[1:])
