"""The demo company: every role finds work, nothing is stuck, and the same seed tells the same story."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from accounts.models import User
from config.demo.people import PEOPLE
from crm_core.customers.models import Customer
from crm_core.dispatch.queries import MESSAGES, acts_open_to
from crm_core.levels.models import ChangeStatus, LevelChange
from crm_core.service.models import RequestKind, ServiceRequest, WorkOrder
from notifications.models import Notification
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import View, page
from tests.commands.demo.conftest import CUSTOMERS
from workflows.models import Delivery, Incident

pytestmark = pytest.mark.django_db
WITHOUT_TASKS = {"an.min"}
"""The administrator looks after the others' work."""


def tasks_of(person: User) -> list[WorkItem]:
    return [*page(person, View.MINE).items, *page(person, View.GROUPS).items]


def test_it_works(company, now):
    """A demo with an incident or a letter that never went out shows a broken product."""
    assert set(company) == {person.username for person in PEOPLE}
    assert Customer.objects.count() == CUSTOMERS
    assert list(Incident.objects.values_list("element", "message")) == []
    assert not Delivery.objects.filter(status__in=("pending", "failed")).exists()
    assert not Notification.objects.filter(mail_after__lte=now.now(), mailed_at=None, read_at=None).exists()


def test_everybody_finds_work_and_news(company, now):
    """A login with an empty inbox shows the visitor nothing."""
    lonely = {name for name, person in company.items() if not tasks_of(person)}
    assert lonely <= WITHOUT_TASKS
    untold = {name for name, person in company.items() if not Notification.objects.filter(user=person).exists()}
    assert len(untold) <= 4, untold
    due = Counter("late" if item.due_at < now.now() else "soon" for item in WorkItem.objects.filter(status="open"))
    assert due["late"] >= 10
    assert due["soon"] >= 25


def test_level_changes_stand_in_every_state(company):
    """A state no record is in cannot be looked at."""
    states = set(LevelChange.objects.values_list("status", flat=True))
    wanted = (ChangeStatus.REQUESTED, ChangeStatus.APPROVED, ChangeStatus.REJECTED, ChangeStatus.APPLIED)
    assert {*wanted, ChangeStatus.REVOKED, ChangeStatus.WITHDRAWN} <= states


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_complaints_run_and_are_late_at_each_level(company, now, level):
    """An escalation nobody sees in the demo is one nobody believes in."""
    complaints = ServiceRequest.objects.filter(
        kind=RequestKind.COMPLAINT, status__in=ServiceRequest.OPEN, escalation_level=level
    )
    assert complaints.filter(resolve_due__gt=now.now()).exists()
    assert level == 0 or complaints.filter(resolve_due__lt=now.now()).exists()


def test_every_button_of_a_work_order_can_be_pressed(company, now):
    """A message that waits nowhere leaves a button nobody can find."""
    open_to_somebody = {
        act
        for order in WorkOrder.objects.filter(status__in=WorkOrder.OPEN)
        for name in ("liu.yang", "shi.min", "xu.tao")
        for act in acts_open_to(company[name], order)
    }
    assert open_to_somebody == set(MESSAGES)


def test_customers_are_called_like_companies(company):
    """Numbers in names and Chinese customers with English words give a demo away."""
    for customer in Customer.objects.all():
        assert not re.search(r"\d", customer.name)
        assert customer.name.isascii() == customer.area.isascii() == (customer.language == "en")


def test_work_is_written_in_the_customers_language(company):
    """An English subject on a Chinese customer's complaint, or the other way round."""
    for request in ServiceRequest.objects.select_related("customer"):
        assert request.customer is not None
        assert not (request.subject.isascii() and not request.customer.name.isascii()), request.number


def test_nothing_is_made_twice(company, capsys):
    """A second run over people's data would mix two companies."""
    from django.core.management import call_command

    before = Customer.objects.count()
    call_command("demo")
    assert "already" in capsys.readouterr().err
    call_command("demo", "--if-empty")
    assert Customer.objects.count() == before
