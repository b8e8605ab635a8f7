"""Simulating: acts by those who have the right, at the pace asked for, without a trace of trouble."""

from __future__ import annotations

import random
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Q

from accounts.commands import deactivate_user
from accounts.models import User
from config.clock import DrivenClock, use_clock
from config.demo.acts import staff
from config.demo.acts.deeds import REFUSALS, Deed
from config.demo.simulation import CUSTOMERS, STAFF, Simulation
from crm_core.exceptions import WrongState
from crm_core.history import RecordChange
from notifications.models import Notification
from tasks_inbox.models import WorkItem, WorkItemEvent
from tests.commands.demo.conftest import rolled_back
from workflows.models import Delivery, Incident

pytestmark = pytest.mark.django_db


def play(clock, *, rate=60.0, minutes=1.0, seed=1, tell=lambda deed: None):
    """A simulation whose waiting moves the clock."""
    simulation = Simulation(
        rate=rate,
        minutes=minutes,
        chance=random.Random(seed),
        wait=lambda seconds: clock.advance(timedelta(seconds=seconds)),
        tell=tell,
    )
    return simulation.run()


def test_it_works(company, now):
    """A demo that stands still, or leaves incidents behind, is worse than none."""
    began, deeds = now.now(), []
    tally = play(now, minutes=2, tell=deeds.append)
    assert tally.deeds == len(deeds) >= 100
    assert now.now() - began < timedelta(minutes=2)
    assert list(Incident.objects.values_list("element", "message")) == []
    assert not Delivery.objects.filter(status__in=("pending", "failed")).exists()
    ended = WorkItem.objects.filter(ended_at__gte=began, status="completed")
    assert ended.count() >= 20
    assert WorkItem.objects.filter(created_at__gte=began).count() >= 20
    assert ended.values("element").distinct().count() >= 8
    assert Notification.objects.filter(created_at__gte=began).exists()


def test_only_demo_people_act(company, now):
    """Somebody of a real company must never find acts under their name that they did not do."""
    began = now.now()
    play(now)
    known = {person.pk for person in company.values()}
    for model, by, at in ((WorkItemEvent, "actor", "at"), (RecordChange, "by", "at")):
        rows = model.objects.filter(Q(**{f"{at}__gte": began}) & ~Q(**{by: None}))
        assert set(rows.values_list(by, flat=True)) <= known


def test_who_left_plays_no_more(company, now):
    """A login that was closed still acting would be a hole in the rights."""
    for name in ("liu.yang", "emma.clark"):
        deactivate_user(actor=company["an.min"], user_id=company[name].public_id)
    deeds: list[Deed] = []
    play(now, tell=deeds.append)
    assert deeds
    assert not {deed.who.username for deed in deeds} & {"liu.yang", "emma.clark"}


def test_the_same_seed_acts_the_same(company, now):
    """A demonstration that cannot be repeated cannot be rehearsed."""

    def rehearse(seed):
        deeds = []
        with rolled_back(), use_clock(DrivenClock(now.now())) as clock:
            play(clock, rate=30, seed=seed, tell=deeds.append)
        return [(deed.who.username, deed.what) for deed in deeds]

    assert rehearse(7) == rehearse(7) != rehearse(8)


def test_no_minute_sees_more_acts_than_the_rate(company, now):
    """Beats that a slow machine missed must not be made up for in one burst."""
    moments = []

    def slow(deed):
        moments.append(now.now())
        now.advance(timedelta(seconds=7 if len(moments) == 3 else 0))

    tally = play(now, rate=30, minutes=1, tell=slow)
    assert tally.late == 2  # the turns of four and six seconds later were over
    assert tally.deeds + tally.idle + tally.late == tally.planned == 30
    assert sum(moment < moments[0] + timedelta(seconds=20) for moment in moments) <= 10


def test_losing_a_race_is_no_error(company, now, monkeypatch):
    """Somebody else was faster: the next act is tried instead."""
    calls = []

    def lost(chance):
        calls.append(1)
        raise WrongState

    monkeypatch.setattr("config.demo.simulation.CUSTOMERS", [(1, lost)])
    monkeypatch.setattr("config.demo.simulation.STAFF", [(1, staff.work_on_a_task)])
    tally = play(now)
    assert calls
    assert tally.refused >= len(calls)
    assert tally.deeds == 60


def test_nothing_to_do_passes_the_beat(company, now, monkeypatch):
    """An idle beat must neither hang nor end the play."""
    monkeypatch.setattr("config.demo.simulation.CUSTOMERS", [(1, lambda chance: None)])
    monkeypatch.setattr("config.demo.simulation.STAFF", [(1, lambda chance: None)])
    tally = play(now, rate=10)
    assert (tally.deeds, tally.idle) == (0, 10)


def test_ctrl_c_ends_it_with_a_summary(company, now):
    """An interrupted demo must say how far it got, without a traceback."""
    out = StringIO()

    def interrupted(seconds):
        raise KeyboardInterrupt

    call_command("simulate", "--rate", "60", "--minutes", "1", "--seed", "4", wait=interrupted, stdout=out)
    assert "Stopped after 1 acts of 60 planned" in out.getvalue()


def test_it_says_who_did_what_on_which_record(company, now):
    """A watcher follows the play line by line."""
    out = StringIO()
    wait = lambda seconds: now.advance(timedelta(seconds=seconds))  # noqa: E731
    usual = settings.EMAIL_BACKEND
    call_command("simulate", "--rate", "20", "--minutes", "0.5", "--seed", "2", wait=wait, stdout=out)
    assert usual == settings.EMAIL_BACKEND, "who sends letters after a simulation still sends them"
    lines = out.getvalue().splitlines()
    assert len(lines) == 1 + 10 + 2
    assert lines[1][:8] == "15:30:00"  # the company's own time
    assert any(lines[1][10:].startswith(name) for name in company)
    assert "Done: 10 acts of 10 planned" in lines[-2]


@pytest.mark.parametrize("act", [act for _weight, act in (*CUSTOMERS, *STAFF)], ids=lambda act: act.__name__)
def test_every_act_finds_something_to_do(company, now, act):
    """An act that never applies is a line in a table that nobody ever sees."""
    for seed in range(60):
        try:
            deed = act(random.Random(seed))
        except REFUSALS:
            continue
        if deed is not None:
            assert deed.who.username in company
            assert deed.record
            return
    pytest.fail("nothing to do in sixty tries")


def test_without_the_demo_company_it_is_refused(company):
    """A real company, even one with a li.wei of its own, must never be played with."""
    User.objects.filter(username="li.wei").update(staff_no="E-17")
    with pytest.raises(CommandError, match="no demo company"):
        call_command("simulate", "--rate", "60", "--minutes", "1")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--rate", "0"],
        ["--rate", "-5"],
        ["--rate", "601"],
        ["--rate", "1e9"],
        ["--rate", "nan"],
        ["--rate", "inf"],
        ["--rate", "many"],
        ["--rate", ""],
        ["--minutes", "0"],
        ["--minutes", "-1"],
        ["--minutes", "1441"],
        ["--minutes", "nan"],
        ["--seed", "x"],
    ],
    ids=" ".join,
)
def test_hostile_arguments_are_refused(db, arguments):
    """A slip of the finger must not set off a storm."""
    with pytest.raises(CommandError):
        call_command("simulate", *arguments)
