"""Campaigns: the list, and the page of one with activities, contact batches, money, responses and feedback."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import scopes
from accounts.models import Action, User
from crm_core.attachments.queries import attachments_of
from crm_core.customers.models import Customer
from crm_core.marketing import commands, queries
from crm_core.marketing.models import (
    BookedCost,
    Campaign,
    CampaignMember,
    CampaignStatus,
    MarketingPlan,
    MemberStatus,
)
from web.pages import is_partial, page_number, reader, signed_in
from web.subjects import MASK
from web.views.crm.acting import done
from web.views.crm.filters import Filter, Filtering, choices_of
from web.views.crm.paging import counted, slice_of
from web.views.crm.plan_outcome import outcome_of, outcome_so_far
from web.views.crm.plan_words import ACTIVITY_TONES, CAMPAIGN_TONES, joined, period
from web.views.crm.process_part import process_part
from web.views.crm.words import day_words

MEMBER_TONES = {MemberStatus.CONTACTED: "info", MemberStatus.RESPONDED: "success"}


@require_GET
@signed_in
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Fifty campaigns, the last to start first; the number of queries does not grow with them."""
    user = reader(request)
    filtering = Filtering(request, (Filter("status", _("Status"), choices_of(CampaignStatus.choices)),))
    text = request.GET.get("q", "").strip()[:200]
    rows = queries.campaign_list(user, status=filtering.values.get("status", ""))
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(number__iexact=text))
    page = slice_of(rows, page_number(request))
    context = {
        "page": page,
        "rows": [_row(row) for row in page.rows],
        "count": counted(rows),
        "text": text,
        "filtering": filtering,
        "chips": filtering.chips(),
        "is_narrowed": bool(filtering.values or text),
    }
    return render(request, "crm/campaigns/rows.html" if is_partial(request) else "crm/campaigns/list.html", context)


@require_GET
@signed_in
def campaign_page(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """One campaign; for a script its living part. ``?batch=2`` shows the customers of a contact batch."""
    user = reader(request)
    campaign = queries.campaign(user, campaign_id)
    plan = MarketingPlan.objects.select_related("evaluation").get(pk=campaign.plan_id)
    sees_plan = scopes.may(user, Action.VIEW, MarketingPlan.record_kind, plan)
    batches = _batches(campaign)
    batch = _batch_asked_for(request, batches)
    evaluation = getattr(plan, "evaluation", None)
    costs = BookedCost.objects.filter(plan=plan).order_by("-booked_on", "-pk") if sees_plan else ()
    context = {
        "campaign": campaign,
        "plan": plan if sees_plan else None,
        "tone": CAMPAIGN_TONES.get(campaign.status, ""),
        "period": period(day_words(campaign.starts_on), day_words(campaign.ends_on)),
        "feedback": list(campaign.feedback.select_related("by").order_by("-at", "-pk")),
        "work_plans": list(campaign.work_plans.select_related("person")),
        "channels": joined(label for code, label in _channels() if code in campaign.channels),
        "activities": _activities(campaign),
        "batches": batches,
        "batch": batch,
        "members": _members(request, user, campaign, batch) if batch else None,
        "outcome": outcome_of(evaluation) if evaluation else outcome_so_far(plan),
        "evaluation": evaluation,
        "money": queries.money(plan) if sees_plan else None,
        "costs": list(costs),
        "files": list(attachments_of(user, Campaign.record_kind, campaign.pk)),
        **process_part(user, plan),
    }
    template = "crm/campaigns/living.html" if is_partial(request) else "crm/campaigns/page.html"
    return render(request, template, context)


@require_POST
@signed_in
def contact_recorded(request: HttpRequest, campaign_id: UUID, customer_id: UUID) -> HttpResponse:
    """A customer of the campaign was contacted, or responded."""
    responded = request.POST.get("responded") == "1"
    commands.record_contact(
        actor=reader(request), campaign_id=campaign_id, customer_id=customer_id, responded=responded
    )
    sentence = _("The response is recorded.") if responded else _("The contact is recorded.")
    return done(request, sentence, reverse("marketing_campaign", args=[campaign_id]))


def _row(row: Campaign) -> dict[str, Any]:
    days = period(day_words(row.starts_on), day_words(row.ends_on))
    return {"row": row, "tone": CAMPAIGN_TONES.get(row.status, ""), "period": days}


def _channels() -> list[tuple[str, Any]]:
    return list(CampaignMember._meta.get_field("channel").choices or ())


def _activities(campaign: Campaign) -> list[dict[str, Any]]:
    rows = campaign.activities.select_related("staff").order_by("on", "position")
    return [{"row": row, "tone": ACTIVITY_TONES.get(row.stage, ""), "on": day_words(row.on)} for row in rows]


def _batches(campaign: Campaign) -> list[dict[str, Any]]:
    """How far every contact batch is; one query."""
    rows: QuerySet[CampaignMember, Any] = CampaignMember.objects.filter(campaign=campaign)
    found = rows.values("batch", "planned_on").annotate(
        people=Count("pk"),
        contacted=Count("pk", filter=Q(status__in=queries.REACHED)),
        responded=Count("pk", filter=Q(status=MemberStatus.RESPONDED)),
    )
    address = reverse("marketing_campaign", args=[campaign.pk])
    return [
        {
            **row,
            "planned_on": day_words(row["planned_on"]),
            "url": f"{address}?batch={row['batch']}#members",
            "used": round(100 * row["contacted"] / row["people"]),
        }
        for row in found.order_by("batch", "planned_on")
    ]


def _batch_asked_for(request: HttpRequest, batches: list[dict[str, Any]]) -> int:
    """The batch in the address when there is such a one, else 0."""
    text = request.GET.get("batch", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
    return number if any(row["batch"] == number for row in batches) else 0


def _members(request: HttpRequest, user: User, campaign: Campaign, batch: int) -> dict[str, Any]:
    """Fifty customers of a batch; those the person may not see keep their name to themselves."""
    rows = CampaignMember.objects.filter(campaign=campaign, batch=batch).select_related("customer")
    page = slice_of(rows.order_by("customer__number"), page_number(request))
    ids = [row.customer_id for row in page.rows]
    visible = set(Customer.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    hidden = "name" in scopes.mask_for(user, Customer.record_kind)
    may = campaign.status == CampaignStatus.RUNNING and scopes.may(user, Action.CHANGE, Campaign.record_kind, campaign)
    entries = [
        {
            "row": row,
            "tone": MEMBER_TONES.get(MemberStatus(row.status), ""),
            "is_visible": row.customer_id in visible,
            "name": MASK if hidden or row.customer_id not in visible else row.customer.name,
            "may_contact": may and row.customer_id in visible and row.status == MemberStatus.PLANNED,
            "may_respond": may
            and row.customer_id in visible
            and row.status in {MemberStatus.PLANNED, MemberStatus.CONTACTED},
        }
        for row in page.rows
    ]
    return {"page": page, "entries": entries}
