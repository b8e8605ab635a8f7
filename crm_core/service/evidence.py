"""What service adds to the evidence for a level: complaints, those held against the customer, satisfaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, QuerySet
from django.utils import timezone

from crm_core.days import months_before
from crm_core.levels.evidence import register_source
from crm_core.service.models import RequestKind, RequestStatus, ServiceRequest, Severity, Upheld


def complaints(customers: Iterable[UUID], as_of: date) -> dict[UUID, int]:
    """Complaints in the twelve months up to a day, without duplicates and what was no complaint."""
    rows = _year(customers, as_of).filter(kind=RequestKind.COMPLAINT).exclude(status=RequestStatus.REJECTED)
    return dict(rows.values_list("customer").annotate(count=Count("pk")))


def critical_complaints(customers: Iterable[UUID], as_of: date) -> dict[UUID, int]:
    """Critical complaints in which quality found the customer's fraud: those are upheld against the customer."""
    rows = _year(customers, as_of).filter(
        kind=RequestKind.COMPLAINT,
        severity=Severity.CRITICAL,
        fraud_suspected=True,
        upheld__in=[Upheld.UPHELD, Upheld.PARTLY, Upheld.NOT_UPHELD],
    )
    return dict(rows.values_list("customer").annotate(count=Count("pk")))


def satisfaction(customers: Iterable[UUID], as_of: date) -> dict[UUID, float]:
    """The mean satisfaction (1 to 5) customers gave, rounded to two digits."""
    rows = _year(customers, as_of).filter(satisfaction__isnull=False)
    found: Any = rows.values_list("customer").annotate(mean=Avg("satisfaction"))
    return {customer: round(float(mean), 2) for customer, mean in found}


def _year(customers: Iterable[UUID], as_of: date) -> QuerySet[ServiceRequest]:
    """Requests received in (as_of - 12 months, as_of], days in the company's zone."""
    zone = timezone.get_default_timezone()
    end = datetime.combine(as_of + timedelta(days=1), time(), zone)
    start = datetime.combine(months_before(as_of, 12) + timedelta(days=1), time(), zone)
    rows: QuerySet[ServiceRequest] = ServiceRequest.objects.filter(customer__in=list(customers))
    return rows.filter(created_at__gte=start, created_at__lt=end).order_by()


def register() -> None:
    """Make the three figures part of every evidence collected from now on."""
    register_source("complaints", complaints)
    register_source("critical_complaints", critical_complaints)
    register_source("satisfaction", satisfaction, absent=None)
