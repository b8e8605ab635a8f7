"""What stands beside a customer's timeline: running processes, tasks, contacts, requests, orders, levels, files."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from accounts import scopes
from accounts.models import User
from crm_core.attachments.models import Attachment
from crm_core.customers import queries
from crm_core.customers.models import Customer
from crm_core.interactions.timeline import running_and_past
from crm_core.levels.queries import level_changes
from crm_core.sales.queries import orders_of
from crm_core.service.models import ReturnVisit, ServiceRequest, WorkOrder
from web import process_words
from web.views.crm.return_visits import return_visit_words
from web.views.crm.running import open_items_about, running
from web.views.crm.words import CHANGE_TONES, REQUEST_TONES, VISIT_TONES
from workflows.models import ProcessInstance

SHOWN = 6


def related(user: User, customer: Customer) -> dict[str, Any]:
    """Every list with its newest rows; a fixed number of queries."""
    live = running_and_past(user, customer).filter(status__in=ProcessInstance.LIVE).defer("state")
    processes = list(live)
    about = Q(pk__in=[])
    for row in processes:
        about |= Q(instance__root=row.pk)
    orders = list(orders_of(user, customer.pk)[: SHOWN + 1])
    return {
        "running": running(user, processes),
        "tasks": [_task(user, item) for item in (open_items_about(about) if processes else ())],
        "contacts": list(queries.contacts_of(user, customer.pk)[:50]),
        "contact_mask": scopes.mask_for(user, "contact"),
        "requests": _requests(user, customer),
        "visits": _visits(user, customer),
        "return_visits": _return_visits(user, customer),
        "orders": orders[:SHOWN],
        "more_orders": len(orders) > SHOWN,
        "changes": [
            {"row": change, "tone": CHANGE_TONES.get(change.status, "")}
            for change in level_changes(user, customer_id=customer.pk).prefetch_related(None)[:SHOWN]
        ],
        "files": list(
            Attachment.objects.filter(record_kind=Customer.record_kind, record_id=str(customer.pk))
            .select_related("added_by")
            .order_by("-added_at", "-id")
        ),
    }


def _task(user: User, item: Any) -> dict[str, Any]:
    return {"item": item, "name": process_words.task_name(item), "is_mine": item.assignee_id == user.pk}


def _requests(user: User, customer: Customer) -> list[dict[str, Any]]:
    rows = ServiceRequest.objects.visible_to(user).filter(customer=customer).order_by("-created_at")[:SHOWN]
    return [{"row": row, "tone": REQUEST_TONES.get(row.status, "")} for row in rows]


def _visits(user: User, customer: Customer) -> list[dict[str, Any]]:
    rows = WorkOrder.objects.visible_to(user).filter(customer=customer).order_by("-created_at")[:SHOWN]
    return [{"row": row, "tone": VISIT_TONES.get(row.status, "")} for row in rows]


def _return_visits(user: User, customer: Customer) -> list[dict[str, Any]]:
    rows = ReturnVisit.objects.visible_to(user).filter(customer=customer).order_by("-due_on", "-number")[:SHOWN]
    return [return_visit_words(row) for row in rows]
