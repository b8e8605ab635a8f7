"""Campaigns inside a caller's transaction: made from an approved plan, started, ended, withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from config import clock
from crm_core import storing
from crm_core.exceptions import WrongState
from crm_core.marketing.checks import policy_now
from crm_core.marketing.models import (
    ActivityStage,
    Campaign,
    CampaignActivity,
    CampaignFeedback,
    CampaignMember,
    CampaignStatus,
    ContactConsent,
    MarketingPlan,
    MemberStatus,
    PlanStatus,
    WorkPlan,
)
from crm_core.marketing.segments import reachable

CONTACT_BATCH = 200


def publish(plan: MarketingPlan, *, actor: User | None) -> Campaign:
    """Make the campaign of a locked approved plan: activities, customers in contact batches of 200, work plans.

    Each customer is reached by the first channel they did not refuse. Publishing twice gives the same campaign.
    Raises WrongState when the plan is not approved or has no period.
    """
    assert connection.in_atomic_block
    there = campaign_of(plan)
    if there is not None:
        return there
    if plan.status != PlanStatus.APPROVED or plan.starts_on is None or plan.ends_on is None:
        raise WrongState(_("Only an approved plan with a period becomes a campaign."))
    campaign = storing.add(
        Campaign(
            plan=plan,
            name=plan.title,
            channels=plan.channels,
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            org_unit=plan.org_unit,
            owner=plan.owner,
        ),
        actor=actor,
        act="published",
    )
    CampaignActivity.objects.bulk_create(_activities(plan, campaign))
    CampaignMember.objects.bulk_create(_members(plan, campaign), batch_size=1000)
    WorkPlan.objects.bulk_create(_work_plans(plan, campaign))
    return campaign


def campaign_of(plan: MarketingPlan) -> Campaign | None:
    """The campaign of a plan that is not withdrawn."""
    return Campaign.objects.filter(plan=plan).exclude(status=CampaignStatus.WITHDRAWN).first()


def start(plan: MarketingPlan, *, actor: User | None) -> Campaign:
    """Let a published campaign run; starting twice changes nothing. Raises WrongState."""
    campaign = _published(plan)
    if campaign.status == CampaignStatus.DRAFT:
        storing.change(campaign, {"status": CampaignStatus.RUNNING}, actor=actor, act="started")
    return campaign


def finish(plan: MarketingPlan, *, actor: User | None) -> Campaign:
    """End a running campaign; what was not done, and who was not contacted, no longer counts as planned.

    Finishing twice changes nothing. Raises WrongState.
    """
    campaign = _published(plan)
    if campaign.status == CampaignStatus.DONE:
        return campaign
    if campaign.status != CampaignStatus.RUNNING:
        raise WrongState(_("This campaign does not run."))
    _drop_planned(campaign)
    _drop_unfinished(campaign)
    storing.change(campaign, {"status": CampaignStatus.DONE}, actor=actor, act="finished")
    return campaign


def withdraw(plan: MarketingPlan, *, actor: User | None) -> Campaign | None:
    """Take back the plan's campaign with all that was not done yet; None when there is none to take back.

    What was done stays on record. A finished campaign is left alone.
    """
    assert connection.in_atomic_block
    campaign = Campaign.objects.select_for_update(of=("self",)).filter(plan=plan, status__in=Campaign.LIVE).first()
    if campaign is None:
        return None
    _drop_planned(campaign)
    _drop_unfinished(campaign)
    storing.change(campaign, {"status": CampaignStatus.WITHDRAWN}, actor=actor, act="withdrawn")
    return campaign


def record_activity(
    activity: CampaignActivity, stage: str, result: str = "", *, place: str = "", on: date | None = None
) -> None:
    """Keep how far an activity is and what came of it; ``place`` and ``on`` replace what was planned when given.

    Raises WrongState for an activity that is done or cancelled, ValuesRefused.
    """
    if activity.stage in (ActivityStage.DONE, ActivityStage.CANCELLED):
        raise WrongState(_("This activity is over."))
    activity.stage, activity.result = stage, result.strip()
    activity.place, activity.on = place.strip() or activity.place, on or activity.on
    activity.done_at = clock.now() if stage == ActivityStage.DONE else None
    storing.full_check(activity, only=("stage", "place", "on"))
    activity.save()


def record_feedback(
    plan: MarketingPlan, progress: str, problems: str, rating: int | None, *, actor: User | None
) -> int:
    """Keep what somebody reports of a plan's campaign; returns how many reports there are. Raises ValuesRefused."""
    campaign = _published(plan)
    entry = CampaignFeedback(
        campaign=campaign,
        progress=progress.strip(),
        problems=problems.strip(),
        rating=rating,
        at=clock.now(),
        by=actor,
    )
    storing.full_check(entry, only=("progress", "rating"))
    entry.save(force_insert=True)
    return CampaignFeedback.objects.filter(campaign=campaign).count()


