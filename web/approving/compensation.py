"""Deciding on the compensation of a complaint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import scopes
from accounts.models import User
from config import clock
from crm_core.service.models import CompensationKind, RequestStatus, ServiceRequest
from tasks_inbox import seeing
from tasks_inbox.models import WorkItem
from web.approving import changes
from web.approving.chain import asked, chain_of, decisions_of
from web.approving.checks import BAD, WARN, check, panel
from web.approving.kinds import ApprovalKind, Variables
from web.approving.rules import as_checks, decided_in, why_asked
from web.components import money
from web.subjects import Subject
from web.views.crm.plan_document import Said
from web.views.crm.words import SEVERITY_TONES, day_words

DECIDING = ("approve",)
ROUTE = ("compensation_authority", "compensation_extra")
SHOWN = frozenset(
    {"compensation", "compensation_kind", "harm", "demand", "findings", "resolution", "commit_on", "root_cause"}
    | {"responsible_unit", "severity"}
)
"""What approvers read of a complaint, and so are told when it is different."""
PARTS = {
    "amounts": ("compensation_kind", "compensation", "harm"),
    "texts": ("demand", "findings", "resolution"),
    "facts": ("root_cause", "responsible_unit", "commit_on"),
}
LATELY = timedelta(days=365)


def _fits(item: WorkItem, subject: Subject | None) -> bool:
    return subject is not None and subject.kind == ServiceRequest.record_kind and item.element in DECIDING


def _document(user: User, item: WorkItem, subject: Subject | None, variables: Variables) -> dict[str, Any]:
    assert subject is not None
    row: ServiceRequest = subject.record
    number = changes.number_of(row, SHOWN)
    changed = changes.changed_since(user, row, seeing.seen_before(user, item, number), SHOWN)
    proposal = _proposal(item)
    since = (proposal.ended_at if proposal is not None else None) or row.created_at
    first = _asked_by(proposal, row)
    said = _said(user, row, changed)
    return {
        "complaint": row,
        **{part: _filled(said, names) for part, names in PARTS.items()},
        "severity_tone": SEVERITY_TONES.get(row.severity, ""),
        "said": said,
        "changed": list(changed.values()),
        "asked_by": first["person"],
        "asked_at": since,
        "seen_number": number,
        "checks": panel(_checks(user, item, row, variables)),
        "approval_chain": chain_of(
            user,
            item,
            first,
            decisions_of(item, DECIDING, since),
            variables,
            rule_of=why_asked(item, ROUTE),
        ),
    }


def _proposal(item: WorkItem) -> WorkItem | None:
    """The task in which this compensation was proposed; one query."""
    rows = WorkItem.objects.filter(
        instance=item.instance_id, element__in=("propose", "mediate"), status=WorkItem.Status.COMPLETED
    )
    return rows.select_related("ended_by").defer("headers").order_by("-ended_at").first()


def _asked_by(proposal: WorkItem | None, row: ServiceRequest) -> dict[str, Any]:
    if proposal is None:
        return asked(row.handler, _("handles the complaint"), row.created_at)
    return asked(proposal.ended_by, _("proposed the compensation"), proposal.ended_at or row.created_at)


def _said(user: User, row: ServiceRequest, changed: dict[str, Said]) -> dict[str, Said]:
    """The fields of the document, with what they were when the person saw them last."""
    hidden = scopes.mask_for(user, ServiceRequest.record_kind)
    words = {
        "compensation": money(row.compensation),
        "compensation_kind": row.get_compensation_kind_display() if row.compensation_kind else "",
        "harm": money(row.harm) if row.harm else "",
        "severity": row.get_severity_display(),
        "demand": row.demand,
        "description": row.description,
        "findings": row.findings,
        "resolution": row.resolution,
        "root_cause": row.root_cause,
        "responsible_unit": str(row.responsible_unit or ""),
        "commit_on": day_words(row.commit_on) if row.commit_on else "",
    }
    return {name: changes.said(row, name, value, changed, hidden) for name, value in words.items()}


def _filled(said: dict[str, Said], names: tuple[str, ...]) -> list[Said]:
    """The fields that say something, or did."""
    return [said[name] for name in names if said[name].value or said[name].old or said[name].masked]


def _checks(user: User, item: WorkItem, row: ServiceRequest, variables: Variables) -> Iterator[dict[str, Any]]:
    hidden = scopes.mask_for(user, ServiceRequest.record_kind)
    source = _("Complaint %(number)s") % {"number": row.number}
    if not {"compensation", "harm"} & hidden:
        yield _within_harm(row, source)
        yield from _others(user, row)
    if row.duplicate_of_id is not None:
        yield check(_("This complaint repeats an earlier one."), source, tone=WARN)
    if row.fraud_suspected:
        yield check(_("The customer is suspected of fraud."), source, tone=BAD)
    if row.findings.strip() or "findings" in hidden:
        yield check(_("The complaint was investigated and the findings are written down."), source)
    else:
        yield check(_("No findings are written down."), source, tone=WARN)
    yield _four_eyes(user, row, variables, source)
    yield from as_checks(item, decided_in(item, ROUTE))


def _within_harm(row: ServiceRequest, source: str) -> dict[str, Any]:
    if row.compensation_kind and row.compensation_kind != CompensationKind.REFUND:
        return check(_("Nothing is paid out."), source)
    values = {"amount": money(row.compensation), "harm": money(row.harm)}
    if not row.harm:
        return check(_("What harm was done is not written down in money."), source, tone=WARN)
    if row.compensation > row.harm:
        return check(_("%(amount)s is more than the harm of %(harm)s.") % values, source, tone=WARN)
    return check(_("%(amount)s is within the harm of %(harm)s.") % values, source)


def _others(user: User, row: ServiceRequest) -> Iterator[dict[str, Any]]:
    """What else the customer was granted within a year, as far as the person may see it; two queries at most."""
    if row.customer_id is None:
        return
    source = _("Complaints of the customer, 12 months")
    rows = ServiceRequest.objects.visible_to(user).filter(
        customer=row.customer_id, compensation__gt=0, created_at__gte=clock.now() - LATELY
    )
    rows = rows.exclude(pk=row.pk).exclude(status__in=(RequestStatus.CANCELLED, RequestStatus.REJECTED))
    found = rows.aggregate(count=Count("pk"), total=Sum("compensation"), newest=Max("created_at"))
    if not found["count"]:
        yield check(_("The customer was granted nothing else in twelve months."), source)
        return
    text = ngettext(
        "The customer was granted one more compensation in twelve months: %(total)s.",
        "The customer was granted %(count)s more compensations in twelve months: %(total)s in all.",
        found["count"],
    ) % {"count": found["count"], "total": money(found["total"] or Decimal(0))}
    last = rows.filter(created_at=found["newest"]).values_list("pk", flat=True).first()
    yield check(text, source, tone=WARN, url=reverse("service_request", args=[last]) if last else "")


def _four_eyes(user: User, row: ServiceRequest, variables: Variables, source: str) -> dict[str, Any]:
    if user.username in {variables.get("proposer"), variables.get("person_complained_about")}:
        return check(_("You proposed it, or the complaint is about you."), source, tone=BAD)
    if row.person_complained_about_id is not None and row.person_complained_about_id == row.handler_id:
        return check(_("Whoever handles the complaint is the one it is about."), source, tone=WARN)
    return check(_("Whoever proposed it does not decide on it."), source)


KIND = ApprovalKind(_fits, "approvals/compensation.html", _document)
