"""A production installation of its own: PostgreSQL and Redis of the system, two web processes, worker and beat."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.programs import (
    Program,
    answers,
    free_port,
    manage,
    postgresql_programs,
    run,
    running_postgresql,
    running_redis,
)
from tests.production.processes import write_processes


@dataclass(frozen=True)
class Faults:
    """The folder in which files say what goes wrong in one process."""

    folder: Path

    def set(self, name: str) -> None:
        """Let this go wrong from now on."""
        (self.folder / name).touch()

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        for entry in self.folder.iterdir():
            entry.unlink()


class Web(Program):
    """One web process."""

    def __init__(self, name: str, folder: Path, environment: dict[str, str], cwd: Path) -> None:
        self.port = free_port()
        self.faults = faults_of(name, folder)
        faulty = environment | {"BATON_TEST_FAULTS": str(self.faults.folder)}
        super().__init__(name, manage("serve", "--port", str(self.port)), folder, faulty, cwd)

    def recover(self) -> None:
        """Let nothing go wrong any more, and serve."""
        self.faults.clear()
        if not self.is_running():
            self.start()
        self.serves()

    def serves(self) -> None:
        """Wait until it answers."""
        self.ready(lambda: answers(self.port))


class Worker(Program):
    """The Celery worker."""

    def __init__(self, folder: Path, environment: dict[str, str], cwd: Path) -> None:
        self.faults = faults_of("worker", folder)
        faulty = environment | {"BATON_TEST_FAULTS": str(self.faults.folder)}
        super().__init__("worker", celery("worker", "--concurrency", "2"), folder, faulty, cwd)

    def recover(self) -> None:
        """Let nothing go wrong any more, and work."""
        self.faults.clear()
        if not self.is_running():
            self.start()


@dataclass(frozen=True)
class Installation:
    """Everything that runs, and where it writes what it did."""

    web: tuple[Web, Web]
    worker: Worker
    beat: Program
    notes: Path
    environment: dict[str, str]

    def noted(self, kind: str) -> list[str]:
        """The idempotency keys of what was done of this kind, in order."""
        return noted(self.notes, kind)


def noted(notes: Path, kind: str) -> list[str]:
    """The idempotency keys of what was done of this kind, in order."""
    lines = notes.read_text().splitlines() if notes.exists() else []
    return [line.partition(" ")[2] for line in lines if line.startswith(f"{kind} ")]


def faults_of(name: str, folder: Path) -> Faults:
    """A fresh folder for the faults of one process."""
    faults = Faults(folder / f"faults-{name}")
    faults.folder.mkdir()
    return faults


def celery(*arguments: str) -> list[str]:
    """A Celery program's command line, as the documentation gives it."""
    return [sys.executable, "-m", "celery", "-A", "config.celery", *arguments]


OTHERS = {"DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE"}


def environment_without_ours(compiled: Path) -> dict[str, str]:
    """The environment of a machine on which only this installation is set up; ``compiled`` keeps compiled programs."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BATON_", "DJANGO_", "PYTEST_", "COV_")) and name not in OTHERS
    } | {"PYTHONUNBUFFERED": "1", "PYTHONPYCACHEPREFIX": str(compiled)}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The running installation with the test processes deployed and two people entered."""
    missing = [
        name
        for name, found in (("redis-server", shutil.which("redis-server")), ("postgresql", postgresql_programs()))
        if not found
    ]
    if missing and not os.environ.get("BATON_REQUIRE_SERVERS"):
        pytest.skip(f"{' and '.join(missing)} not installed: production mode is not tested")
    assert not missing, f"install {' and '.join(missing)}"
    folder = tmp_path_factory.mktemp("production")
    cwd = Path(__file__).resolve().parents[2]
    with running_postgresql() as database, running_redis(folder) as redis:
        environment = environment_without_ours(tmp_path_factory.getbasetemp() / "compiled") | {
            "DJANGO_SETTINGS_MODULE": "tests.production.settings_prod",
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "BATON_VAR": str(folder / "var"),
            "BATON_INSECURE_COOKIES": "1",
            "BATON_TEST_NOTES": str(folder / "notes"),
        }
        prepare(folder, environment, cwd)
        web = (Web("web-a", folder, environment, cwd), Web("web-b", folder, environment, cwd))
        worker = Worker(folder, environment, cwd)
        schedule = str(folder / "beat-schedule")
        beat = Program("beat", celery("beat", "--schedule", schedule), folder, environment, cwd)
        programs = [*web, worker, beat]
        try:
            for program in programs:
                program.start()
            for process in web:
                process.serves()
            assert worker.is_running(), worker.tail()
            assert beat.is_running(), beat.tail()
            yield Installation(web, worker, beat, folder / "notes", environment)
        finally:
            for program in programs:
                program.kill()


def prepare(folder: Path, environment: dict[str, str], cwd: Path) -> None:
    """Tables, people and processes, as an administrator makes them."""
    processes = write_processes(folder / "processes")
    run("prepare", [sys.executable, "tests/production/prepare.py", str(processes)], environment, cwd)
