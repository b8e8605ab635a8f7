"""Server programs in processes of their own, on free ports of this machine, in folders that vanish afterwards."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg2

CHECKOUT = Path(__file__).resolve().parents[1]
START_SECONDS = 60.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What the condition gives once it is true; fails saying what did not happen."""
    until = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < until, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.03)


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def postgresql_programs() -> Path | None:
    """Where Debian keeps the newest PostgreSQL server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[4]))
    return found[-1].parent if found else None


class Program:
    """A process group that can be started, killed and started again; what it says goes to a log."""

    def __init__(  # noqa: PLR0917
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        cwd: Path = CHECKOUT,
        *,
        identity: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = name
        self._identity = dict(identity or {})
        self._command = list(command)
        self._environment = dict(environment)
        self._cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / f"{name}.log"

    def start(self) -> None:
        """Begin; the caller waits for whatever shows that it is ready."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._cwd,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **self._identity,
            )

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The running process."""
        assert self._process is not None, f"{self.name} was not started"
        return self._process

    @property
    def was_started(self) -> bool:
        """Whether there is anything to kill."""
        return self._process is not None

    def is_running(self) -> bool:
        """Whether it lives; one that ended by itself is a failure with the end of its log."""
        return self.process.poll() is None

    def kill(self) -> None:
        """What a power cut does, to it and its children; comes back when it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def wait_until_dead(self, seconds: float = 20.0) -> None:
        """Come back when it has died by itself, and see that nothing of it is left."""
        self.process.wait(seconds)
        self.kill()

    def stop(self, signal_number: int = signal.SIGTERM, seconds: float = 10.0) -> float:
        """Ask it to end; how long that took. Killed and failed when it does not."""
        began = time.monotonic()
        self.process.send_signal(signal_number)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end within {seconds:.0f} s\n{self.tail()}") from None
        return time.monotonic() - began

    def ready(self, what: Callable[[], Any], seconds: float = START_SECONDS) -> None:
        """Wait until it is ready; fails with its log when it ends before."""

        def ready_or_dead() -> Any:
            found = what()
            assert found or self.is_running(), f"{self.name} ended\n{self.tail()}"
            return found

        wait_for(f"{self.name} is ready", ready_or_dead, seconds)

    def said(self, words: str) -> bool:
        """Whether these words are in the log."""
        return self.log.exists() and words in self.log.read_text(errors="replace")

    def tail(self) -> str:
        """The end of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-25:]) if self.log.exists() else ""


def run(name: str, command: Sequence[str], environment: Mapping[str, str], cwd: Path = CHECKOUT) -> str:
    """Run a program to its end; fails with what it said."""
    done = subprocess.run(
        list(command), cwd=cwd, env=dict(environment), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{name}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def manage(*arguments: str) -> list[str]:
    """The command line of a management command."""
    return [sys.executable, "manage.py", *arguments]


def redis(folder: Path, port: int) -> Program:
    """Debian's Redis, keeping nothing on disk."""
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    return Program("redis", command, folder, os.environ)


@contextlib.contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Debian's Redis; gives its address."""
    port = free_port()
    server = redis(folder, port)
    server.start()
    try:
        server.ready(lambda: answers(port), 20)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()


class PostgreSQL(Program):
    """Debian's PostgreSQL with files and a log of its own; as root it runs as another user."""

    def __init__(self, home: Path, *settings: str) -> None:
        programs = postgresql_programs()
        assert programs is not None, "PostgreSQL is not installed"
        self.home = home
        self.port = free_port()
        identity: dict[str, Any] = {}
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(home, owner.pw_uid, owner.pw_gid)
            identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        words = [f"listen_addresses=127.0.0.1,unix_socket_directories={home},max_connections=200", *settings]
        flags = [part for word in ",".join(words).split(",") for part in ("-c", word)]
        command = [str(programs / "postgres"), "-D", str(home / "data"), "-p", str(self.port), *flags]
        super().__init__("postgresql", command, home, environment, home, identity=identity)
        self._make(programs, environment, identity)

    @property
    def address(self) -> str:
        """What DATABASE_URL says."""
        return f"postgresql://baton@127.0.0.1:{self.port}/postgres"

    def accepts(self) -> bool:
        """Whether it takes connections: a port may be open while it still recovers."""
        try:
            psycopg2.connect(self.address, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """Kill it with all its sessions, which are in process groups of their own; comes back when none is left.

        A session that outlives it for a moment holds its shared memory, and the next start would be refused.
        """
        if self.is_running():
            self.process.kill()
        self.process.wait(10)
        wait_for("the sessions of PostgreSQL are gone", lambda: not self._killed_sessions(), 10)

    def _killed_sessions(self) -> int:
        """How many of its processes still lived and got the signal: each works in the folder of the data."""
        home, count = (self.home / "data").resolve(), 0
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (process / "cwd").readlink() == home:
                    os.kill(int(process.name), signal.SIGKILL)
                    count += 1
        return count

    def _make(self, programs: Path, environment: Mapping[str, str], identity: Mapping[str, Any]) -> None:
        subprocess.run(
            [
                *(str(programs / "initdb"), "-D", str(self.home / "data")),
                *("--username=baton", "--auth=trust", "--encoding=UTF8", "--locale=C"),
            ],
            cwd=self.home,
            env=dict(environment),
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            **identity,
        )


@contextlib.contextmanager
def running_postgresql() -> Iterator[str]:
    """Debian's PostgreSQL with an empty database that need not survive a power cut; gives its address."""
    home = Path(tempfile.mkdtemp(prefix="baton-production-"))
    server = PostgreSQL(home, "fsync=off")
    server.start()
    try:
        server.ready(server.accepts, 20)
        yield server.address
    finally:
        server.kill()
        shutil.rmtree(home, ignore_errors=True)
