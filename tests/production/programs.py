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

CHECKOUT = Path(__file__).resolve().parents[2]
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

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str], cwd: Path = CHECKOUT
    ) -> None:
        self.name = name
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
            )

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The running process."""
        assert self._process is not None, f"{self.name} was not started"
        return self._process

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


@contextlib.contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Debian's Redis; gives its address."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = Program("redis", command, folder, os.environ)
    server.start()
    try:
        server.ready(lambda: answers(port), 20)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()


@contextlib.contextmanager
def running_postgresql() -> Iterator[str]:
    """Debian's PostgreSQL with an empty database; gives its address. As root it runs as another user."""
    programs = postgresql_programs()
    assert programs is not None
    home = Path(tempfile.mkdtemp(prefix="baton-production-"))
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(home, owner.pw_uid, owner.pw_gid)
        identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    port = free_port()

    def call(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / program), "-D", str(home / "data"), *arguments],
            cwd=home,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            **identity,
        )

    flags = f"-F -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home}"
    try:
        call("initdb", "--username=baton", "--auth=trust", "--encoding=UTF8", "--locale=C")
        call("pg_ctl", "-w", "-l", str(home / "server.log"), "-o", flags, "start")
        yield f"postgresql://baton@127.0.0.1:{port}/postgres"
    finally:
        with contextlib.suppress(subprocess.SubprocessError):
            call("pg_ctl", "-m", "immediate", "-w", "stop")
        shutil.rmtree(home, ignore_errors=True)
