"""The policy plans are held to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused, WrongState
from crm_core.marketing.checks import policy_now
from crm_core.marketing.models import ContactConsent, MarketingPolicy
from crm_core.marketing.rule_commands import publish_policy, set_consent
from tests.commands.marketing.conftest import messages
from tests.crm import customer

pytestmark = pytest.mark.django_db


def publish(actor, percent="15.00", cap=3, days=30):
    return publish_policy(
        actor=actor, max_concession_percent=Decimal(percent), contact_cap=cap, contact_days=days, note="x"
    )


def test_only_plans_it_changes_something_for_are_told(plan, hq_marketing, alice):
    customer(alice)
    generous = plan("under_review", concession_percent=Decimal(12))
    plan("under_review", concession_percent=Decimal(5))
    plan("draft", concession_percent=Decimal(12))
    plan("revision", concession_percent=Decimal(12))
    plan("in_execution", concession_percent=Decimal(12))
    policy = publish(hq_marketing, "10.00")
    assert messages("plan.policy_changed") == [(generous.number, {"policy": policy.number})]
    assert policy_now() == policy
    publish(hq_marketing, "11.00")
    assert len(messages("plan.policy_changed")) == 2
    publish(hq_marketing, "11.00", cap=9)
    assert len(messages("plan.policy_changed")) == 2


def test_a_tighter_contact_cap_is_told_where_it_bites(plan, hq_marketing, alice):
    customer(alice)
    plan("in_execution")
    later = plan("approved", title="Second")
    plan("under_review", title="Elsewhere", segment={"levels": ["gold"]})
    publish(hq_marketing, cap=1)
    assert later.number in [key for key, _ in messages("plan.policy_changed")]
    assert len(messages("plan.policy_changed")) == 1


def test_refusals(hq_marketing, marketing_manager, director):
    for person in (marketing_manager, director):
        with pytest.raises(NotPermitted):
            publish(person)
    with pytest.raises(WrongState):
        publish(hq_marketing)
    for wrong in ({"percent": "101"}, {"cap": 0}, {"days": 0}):
        with pytest.raises(ValuesRefused):
            publish(hq_marketing, **wrong)
    assert not MarketingPolicy.objects.exists()


def test_consent_is_kept_per_channel(alice, charlie):
    row = customer(alice)
    set_consent(actor=alice, customer_id=row.pk, channel="email", allowed=False, note="By letter")
    set_consent(actor=alice, customer_id=row.pk, channel="email", allowed=True)
    kept = ContactConsent.objects.get()
    assert (kept.channel, kept.allowed, kept.note, kept.by) == ("email", True, "", alice)
    with pytest.raises(ValuesRefused):
        set_consent(actor=alice, customer_id=row.pk, channel="pigeon", allowed=True)
    with pytest.raises(RecordNotFound):
        set_consent(actor=charlie, customer_id=row.pk, channel="email", allowed=False)
