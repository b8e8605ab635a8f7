"""Each check of a plan: what the plan or the world says changes what is found."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import translation

from crm_core.customers.commands import tag_customer
from crm_core.customers.models import Tag, TagCategory
from crm_core.exceptions import WrongState
from crm_core.marketing import checks, revisions
from crm_core.marketing.commands import update_plan
from crm_core.marketing.models import CampaignMember, MarketingPlan
from crm_core.marketing.rule_commands import publish_policy, set_branch_budget, set_consent
from tests.commands.marketing.conftest import END, START, lines
from tests.crm import customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(alice):
    """A gold and a standard customer of the branch."""
    return customer(alice, "Gold Ltd", level="gold"), customer(alice, "Plain Ltd")


def codes(plan) -> dict[str, dict[str, object]]:
    return {finding["code"]: finding["values"] for finding in checks.examine(plan).findings}


def blocking(plan) -> set[str]:
    return {finding["code"] for finding in checks.examine(plan).findings if finding["blocking"]}


def test_a_sound_plan_has_no_findings(plan, two):
    report = checks.examine(plan())
    assert (report.findings, report.people, report.reachable, report.is_blocked) == ((), 2, 2, False)


def test_the_lines_must_add_up(plan, two):
    made = plan(budget_total=Decimal("10000.01"))
    assert blocking(made) == {"budget_sum"}
    assert codes(made)["budget_sum"] == {"lines": "10000.00", "total": "10000.01"}
    assert blocking(plan(amounts=("0.01",), budget_total=Decimal("0.01"))) == set()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"starts_on": None}, "period_missing"),
        ({"ends_on": None}, "period_missing"),
        ({"starts_on": date(2026, 1, 4)}, "period_past"),
        ({"channels": []}, "channels_missing"),
        ({"segment": {"levels": ["platinum"]}}, "segment_empty"),
    ],
)
def test_what_blocks(plan, two, values, code):
    assert blocking(plan(**values)) == {code}


def test_a_plan_may_start_today(plan, two):
    assert blocking(plan(starts_on=date(2026, 1, 5))) == set()


@pytest.mark.parametrize(
    ("rule", "people", "with_shanghai"),
    [
        ({}, 3, 4),
        ({"levels": ["gold"]}, 1, 2),
        ({"levels": ["gold", "standard"]}, 3, 4),
        ({"levels": ["gold"], "stages": ["prospect"]}, 0, 0),
        ({"stages": ["prospect"]}, 1, 1),
        ({"kinds": ["individual"]}, 1, 1),
        ({"industries": ["Hotels"]}, 1, 1),
        ({"areas": ["West"]}, 1, 1),
        ({"tags": ["fair", "golf"]}, 1, 1),
        ({"key_accounts_only": True}, 1, 1),
    ],
)
def test_the_segment_is_what_the_rule_says(plan, two, alice, charlie, rule, people, with_shanghai):
    TagCategory.objects.create(code="c", name="C")
    for code in ("fair", "golf"):
        Tag.objects.create(code=code, name=code, category=TagCategory.objects.get())
    tag_customer(actor=alice, customer_id=two[0].pk, tag_codes=["fair", "golf"])
    customer(
        alice, "Third", kind="individual", lifecycle_stage="prospect", industry="Hotels", area="West",
        is_key_account=True,
    )  # fmt: skip
    customer(alice, "Frozen", account_status="frozen", level="gold")
    customer(charlie, "Shanghai Ltd", level="gold")
    made = plan(segment=rule)
    assert checks.examine(made).people == people
    made.branches = ["SH"]
    assert checks.examine(made).people == with_shanghai


def test_who_refused_every_channel_is_left_out(plan, two, alice):
    made = plan()
    set_consent(actor=alice, customer_id=two[0].pk, channel="email", allowed=False)
    assert codes(made) == {}
    set_consent(actor=alice, customer_id=two[0].pk, channel="phone", allowed=False)
    assert codes(made) == {"contact_refused": {"count": 1}}
    assert checks.examine(made).reachable == 1
    for channel in ("email", "phone"):
        set_consent(actor=alice, customer_id=two[1].pk, channel=channel, allowed=False)
    assert blocking(made) == {"nobody_reachable"}
    set_consent(actor=alice, customer_id=two[1].pk, channel="phone", allowed=True)
    assert blocking(made) == set()


def test_who_is_contacted_often_enough_is_left_out(plan, two, hq_marketing):
    far = {"starts_on": START + timedelta(days=30), "ends_on": END + timedelta(days=60)}
    for number in range(2):
        plan("approved", title=f"Earlier {number}", ends_on=START)
    made, later = plan(starts_on=START + timedelta(days=29), ends_on=END + timedelta(days=60)), plan(**far)
    assert (codes(made), codes(later)) == ({}, {})
    plan("approved", title="Earlier 3", ends_on=START, segment={"levels": ["gold"]})
    assert (codes(made), codes(later)) == ({"contact_cap": {"count": 1}}, {})
    publish_policy(actor=hq_marketing, max_concession_percent=Decimal(15), contact_cap=2, contact_days=30)
    assert blocking(made) == {"nobody_reachable"}
    publish_policy(actor=hq_marketing, max_concession_percent=Decimal(15), contact_cap=4, contact_days=30)
    assert codes(made) == {}
    CampaignMember.objects.update(status="cancelled")
    publish_policy(actor=hq_marketing, max_concession_percent=Decimal(15), contact_cap=1, contact_days=30)
    assert codes(made) == {}


def test_a_running_campaign_of_the_same_people_is_a_clash(plan, two):
    made = plan()
    other = plan("in_execution", title="Other", segment={"levels": ["gold"]})
    number = other.campaigns.get().number
    assert codes(made) == {"campaign_clash": {"campaign": number, "count": 1}}
    assert not checks.examine(made).is_blocked
    assert "campaign_clash" not in codes(other)
    made.starts_on, made.ends_on = END + timedelta(days=1), END + timedelta(days=2)
    assert codes(made) == {}
    made.starts_on = END
    assert list(codes(made)) == ["campaign_clash"]


def test_a_concession_beyond_the_policy_is_found(plan, two, hq_marketing):
    made = plan(concession_percent=Decimal("15.00"))
    assert not checks.examine(made).is_outside_policy
    publish_policy(actor=hq_marketing, max_concession_percent=Decimal("14.99"), contact_cap=3, contact_days=30)
    report = checks.examine(made)
    assert (report.is_outside_policy, report.is_blocked, report.policy) == (True, False, 1)
    assert codes(made) == {"concession_outside_policy": {"percent": "15.00", "allowed": "14.99"}}


def test_a_branch_without_money_is_found(plan, two, units, finance):
    made = plan()
    set_branch_budget(actor=finance, branch=units["HZ"], year=2026, amount=Decimal(10000))
    assert codes(made) == {}
    set_branch_budget(actor=finance, branch=units["HZ"], year=2026, amount=Decimal(9999))
    assert codes(made) == {"branch_budget_short": {"left": "9999.00", "total": "10000.00"}}


def test_the_report_is_frozen_on_the_revision(plan, two, analyst):
    made = plan(budget_total=Decimal(1))
    with transaction.atomic():
        first, report = checks.freeze(made)
    update_plan(actor=analyst, plan_id=made.pk, values={"budget_total": Decimal(10000)}, lines=lines("10000"))
    made = MarketingPlan.objects.get()
    with transaction.atomic():
        second, _ = checks.freeze(made)
    kept = made.revisions.get(number=1)
    assert (first.number, second.number, kept.findings) == (1, 2, report.plain())
    assert (kept.findings["blocked"], second.findings["blocked"]) == (True, False)
    assert kept.findings_hash == revisions.digest(kept.findings) != second.findings_hash
    assert kept.checked_at is not None


def test_a_plan_without_revision_is_not_checked(plan):
    made = plan()
    made.revisions.all().delete()
    with pytest.raises(WrongState), transaction.atomic():
        checks.freeze(made)


def test_every_finding_has_a_sentence(plan, alice, two):
    made = plan(budget_total=Decimal(1), starts_on=date(2026, 1, 1), concession_percent=Decimal(99))
    with translation.override("en"):
        words = [checks.sentence(finding) for finding in checks.examine(made).findings]
    assert words == [
        "The budget lines add up to 10000.00, the budget is 1.00.",
        "The plan would start on 2026-01-01, which has passed.",
        "A concession of 99.00 % is asked for, 15.00 % is allowed.",
    ]
    assert checks.sentence({"code": "made-up", "values": {}}) == "made-up"
