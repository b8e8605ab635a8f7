"""An installation that has a history already: its events are linked when it is brought up to date."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.db import connection

from tests.commands.history.story import walked
from workflows.models import HistoryEvent, ProcessInstance
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db

migration = importlib.import_module("workflows.migrations.0004_link_what_happened_before")


class Editor:
    """As much of a schema editor as the migration asks for."""

    connection = connection


def unlink():
    """The tables as they were before."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL baton.history_maintenance = 'on'")
        cursor.execute("UPDATE workflows_historyevent SET salt = NULL, digest = NULL, link = NULL, version_id = NULL")
        cursor.execute("UPDATE workflows_processinstance SET history_head = ''")
        cursor.execute("SET LOCAL baton.history_maintenance = 'off'")


def test_it_works_and_goes_on_where_it_stopped(clock, alice, operator, monkeypatch):
    walked(clock, alice, operator)
    unlink()
    assert not verify().is_whole
    monkeypatch.setattr(migration, "BATCH", 1)
    migration.link_all(apps, Editor)
    assert verify().is_whole
    assert {event.version_id for event in HistoryEvent.objects.all()} == set(
        ProcessInstance.objects.values_list("version_id", flat=True)
    )
    before = list(HistoryEvent.objects.order_by("pk").values_list("link", flat=True))
    migration.link_all(apps, Editor)
    assert list(HistoryEvent.objects.order_by("pk").values_list("link", flat=True)) == before