def _published(plan: MarketingPlan) -> Campaign:
    campaign = campaign_of(plan)
    if campaign is None:
        raise WrongState(_("This plan has no campaign."))
    return campaign


def _drop_planned(campaign: Campaign) -> None:
    planned = CampaignMember.objects.filter(campaign=campaign, status=MemberStatus.PLANNED)
    planned.update(status=MemberStatus.CANCELLED, status_at=clock.now())


def _drop_unfinished(campaign: Campaign) -> None:
    unfinished = (ActivityStage.PLANNED, ActivityStage.IN_PROGRESS)
    CampaignActivity.objects.filter(campaign=campaign, stage__in=unfinished).update(stage=ActivityStage.CANCELLED)


def _work_plans(plan: MarketingPlan, campaign: Campaign) -> Iterator[WorkPlan]:
    """One for everybody named: the staff share the contact batches in turn, or the author has them all."""
    people = User.objects.filter(username__in=_usernames(plan) | set(plan.staff))
    by_name = {person.username: person for person in people}
    sellers = [by_name[name] for name in plan.staff if name in by_name] or ([plan.owner] if plan.owner else [])
    batches = sorted(set(CampaignMember.objects.filter(campaign=campaign).values_list("batch", flat=True)))
    for person in dict.fromkeys([*sellers, *by_name.values()]):
        at = sellers.index(person) if person in sellers else None
        yield WorkPlan(
            campaign=campaign,
            person=person,
            batches=[] if at is None else batches[at :: len(sellers)],
            starts_on=campaign.starts_on,
            ends_on=campaign.ends_on,
        )


def _activities(plan: MarketingPlan, campaign: Campaign) -> list[CampaignActivity]:
    people = {person.username: person for person in User.objects.filter(username__in=_usernames(plan))}
    return [
        CampaignActivity(
            campaign=campaign,
            position=position,
            name=str(row["name"]).strip()[:200],
            place=str(row.get("place") or plan.place)[:200],
            on=date.fromisoformat(row["on"]) if row.get("on") else campaign.starts_on,
            staff=people.get(str(row.get("staff") or "")),
        )
        for position, row in enumerate(plan.activities, 1)
    ]


def _usernames(plan: MarketingPlan) -> set[str]:
    return {str(row["staff"]) for row in plan.activities if row.get("staff")}


def _members(plan: MarketingPlan, campaign: Campaign) -> Iterator[CampaignMember]:
    refused: dict[Any, set[str]] = {}
    refusals = ContactConsent.objects.filter(channel__in=plan.channels, allowed=False)
    for customer, channel in refusals.values_list("customer", "channel"):
        refused.setdefault(customer, set()).add(channel)
    audience = reachable(plan, policy_now()).order_by("number").values_list("pk", flat=True)
    for index, customer in enumerate(audience):
        open_channels = [channel for channel in plan.channels if channel not in refused.get(customer, ())]
        yield CampaignMember(
            campaign=campaign,
            customer_id=customer,
            channel=open_channels[0],
            batch=index // CONTACT_BATCH + 1,
            planned_on=campaign.starts_on,
        )
