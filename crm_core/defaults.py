"""What a new company starts with in the CRM: customer levels, service queues, and promised times by kind of request.

Installed after migrations where the table is empty; a company's own rows are never touched.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction


def benefit(code: str, en: str, zh: str) -> dict[str, str]:
    """One thing a level grants, in both languages."""
    return {"code": code, "en": en, "zh": zh}


HOTLINE = benefit("hotline", "Own hotline", "专属热线")
CARE = benefit("birthday-care", "Care on birthdays and anniversaries", "生日与周年关怀")
MANAGER = benefit("account-manager", "Account manager", "客户经理")
FIRST = benefit("first-in-line", "First in line for events", "活动优先")

# code, names, amount from, benefits, SLA factor, credit limit, review after months, tell when lowered
LEVELS: tuple[tuple[str, str, str, str | None, list[dict[str, str]], str, str, int, bool], ...] = (
    ("watch", "Watch", "关注", None, [], "1.00", "0", 3, False),
    ("standard", "Standard", "普通", "0", [], "1.00", "0", 12, False),
    ("silver", "Silver", "银级", "20000", [CARE], "0.90", "50000", 12, False),
    ("gold", "Gold", "金级", "100000", [CARE, HOTLINE, FIRST], "0.75", "200000", 12, True),
    ("platinum", "Platinum", "白金", "500000", [CARE, HOTLINE, FIRST, MANAGER], "0.50", "1000000", 12, True),
)
# code, name, Chinese name, role that works it
QUEUES = (
    ("service", "Service", "客服", "service"),
    ("senior-service", "Senior service", "高级客服", "senior-service"),
    ("customer-office", "Customer office", "客户服务办公室", "customer-office"),
)
# kind, first response and resolution in business hours; the customer's SLA factor shortens them
PROMISES = (
    ("inquiry", "4", "16"),
    ("query", "4", "16"),
    ("fault", "2", "24"),
    ("suggestion", "8", "80"),
    ("purchase_request", "4", "24"),
    ("complaint", "8", "56"),
)
URGENCY = {"critical": Decimal("0.25"), "major": Decimal("0.5"), "normal": Decimal(1), "minor": Decimal("1.5")}


def install(*, using: str = "default", **_signal: Any) -> None:
    """Fill the tables that are empty."""
    with transaction.atomic(using=using):
        _install_levels(using)
        _install_queues(using)
        _install_promises(using)


def _install_levels(using: str) -> None:
    from crm_core.levels.models import CustomerLevel

    if CustomerLevel.objects.using(using).exists():
        return
    CustomerLevel.objects.using(using).bulk_create(
        CustomerLevel(
            code=code,
            rank=rank,
            name=name,
            name_zh=name_zh,
            min_amount=None if amount is None else Decimal(amount),
            benefits=benefits,
            sla_factor=Decimal(factor),
            credit_limit=Decimal(credit),
            review_months=months,
            tells_customer_when_lowered=tells,
        )
        for rank, (code, name, name_zh, amount, benefits, factor, credit, months, tells) in enumerate(LEVELS)
    )


def _install_queues(using: str) -> None:
    from crm_core.service.models import ServiceQueue

    if not ServiceQueue.objects.using(using).exists():
        ServiceQueue.objects.using(using).bulk_create(
            ServiceQueue(code=code, name=name, name_zh=name_zh, group_key=role, push=code == "service")
            for code, name, name_zh, role in QUEUES
        )


def _install_promises(using: str) -> None:
    from crm_core.service.models import SlaPolicy

    if not SlaPolicy.objects.using(using).exists():
        SlaPolicy.objects.using(using).bulk_create(
            SlaPolicy(
                kind=kind,
                severity=severity,
                first_response_hours=Decimal(first) * factor,
                resolve_hours=Decimal(resolve) * factor,
            )
            for kind, first, resolve in PROMISES
            for severity, factor in URGENCY.items()
        )
