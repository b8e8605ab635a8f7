"""Asking back after the work: return visits are planned by processes or people, and a bad score opens a complaint."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Action, User
from accounts.queries import calendar_of
from config import clock
from crm_core import storing
from crm_core.customers.models import Customer
from crm_core.days import today_at
from crm_core.exceptions import ValuesRefused, WrongState
from crm_core.permissions import locked, require, seen
from crm_core.service import operations
from crm_core.service.models import (
    RequestChannel,
    RequestKind,
    ReturnVisit,
    ServiceRequest,
    VisitStatus,
    WorkOrder,
)

BAD_SCORE = 2
HOURS_PER_DAY = 8


@transaction.atomic(durable=True)
def plan_return_visit(
    *, actor: User, customer_id: UUID | str, due_on: date, request_id: UUID | str | None = None, script: str = ""
) -> ReturnVisit:
    """Plan to ask a customer back on a day, about one of their requests or in general.

    ``script`` are the questions to ask, one a line. Raises RecordNotFound, NotPermitted, ValuesRefused for a day gone
    by, for another customer's request, and for a request somebody is to ask about already.
    """
    customer = locked(Customer, actor, customer_id)
    request = seen(ServiceRequest, actor, request_id) if request_id else None
    visit = ReturnVisit(
        customer=customer,
        request=request,
        owner=actor,
        org_unit=customer.org_unit,
        due_on=due_on,
        script=script.strip(),
    )
    require(actor, Action.CREATE, ReturnVisit.record_kind, visit)
    if due_on < today_at(customer.org_unit):
        raise ValuesRefused({"due_on": [_("This day has passed.")]})
    if request is not None:
        _check_request(request, customer)
    return storing.add(visit, actor=actor, act="planned")


@transaction.atomic(durable=True)
def record_return_visit(*, actor: User, visit_id: UUID | str, score: int, result: str = "") -> ReturnVisit:
    """Keep what the customer said, from 1 (bad) to 5; a score of 2 or less opens a complaint at once.

    The score is also the satisfaction of the request the visit is about. Raises RecordNotFound, NotPermitted,
    ValuesRefused, WrongState when it was recorded before.
    """
    visit = _due_and_locked(actor, visit_id)
    if not 1 <= score <= 5:
        raise ValuesRefused({"score": [_("A score is from 1 to 5.")]})
    bad = score <= BAD_SCORE
    status = VisitStatus.ESCALATED if bad else VisitStatus.DONE
    storing.change(visit, {"score": score, "result": result.strip(), "status": status}, actor=actor, act=status)
    if visit.request_id is not None:
        request = ServiceRequest.objects.select_for_update(of=("self",)).get(pk=visit.request_id)
        storing.change(request, {"satisfaction": score}, actor=actor, act="return-visit-scored")
    if bad:
        storing.change(visit, {"complaint": _complain(visit, actor)}, actor=actor, act="complained")
    return visit


@transaction.atomic(durable=True)
def record_unreachable(*, actor: User, visit_id: UUID | str, result: str = "") -> ReturnVisit:
    """Give up a return visit because nobody could be reached. Raises RecordNotFound, NotPermitted, WrongState."""
    visit = _due_and_locked(actor, visit_id)
    values = {"status": VisitStatus.UNREACHABLE, "result": result.strip()}
    storing.change(visit, values, actor=actor, act="unreachable")
    return visit


def add_return_visit(
    *, request: ServiceRequest, business_days: int, actor: User | None, work_order: WorkOrder | None = None
) -> ReturnVisit | None:
    """Plan a return visit so many business days ahead, for processes; one is due at a time for a request.

    None for a request without a customer. The branch's calendar counts the days.
    """
    assert connection.in_atomic_block
    if request.customer is None:
        return None
    about = {"work_order": work_order} if work_order is not None else {"request": request}
    known = ReturnVisit.objects.filter(**about).exclude(status=VisitStatus.UNREACHABLE).first()
    if known is not None:
        return known
    calendar = calendar_of(request.org_unit)
    due = calendar.add(clock.now(), business_days * HOURS_PER_DAY).astimezone(calendar.zone).date()
    visit = ReturnVisit(
        customer=request.customer,
        request=request,
        work_order=work_order,
        owner=request.handler or request.owner,
        org_unit=request.org_unit,
        due_on=due,
    )
    return storing.add(visit, actor=actor, act="planned")


def _due_and_locked(actor: User, visit_id: UUID | str) -> ReturnVisit:
    visit = locked(ReturnVisit, actor, visit_id)
    require(actor, Action.CHANGE, ReturnVisit.record_kind, visit)
    if visit.status != VisitStatus.DUE:
        raise WrongState(_("This return visit was recorded before."))
    return visit


def _check_request(request: ServiceRequest, customer: Customer) -> None:
    if request.customer_id != customer.pk:
        raise ValuesRefused({"request_id": [_("This request is another customer’s.")]})
    if request.return_visits.filter(status=VisitStatus.DUE).exists():
        raise ValuesRefused({"request_id": [_("Somebody is to ask about this request already.")]})


def _complain(visit: ReturnVisit, actor: User) -> ServiceRequest:
    complaint = ServiceRequest(
        kind=RequestKind.COMPLAINT,
        channel=RequestChannel.RETURN_VISIT,
        customer=visit.customer,
        subject=_("Return visit %(number)s: score %(score)s") % {"number": visit.number, "score": visit.score},
        description=visit.result,
        owner=visit.customer.owner,
        org_unit=visit.customer.org_unit,
        converted_from=visit.request,
    )
    return operations.open_request(complaint, actor=actor)
