"""What people may silence, and what reaches them all the same: broken promises and customers' safety."""

from __future__ import annotations

import pytest

from config import clock as clocks
from notifications.commands import choose_channels, tell_group, tell_people
from notifications.models import Notification, Urgency
from notifications.texts import TEMPLATES
from tests import crm
from web.components import icon_shapes
from workflows import inputs, registry
from workflows.exceptions import InputRefused
from workflows.steps import StepContext

pytestmark = pytest.mark.django_db
BREACHES = [
    "complaint-critical",
    "complaint-late",
    "request-late",
    "request-unanswered",
    "task-escalated",
    "task-overdue",
    "work-order-arrival-due",
    "work-order-arrival-late",
]


def silence(person, template):
    choose_channels(actor=person, template=template, in_app=False, email=False)


def say(person, template, urgency=Urgency.NORMAL):
    about = {"data": {}, "record_kind": "", "record_id": "", "key": f"k {template} {urgency}"}
    return tell_people(usernames=[person.username], template=template, urgency=urgency, **about)


def call(type, **given):
    """The effect as its job calls it: typed inputs in."""
    handler = registry.handler(type)
    assert handler is not None
    step = StepContext(
        instance_id="00000000-0000-0000-0000-000000000001", process_key="p", number="N-1", element=type, step="1",
        loop=1, now=clocks.now(), actor=None, record_kind="", record_id="",
    )  # fmt: skip
    return handler.function(step, **inputs.bind(handler, given))


def test_which_news_nobody_can_silence():
    """A template that joins or leaves the list does so on purpose."""
    assert sorted(name for name, template in TEMPLATES.items() if template.is_breach) == BREACHES


def test_every_sentence_has_an_icon_that_exists():
    """A bell that rings with an unknown icon breaks the whole page of notifications."""
    assert {template.icon for template in TEMPLATES.values()} <= icon_shapes().keys()


@pytest.mark.parametrize("template", BREACHES)
def test_breaches_reach_who_silenced_them(agent, template):
    """A late complaint that stays quiet because somebody liked silence is a promise broken twice."""
    silence(agent, template)
    assert say(agent, template) == 1
    row = Notification.objects.get(user=agent)
    assert row.urgency == Urgency.BREACH
    assert row.mail_after is not None


def test_other_news_is_silenced(agent):
    """Preferences do lower the rest."""
    silence(agent, "level-change-applied")
    assert say(agent, "level-change-applied") == 0
    assert not Notification.objects.exists()


def test_only_mail_is_silenced_when_asked_for(agent):
    """The bell rings without a letter."""
    choose_channels(actor=agent, template="level-change-applied", in_app=True, email=False)
    assert say(agent, "level-change-applied") == 1
    assert Notification.objects.get().mail_after is None


def test_a_diagram_can_say_that_its_news_is_a_breach(agent, service_manager):
    """Designers' own templates have no entry in the list: the step says it."""
    silence(agent, "own-news")
    silence(service_manager, "own-news")
    assert call("notify.person", to="agent", template="own-news") == {"told": 0}
    assert call("notify.person", to="agent", template="own-news", urgency="breach") == {"told": 1}
    assert call("notify.group", to="service-manager@HZ", template="own-news") == {"told": 0}
    assert call("notify.group", to="service-manager@HZ", template="own-news", urgency="breach") == {"told": 1}


def test_any_other_urgency_is_refused(agent):
    """A misspelt urgency must not quietly become a normal one."""
    with pytest.raises(InputRefused):
        call("notify.person", to="agent", template="own-news", urgency="loud")


def test_a_breach_is_told_only_to_who_may_see_the_record(agent, charlie, alice):
    """Urgency opens no door."""
    customer = crm.customer(alice)
    about = {"data": {}, "record_kind": "customer", "record_id": str(customer.pk), "key": "k"}
    told = tell_people(usernames=["agent", "charlie"], template="complaint-late", urgency=Urgency.BREACH, **about)
    assert told == 1
    assert tell_group(group_key="sales@SH", template="complaint-late", urgency=Urgency.BREACH, **about) == 0
    assert set(Notification.objects.values_list("user__username", flat=True)) == {"agent"}
