"""The embedded default, as `manage.py serve` runs in a checkout of its own: killed anywhere, nothing is lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config import databases, embedded_postgres
from scripts.programs import CHECKOUT, wait_for
from tests.production.conftest import Web, environment_without_ours, noted, prepare
from tests.production.screens import Broken, Refused, Screen

OURS = ("__init__.py", "support", "production")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the programs, which therefore has a database server of its own."""
    copy = tmp_path_factory.mktemp("checkout")
    for entry in CHECKOUT.iterdir():
        if entry.name == "manage.py":
            shutil.copy2(entry, copy)
        elif entry.name == "locale" or (entry.name != "tests" and (entry / "__init__.py").exists()):
            shutil.copytree(entry, copy / entry.name)
    (copy / "tests").mkdir()
    for name in OURS:
        source = CHECKOUT / "tests" / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, copy / "tests" / name)
    yield copy
    cluster = databases.main_cluster(copy)
    embedded_postgres.destroy(cluster)
    shutil.rmtree(cluster.home, ignore_errors=True)


@pytest.fixture(scope="module")
def server(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The running server with the test processes deployed and two people entered."""
    folder = tmp_path_factory.mktemp("embedded")
    settings = {
        "DJANGO_SETTINGS_MODULE": "tests.production.settings_embedded",
        "BATON_TEST_NOTES": str(folder / "notes"),
    }
    environment = environment_without_ours(tmp_path_factory.getbasetemp() / "compiled") | settings
    prepare(folder, environment, checkout)
    web = Web("web", folder, environment, checkout)
    web.start()
    web.serves()
    yield web
    web.kill()


@pytest.fixture(autouse=True)
def _back_to_normal(server: Web) -> Iterator[None]:
    """A failed test leaves a running server without faults to the next one."""
    yield
    server.recover()


@pytest.fixture(scope="module")
def sales(server: Web) -> Screen:
    """Lin Yue of sales."""
    return Screen("lin.yue", server.port)


@pytest.fixture(scope="module")
def finance(server: Web) -> Screen:
    """Zhou Min of finance."""
    return Screen("zhou.min", server.port)


def test_killed_between_commit_and_nudge(server, sales, finance):
    sales.start("written", "N-1")
    first = sales.offered("N-1", "first")
    before = noted(server.log.parent / "notes", "letter")
    server.faults.set("die before nudge")
    with contextlib.suppress(Broken):  # the answer may or may not be out before the accident
        sales.complete(first)
    server.wait_until_dead()
    server.faults.clear()
    assert noted(server.log.parent / "notes", "letter") == before
    server.start()
    server.serves()
    assert sales.offered("N-1", "first") is None, "it was committed"
    wait_for("the sweep finds the letter", lambda: finance.offered("N-1", "look"))
    assert len(noted(server.log.parent / "notes", "letter")) == len(before) + 1


def test_killed_inside_a_handler(server, sales, finance):
    notes = server.log.parent / "notes"
    sales.start("worked", "W-1")
    first = sales.offered("W-1", "first")
    before = len(noted(notes, "work"))
    server.faults.set("hold")
    with ThreadPoolExecutor(1) as pool:
        completing = pool.submit(sales.complete, first)
        wait_for("the handler runs", lambda: len(noted(notes, "work")) > before)
        server.kill()
        with pytest.raises(Broken):
            completing.result(20)
    server.faults.clear()
    server.start()
    server.serves()
    assert sales.offered("W-1", "first") == first, "nothing was committed"
    sales.complete(first)
    assert finance.offered("W-1", "look")
    assert len(noted(notes, "work")) == before + 2


def test_a_database_server_killed_while_people_work_comes_back_by_itself(checkout, server, sales, finance):
    """Else everybody gets errors until somebody starts the product again."""
    sales.start("timed", "D-1")
    pid_file = databases.main_cluster(checkout).data / "postmaster.pid"
    pid = int(pid_file.read_text().split("\n")[0])
    os.kill(pid, signal.SIGKILL)
    wait_for("another server runs", lambda: pid_file.exists() and pid_file.read_text().split("\n")[0] != str(pid))

    def offered() -> str | None:
        with contextlib.suppress(Refused):  # what is under way when it dies may fail
            return finance.offered("D-1", "look")
        return None

    wait_for("the timer that was waiting fires", offered)
    assert server.is_running()


def test_interrupting_ends_everything_within_five_seconds(checkout, server, sales, finance):
    sales.start("timed", "T-1")  # a job is under way while it ends
    with finance.socket():
        took = server.stop(signal.SIGINT, 15)
    pid_file = databases.main_cluster(checkout).data / "postmaster.pid"
    assert not pid_file.exists(), "the database server still runs"
    with pytest.raises(ProcessLookupError):
        os.killpg(server.process.pid, 0)
    assert took < 5
    server.start()
    server.serves()
    wait_for("the timer that was waiting", lambda: finance.offered("T-1", "look"))


def test_a_request_that_never_ends_is_left_behind_when_it_is_asked_to_end(checkout, server, sales, finance):
    """Else whoever presses Ctrl-C waits for it, and the database server with them."""
    notes = server.log.parent / "notes"
    sales.start("worked", "W-2")
    first = sales.offered("W-2", "first")
    before = len(noted(notes, "work"))
    server.faults.set("hold")
    with ThreadPoolExecutor(1) as pool:
        completing = pool.submit(sales.complete, first)
        wait_for("the handler runs", lambda: len(noted(notes, "work")) > before)
        took = server.stop(signal.SIGTERM, 15)
        with pytest.raises((Broken, Refused)):
            completing.result(20)
    assert took < 5
    assert not (databases.main_cluster(checkout).data / "postmaster.pid").exists(), "the database server still runs"
    server.recover()
    assert sales.offered("W-2", "first") == first, "nothing was committed"
