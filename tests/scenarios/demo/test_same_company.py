"""The same seed makes the same company, whatever random ids and passwords it gets."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from config.clock import DrivenClock, use_clock
from config.demo import customers, people, story
from config.demo.scenes import levels, talk, visits
from crm_core.customers.models import Customer
from crm_core.interactions.models import Interaction
from crm_core.levels.models import LevelChange
from crm_core.sales.models import OrderLine
from crm_core.service.models import WorkOrder
from notifications.models import Notification
from tasks_inbox.models import WorkItem
from tests import crm
from tests.commands.demo.conftest import NOW, rolled_back

pytestmark = pytest.mark.django_db

SHOWN: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (User, ("username", "native_name", "org_unit__code", "manager__username")),
    (Customer, ("number", "name", "legal_name", "address", "level", "owner__username", "mobile")),
    (OrderLine, ("order__number", "order__ordered_on", "product__number", "quantity", "amount")),
    (Interaction, ("customer__number", "summary", "at", "by__username")),
    (LevelChange, ("number", "customer__number", "status", "to_level", "created_at")),
    (WorkOrder, ("number", "customer__number", "subject", "status", "technician__username", "window_from")),
    (WorkItem, ("record_number", "element", "status", "assignee__username", "created_at", "due_at", "answers")),
    (Notification, ("user__username", "template", "data", "created_at")),
)


def digest_of_a_company(seed: int) -> str:
    """Make a small company and take a hash of everything people see of it; then undo it."""
    with rolled_back(), use_clock(DrivenClock(NOW - story.LENGTH)) as clock:
        _number_from_one()
        assert isinstance(clock, DrivenClock)
        company = people.enter_company(dict.fromkeys((person.username for person in people.PEOPLE), "!"))
        buys = customers.take_in(NOW.date(), 90, seed, lambda text: None)
        parts = (talk, levels, visits)
        story.tell(company, buys, clock, until=NOW, seed=seed, say=lambda text: None, parts=parts)
        rows = [sorted(map(repr, model.objects.values_list(*columns))) for model, columns in SHOWN]
    assert all(rows)
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _number_from_one() -> None:
    """Restart the record numbers; the rollback undoes that too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'S' AND relname LIKE 'crm_number_%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER SEQUENCE {name} RESTART")


def test_the_same_seed_makes_the_same_company():
    """A demo that differs from run to run cannot be written about, nor its faults found again."""
    crm.deploy("customer-level-change", "service-dispatch", "level-review", "complaint-escalation")
    first = digest_of_a_company(3)
    assert digest_of_a_company(3) == first
    assert digest_of_a_company(4) != first
