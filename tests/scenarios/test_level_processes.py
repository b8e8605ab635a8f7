"""The level processes as they are shipped: they deploy without a finding, and the review starts every month."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crm_core.levels.models import LevelChange
from tests.crm import PROCESSES, customer
from tests.support import running
from workflows import deploying
from workflows.models import ProcessInstance, StartTimer

pytestmark = pytest.mark.django_db
KEYS = ("customer-level-change", "level-review")


def test_nothing_speaks_against_deploying_them(clock):
    deployed = deploying.deploy(actor=None, files=deploying.read_paths([PROCESSES / key for key in KEYS]))
    assert [(found.element, found.code) for found in deployed.findings] == []
    assert {version.definition.key for version in deployed.stored.versions} == set(KEYS)


def test_the_review_starts_on_the_first_of_each_month(alice, clock):
    customer(alice, level="gold")
    deploying.deploy(actor=None, files=deploying.read_paths([PROCESSES / key for key in KEYS]))
    assert StartTimer.objects.get().due == datetime(2026, 1, 31, 22, 0, tzinfo=UTC)
    clock.advance_to(datetime(2026, 1, 31, 21, 59, tzinfo=UTC))
    running.settle()
    assert not ProcessInstance.objects.exists()
    clock.advance_to(datetime(2026, 1, 31, 22, 0, tzinfo=UTC))
    running.settle()
    assert ProcessInstance.objects.get(process_key="level-review").ends[-1] == "reviewed"
    assert LevelChange.objects.get().direction == "down"
    assert StartTimer.objects.get().due == datetime(2026, 2, 28, 22, 0, tzinfo=UTC)
