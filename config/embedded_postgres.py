"""The database server that comes with the product: started by the first process, stopped by the last."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config import postgres_server as server
from config.postgres_server import ROOT_HOME, SUPERUSER, Cluster, EmbeddedPostgresFailed

__all__ = [
    "SUPERUSER",
    "Cluster",
    "EmbeddedPostgresFailed",
    "cluster_for",
    "connection_settings",
    "destroy",
    "join",
    "leave",
    "leave_all",
    "revive",
    "users",
]

LONGEST_SOCKET = 100  # the system allows 107 bytes for a socket's path
_joined: set[Cluster] = set()


def cluster_for(checkout: Path, name: str = "main", **options: str) -> Cluster:
    """Describe the cluster ``name`` of a checkout; nothing is touched."""
    digest = hashlib.sha256(f"{checkout.resolve()}:{name}".encode()).hexdigest()[:12]
    extra = tuple(sorted(options.items()))
    identity = checkout / "var" / f"postgres-{name}.id"
    if os.geteuid() == 0:
        home = ROOT_HOME / digest
        return Cluster(home, home, server.copied_programs(), server.service_uid(), identity, extra)
    sockets = _short_folder() / f"baton-{os.geteuid()}-{digest}"
    return Cluster(checkout / "var" / f"postgres-{name}", sockets, server.wheel_programs(), None, identity, extra)


def connection_settings(cluster: Cluster, database: str) -> dict[str, Any]:
    """Django's ``DATABASES`` entry for a database of this cluster."""
    return {
        "ENGINE": "config.postgresql",
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
        if not _joined:
            atexit.register(leave_all, os.getpid())
        _joined.add(cluster)  # not before: the folder of somebody else is refused and must not be looked after
        _write_users(cluster, _living_users(cluster) | {os.getpid()})
        _set_foreign_data_aside(cluster)
        if not cluster.exists:
            server.create(cluster)
        if not server.is_running(cluster):
            server.start(cluster)
        server.ensure_database(cluster, database)


def leave(cluster: Cluster) -> None:
    """Take this process off the list of users; stop the server when nobody is left."""
    _joined.discard(cluster)
    if not cluster.home.exists():
        return
    with _locked(cluster):
        others = _living_users(cluster) - {os.getpid()}
        _write_users(cluster, others)
        if not others and server.is_running(cluster):
            server.stop(cluster)


def leave_all(process: int | None = None) -> None:
    """Leave every server this process has joined; does nothing in a child of ``process``."""
    if process in {None, os.getpid()}:
        for cluster in tuple(_joined):
            leave(cluster)


def revive() -> None:
    """Start the servers this process has joined again where they have died; what was committed is still there."""
    for cluster in tuple(_joined):
        if not server.is_running(cluster):
            with _locked(cluster):
                if cluster in _joined and not server.is_running(cluster):
                    server.start(cluster)


def users(cluster: Cluster) -> set[int]:
    """The processes that use the server now."""
    return _living_users(cluster)


def destroy(cluster: Cluster) -> None:
    """Stop the server whoever uses it and delete all its data."""
    _joined.discard(cluster)
    if not cluster.home.exists():
        return
    with _locked(cluster):
        if server.is_running(cluster):
            server.stop(cluster, "immediate")
        _write_users(cluster, set())
        shutil.rmtree(cluster.data, ignore_errors=True)


def _short_folder() -> Path:
    """Where sockets lie: the same for every process of a person, and with a path that fits into a socket's name."""
    usual = Path("/tmp")  # noqa: S108 - the folder made in it is its owner's alone
    return usual if os.access(usual, os.W_OK) else Path(tempfile.gettempdir())


def _set_foreign_data_aside(cluster: Cluster) -> None:
    """Keep data apart that an earlier checkout at the same place has left: their secrets went with its var/."""
    mark = cluster.home / "installation"
    ours = cluster.identity.read_text() if cluster.identity.exists() else ""
    theirs = mark.read_text() if mark.exists() else ""
    if ours and ours == theirs:
        return
    if theirs and cluster.exists:
        if server.is_running(cluster):
            server.stop(cluster)
        aside = cluster.home / "data-of-an-earlier-checkout"
        shutil.rmtree(aside, ignore_errors=True)
        cluster.data.rename(aside)
    ours = ours or secrets.token_hex(8)
    cluster.identity.parent.mkdir(exist_ok=True)
    cluster.identity.write_text(ours)
    mark.write_text(ours)


@contextlib.contextmanager
def _locked(cluster: Cluster) -> Iterator[None]:
    server.prepare_folders(cluster)
    with (cluster.home / "lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _living_users(cluster: Cluster) -> set[int]:
    with contextlib.suppress(FileNotFoundError):
        lines = (line.partition(":") for line in (cluster.home / "users").read_text().split())
        noted = {int(pid): began for pid, _, began in lines}
        return {pid for pid, began in noted.items() if server.is_alive(pid) and began in {"", server.began(pid)}}
    return set()


def _write_users(cluster: Cluster, pids: set[int]) -> None:
    (cluster.home / "users").write_text("\n".join(f"{pid}:{server.began(pid)}" for pid in sorted(pids)))
