"""The programs under fire: PostgreSQL, Redis, two web processes, two workers and beat, each killed alone."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import TracebackType

from scripts.fault_injection import processes
from scripts.fault_injection.works.names import RECEIVER
from scripts.programs import CHECKOUT, PostgreSQL, Program, answers, free_port, manage, redis, run

OTHERS = ("BATON_", "DJANGO_", "PYTEST_", "COV_", "DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE")


class Installation:
    """All programs of one installation, in a folder that vanishes when all is well."""

    def __init__(self, receiver: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="baton-chaos-"))
        self.folder.chmod(0o755)
        home = self.folder / "postgresql"
        home.mkdir()
        self.database = PostgreSQL(home)
        broker, self.ports = free_port(), (free_port(), free_port())
        self._environment = _machine() | {
            "DJANGO_SETTINGS_MODULE": "scripts.fault_injection.settings",
            "DATABASE_URL": self.database.address,
            "REDIS_URL": f"redis://127.0.0.1:{broker}/0",
            "BATON_VAR": str(self.folder / "var"),
            "BATON_INSECURE_COOKIES": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPYCACHEPREFIX": str(self.folder / "compiled"),
            RECEIVER: receiver,
        }
        self.broker = redis(self.folder, broker)
        self._broker_port = broker
        self.web = [self._program(f"web-{port}", *manage("serve", "--port", str(port))) for port in self.ports]
        workers = [
            self._celery(name, "worker", "-n", f"{name}@%h", "--concurrency", "1") for name in ("worker-a", "worker-b")
        ]
        beat = self._celery("beat", "beat", "--schedule", str(self.folder / "schedule"))
        self.programs: list[Program] = [self.database, self.broker, *self.web, *workers, beat]
        self.kills: Counter[str] = Counter()

    def __enter__(self) -> Installation:
        try:
            self._set_up()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def strike(self, program: Program) -> None:
        """Kill one program."""
        self.kills[program.name.split("-")[0]] += 1
        program.kill()

    def wait_until_up(self) -> None:
        """Come back when every server answers again; fails with the log of one that does not."""
        self.database.ready(self.database.accepts)
        self.broker.ready(lambda: answers(self._broker_port))
        for program, port in zip(self.web, self.ports, strict=True):
            program.ready(lambda port=port: answers(port))  # type: ignore[misc]

    def discard(self) -> None:
        """Remove files and logs: nothing is to be looked into."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _set_up(self) -> None:
        self.database.start()
        self.database.ready(self.database.accepts)
        self.broker.start()
        self.broker.ready(lambda: answers(self._broker_port))
        files = processes.write(self.folder / "processes")
        run("prepare", [sys.executable, "-m", "scripts.fault_injection.preparing", str(files)], self._environment)
        for program in self.programs[2:]:
            program.start()
        self.wait_until_up()

    def _end(self) -> None:
        for program in reversed(self.programs):
            if program.was_started:
                program.kill()

    def _program(self, name: str, *command: str) -> Program:
        return Program(name, command, self.folder, self._environment)

    def _celery(self, name: str, *arguments: str) -> Program:
        return self._program(name, sys.executable, "-m", "celery", "-A", "config.celery", *arguments)


def _machine() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(OTHERS)} | {
        "PYTHONPATH": str(CHECKOUT)
    }
