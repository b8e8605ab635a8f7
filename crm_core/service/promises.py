"""What is promised for a request: a complaint's by the decision table of its process, everything else's by policy."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bpmn import queries as bpmn_queries
from bpmn.exceptions import ProcessNotDeployed
from crm_core.customers.models import Customer
from crm_core.exceptions import WrongState
from crm_core.levels.models import LevelCode
from crm_core.service.models import RequestKind, ServiceRequest, SlaPolicy, Tier
from workflows.models import ProcessInstance

COMPLAINT_PROCESS = "complaint-escalation"
SLA_TABLE = "complaint_sla"
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Promise:
    """Business hours until the first response and the resolution, and for complaints who handles them."""

    first_response: Decimal
    resolve: Decimal
    group: str = ""
    level: int = 0
    tell: tuple[str, ...] = ()

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Promise:
        """The result of the decision table ``complaint_sla``."""
        return cls(
            Decimal(str(row["first_hours"])),
            Decimal(str(row["resolve_hours"])),
            str(row["group"]),
            int(row["level"]),
            tuple(row.get("tell") or ()),
        )


def tier_of(customer: Customer | None) -> Tier:
    """What a customer's promises go by; nobody known counts as standard."""
    if customer is None:
        return Tier.STANDARD
    if customer.is_key_account or customer.level_id == LevelCode.PLATINUM:
        return Tier.TOP
    named = {LevelCode.GOLD.value: Tier.GOLD, LevelCode.SILVER.value: Tier.SILVER}
    return named.get(str(customer.level_id), Tier.STANDARD)


def promise_for(request: ServiceRequest, severity: str, tier: str) -> Promise:
    """What holds for a request of this severity and tier. Raises WrongState when nothing was set up for it."""
    if request.kind == RequestKind.COMPLAINT:
        found = _by_table(request, severity, tier)
        if found is not None:
            return found
    return _by_policy(request, severity, tier)


def live_instance(request: ServiceRequest) -> ProcessInstance | None:
    """The running complaint process of a request."""
    rows = ProcessInstance.objects.filter(
        record_kind=ServiceRequest.record_kind,
        record_id=str(request.pk),
        process_key=COMPLAINT_PROCESS,
        status__in=ProcessInstance.LIVE,
    )
    return rows.order_by("started_at").first()


def _by_table(request: ServiceRequest, severity: str, tier: str) -> Promise | None:
    """By the version the complaint runs on, else the live one; None where no process was deployed."""
    instance = live_instance(request)
    try:
        version = instance.version_id if instance else bpmn_queries.live_version(COMPLAINT_PROCESS).pk
    except ProcessNotDeployed:
        return None
    decisions = bpmn_queries.version_bundle(version).decisions
    if decisions is None:
        return None
    row = decisions.evaluate(SLA_TABLE, {"severity": severity, "tier": tier}, record=False).value
    return Promise.of_row(row) if isinstance(row, dict) else None


def _by_policy(request: ServiceRequest, severity: str, tier: str) -> Promise:
    """A policy of the tier counts as it stands; the standard one is shortened by the customer's SLA factor."""
    rows = SlaPolicy.objects.filter(kind=request.kind, severity=severity, tier__in=(tier, Tier.STANDARD))
    by_tier = {row.tier: row for row in rows}
    row = by_tier.get(tier) or by_tier.get(Tier.STANDARD)
    if row is None:
        raise WrongState(_("No times are promised for requests of this kind and severity."))
    own = row.tier == tier and tier != Tier.STANDARD
    factor = Decimal(1) if own or request.customer is None else request.customer.sla_factor
    return Promise(
        (row.first_response_hours * factor).quantize(HUNDREDTH), (row.resolve_hours * factor).quantize(HUNDREDTH)
    )
