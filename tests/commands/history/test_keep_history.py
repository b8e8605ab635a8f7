"""The daily job: it seals once a day, archives what its retention lets go and nothing else, however often it comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.commands.history.story import World, begin, walked
from workflows.archiving.retention import set_retention
from workflows.jobs import keep_history
from workflows.models import ArchivedInstance, HistorySeal, ProcessInstance
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db


def test_it_seals_once_a_day(clock):
    begin(World())
    keep_history()
    assert HistorySeal.objects.count() == 1
    begin(World())
    keep_history()
    assert HistorySeal.objects.count() == 1
    clock.advance(timedelta(hours=24))
    keep_history()
    keep_history()
    assert HistorySeal.objects.count() == 2


def test_it_archives_what_is_due_and_seals_it_before(clock, alice, operator):
    instance = walked(clock, alice, operator)
    keep_history()
    clock.advance(timedelta(days=40))
    keep_history()
    assert ProcessInstance.objects.filter(pk=instance.pk).exists()
    set_retention(actor=operator, process_key="everything", days=30)
    keep_history()
    assert not ProcessInstance.objects.filter(pk=instance.pk).exists()
    assert ArchivedInstance.objects.filter(pk=instance.pk).exists()
    report = verify()
    assert report.is_whole
    assert report.counts["unsigned"] == 0
