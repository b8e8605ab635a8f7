"""Listeners hear of a change after the commit, each on its own."""

from __future__ import annotations

import logging

import pytest
from django.db import transaction

from accounts import changes
from accounts.changes import ChangeKind, announce

pytestmark = pytest.mark.django_db


def test_nothing_is_said_before_the_commit(told):
    with told() as heard:
        announce(ChangeKind.RIGHTS, [1])
        assert heard == []
    assert [change.users for change in heard] == [frozenset({1})]


def test_nothing_is_said_after_a_rollback(told):
    with told() as heard, transaction.atomic():
        announce(ChangeKind.RIGHTS, [1])
        transaction.set_rollback(True)
    assert heard == []


def test_nobody_concerned_is_nothing_said(told):
    with told() as heard:
        announce(ChangeKind.RIGHTS, [])
    assert heard == []


def test_a_listener_that_fails_does_not_disturb_the_others(told, caplog):
    def deaf(change: changes.Change) -> None:
        raise RuntimeError

    changes.subscribe(deaf)
    try:
        with told() as heard, caplog.at_level(logging.ERROR):
            announce(ChangeKind.RIGHTS, [1])
    finally:
        changes.unsubscribe(deaf)
    assert len(heard) == 1
    assert "a listener failed" in caplog.text
