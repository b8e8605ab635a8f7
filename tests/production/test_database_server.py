"""The database server that comes with the product survives kills, numbers that come again, and long paths."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from config import embedded_postgres, postgres_server
from config.embedded_postgres import Cluster
from scripts.programs import CHECKOUT, wait_for

SLEEPING = [sys.executable, "-c", "import time; time.sleep(600)"]
LONG = "a folder with a name of 接力 " + "x" * 60


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of a checkout with spaces, Chinese and over 107 letters in its path, made once."""
    checkout = tmp_path_factory.mktemp("server") / LONG
    checkout.mkdir()
    made = embedded_postgres.cluster_for(checkout)
    yield made
    embedded_postgres.destroy(made)
    shutil.rmtree(made.home, ignore_errors=True)
    shutil.rmtree(made.sockets, ignore_errors=True)


@pytest.fixture(autouse=True)
def _running(cluster: Cluster) -> Iterator[None]:
    """Each test begins with the running server and one row in it, and ends with nobody there."""
    embedded_postgres.join(cluster, "things")
    _ask(cluster, "CREATE TABLE IF NOT EXISTS kept (word text)")
    _ask(cluster, "TRUNCATE kept")
    _ask(cluster, "INSERT INTO kept VALUES ('stays')")
    yield
    embedded_postgres.leave(cluster)


def _ask(cluster: Cluster, sql: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(host=str(cluster.sockets), user=embedded_postgres.SUPERUSER, dbname="things")
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def _pid(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split("\n")[0])


def _is_gone(cluster: Cluster, pid: int) -> bool:
    return not postgres_server.is_alive(pid) and not postgres_server.is_running(cluster)


def _kill(cluster: Cluster) -> int:
    pid = _pid(cluster)
    os.kill(pid, signal.SIGKILL)
    wait_for("it is dead", lambda: _is_gone(cluster, pid))
    return pid


def _other_process(cluster: Cluster, then: str) -> subprocess.Popen[str]:
    """A process of its own that joins the server and does something."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom config import embedded_postgres as e\n"
        f"e.join(e.cluster_for(Path(sys.argv[1])), 'things')\nprint('joined', flush=True)\n{then}\n"
    )
    checkout = str(cluster.identity.parent.parent)
    return subprocess.Popen(
        [sys.executable, "-c", script, checkout], cwd=CHECKOUT, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )


def test_its_socket_fits_whatever_the_path(cluster):
    assert len(os.fsencode(cluster.identity.parent)) > 107
    assert len(os.fsencode(cluster.sockets / ".s.PGSQL.5432")) < 107


def test_data_survive_a_stop(cluster):
    embedded_postgres.leave(cluster)
    assert not postgres_server.is_running(cluster)
    embedded_postgres.join(cluster, "things")
    assert _ask(cluster, "SELECT word FROM kept") == [("stays",)]


def test_data_survive_the_kill_of_the_server(cluster):
    _kill(cluster)
    embedded_postgres.join(cluster, "things")
    assert _ask(cluster, "SELECT word FROM kept") == [("stays",)]


def test_a_killed_server_whose_session_still_works_is_waited_for(cluster):
    """A second server on the files while sessions of the first still write would destroy them."""
    session = psycopg2.connect(host=str(cluster.sockets), user=embedded_postgres.SUPERUSER, dbname="things")
    session.autocommit = True
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(backend,)] = cursor.fetchall()
    os.kill(backend, signal.SIGSTOP)
    _kill(cluster)
    going_on = subprocess.Popen(["sh", "-c", f"sleep 1.5; kill -CONT {backend}"])
    began = time.monotonic()
    embedded_postgres.join(cluster, "things")
    assert time.monotonic() - began > 1
    assert _ask(cluster, "SELECT word FROM kept") == [("stays",)]
    going_on.wait()
    session.close()


@pytest.mark.parametrize(
    ("command", "is_dead"),
    [
        pytest.param(["sleep", "600"], False, id="a program"),
        pytest.param([*SLEEPING, "postgres", "-D", "/somewhere/else/data"], False, id="another cluster's server"),
        pytest.param(["sleep", "600"], True, id="its own remains, for which nobody has waited"),
    ],
)
def test_the_number_of_a_dead_server_that_somebody_else_has_now_stops_nobody(cluster, command, is_dead):
    """After a power cut, or in a container, numbers come again; PostgreSQL itself would refuse to start."""
    pid_file = cluster.data / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    _kill(cluster)
    program = subprocess.Popen(command)
    if is_dead:
        program.kill()
        wait_for("it is dead", lambda: not postgres_server.is_alive(program.pid))
    pid_file.write_text("\n".join([str(program.pid), *lines[1:]]))
    try:
        embedded_postgres.join(cluster, "things")
        assert _ask(cluster, "SELECT word FROM kept") == [("stays",)]
        assert _pid(cluster) != program.pid
    finally:
        program.kill()
        program.wait()


def test_the_last_one_out_stops_it(cluster):
    other = _other_process(cluster, "sys.stdin.read()")
    assert other.stdout is not None
    assert other.stdout.readline() == "joined\n"
    embedded_postgres.leave(cluster)
    assert postgres_server.is_running(cluster), "somebody is still there"
    other.communicate(timeout=30)
    assert not postgres_server.is_running(cluster)


def test_a_killed_user_does_not_keep_it_running(cluster):
    other = _other_process(cluster, "sys.stdin.read()")
    assert other.stdout is not None
    assert other.stdout.readline() == "joined\n"
    other.kill()
    other.communicate()
    embedded_postgres.leave(cluster)
    assert not postgres_server.is_running(cluster)


def test_a_killed_user_whose_number_somebody_else_has_now_does_not_keep_it_running(cluster):
    noted = cluster.home / "users"
    noted.write_text(f"{noted.read_text()}\n{os.getppid()}:1")
    assert embedded_postgres.users(cluster) == {os.getpid()}
    embedded_postgres.leave(cluster)
    assert not postgres_server.is_running(cluster)


def test_data_of_an_earlier_checkout_at_the_same_place_are_set_aside(cluster):
    """Their secret and logins went with that checkout's var/: nobody could log in or read what is encrypted."""
    embedded_postgres.leave(cluster)
    cluster.identity.unlink()
    embedded_postgres.join(cluster, "things")
    assert _ask(cluster, "SELECT to_regclass('kept')") == [(None,)]
    assert (cluster.home / "data-of-an-earlier-checkout" / "PG_VERSION").exists()


def test_a_server_that_cannot_start_says_why(cluster):
    embedded_postgres.leave(cluster)
    settings = cluster.data / "postgresql.conf"
    good = settings.read_text()
    settings.write_text(good + "\nno_such_setting = 1\n")
    try:
        with pytest.raises(embedded_postgres.EmbeddedPostgresFailed, match="no_such_setting"):
            embedded_postgres.join(cluster, "things")
    finally:
        settings.write_text(good)


def test_the_folder_of_somebody_else_is_refused(cluster, tmp_path, monkeypatch):
    stranger = Cluster(tmp_path, tmp_path, Path(), None, tmp_path / "id")
    with monkeypatch.context() as patched:
        patched.setattr(postgres_server.os, "geteuid", lambda: 12345)
        with pytest.raises(embedded_postgres.EmbeddedPostgresFailed, match="belongs to another user"):
            embedded_postgres.join(stranger, "things")
    embedded_postgres.revive()  # would start the server of a cluster that was joined all the same
    assert not postgres_server.is_running(stranger)
