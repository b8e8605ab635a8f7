"""Production mode: two web processes, worker, beat, Redis and PostgreSQL; what dies comes back and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from scripts.programs import wait_for
from tests.production.conftest import Installation
from tests.production.screens import Broken, Screen, hint


@pytest.fixture(autouse=True)
def _back_to_normal(installation: Installation) -> Iterator[None]:
    """A failed test leaves everything running and without faults to the next one."""
    yield
    for program in (*installation.web, installation.worker):
        program.recover()


@pytest.fixture(scope="module")
def sales(installation: Installation) -> Screen:
    """Lin Yue of sales, at the first web process."""
    return Screen("lin.yue", installation.web[0].port)


@pytest.fixture(scope="module")
def finance(installation: Installation) -> Screen:
    """Zhou Min of finance, at the second."""
    return Screen("zhou.min", installation.web[1].port)


def test_the_next_persons_screen_at_another_process_hears_of_it_within_a_second(sales, finance):
    with sales.socket() as mine, finance.socket() as theirs:
        sales.start("relay", "R-1")
        first = sales.offered("R-1", "first")
        hint(mine, first, 5)
        assert finance.offered("R-1", "look") is None
        with ThreadPoolExecutor(1) as pool:
            completed = pool.submit(sales.complete, first)
            completed.result(20)
            look = finance.offered("R-1", "look")
            assert hint(theirs, look, 1)["list"] in {"inbox:groups", "inbox:mine"}


def test_a_timer_fires_and_an_effect_is_performed_by_the_worker(installation, sales, finance):
    done = len(installation.noted("letter"))
    sales.start("timed", "T-1")
    wait_for("the task after the timer", lambda: finance.offered("T-1", "look"), 15)
    assert len(installation.noted("letter")) == done + 1


def test_a_web_process_killed_inside_a_handler_leaves_the_task_as_it_was(installation, sales, finance):
    here, there = installation.web
    sales.start("worked", "W-1")
    first = sales.offered("W-1", "first")
    done = len(installation.noted("work"))
    here.faults.set("hold")
    with ThreadPoolExecutor(1) as pool:
        completing = pool.submit(sales.complete, first)
        wait_for("the handler runs", lambda: len(installation.noted("work")) > done)
        here.kill()
        with pytest.raises(Broken):
            completing.result(20)
    here.faults.clear()
    elsewhere = sales.at(there.port)
    assert elsewhere.offered("W-1", "first") == first
    assert finance.offered("W-1", "look") is None
    here.start()
    elsewhere.complete(first)
    assert finance.offered("W-1", "look")
    here.serves()
    assert sales.offered("W-1", "first") is None  # the same session at the process that came back


def test_a_web_process_killed_between_commit_and_nudge_loses_nothing(installation, sales, finance):
    here, there = installation.web
    sales.start("written", "N-1")
    first = sales.offered("N-1", "first")
    before = len(installation.noted("letter"))
    here.faults.set("die before nudge")
    with pytest.raises(Broken):
        sales.complete(first)
    here.wait_until_dead()
    here.faults.clear()
    here.start()
    assert sales.at(there.port).offered("N-1", "first") is None
    wait_for("the sweep finds the letter", lambda: finance.offered("N-1", "look"))
    assert len(installation.noted("letter")) == before + 1
    here.serves()
    with sales.socket():  # opens, and has its beat, at the process that came back
        assert sales.offered("N-1", "first") is None


def test_a_worker_killed_inside_a_handler_and_inside_an_effect_is_made_good(installation, sales, finance):
    worker = installation.worker
    worked, written = len(installation.noted("work")), len(installation.noted("letter"))
    worker.faults.set("hold")
    sales.start("timed", "T-2")
    wait_for("the timer's handler runs in the worker", lambda: len(installation.noted("work")) > worked)
    worker.kill()
    worker.faults.clear()
    assert finance.offered("T-2", "look") is None
    worker.faults.set("die in letter")
    worker.start()
    worker.ready(lambda: len(installation.noted("letter")) > written)
    worker.kill()
    worker.faults.clear()
    assert finance.offered("T-2", "look") is None
    worker.start()
    worker.ready(lambda: finance.offered("T-2", "look"))
    finance.complete(finance.offered("T-2", "look"))
    keys = installation.noted("work")[worked:], installation.noted("letter")[written:]
    assert [len(set(each)) for each in keys] == [1, 1], "repeated under the same key"
    assert [len(each) for each in keys] == [2, 2], "done again after the accident, and then never more"
