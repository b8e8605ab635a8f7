"""Makes service known to the rest: its records to processes, its figures to levels, its letters to customers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import scopes
from crm_core import history
from crm_core.levels.operations import on_level_changed
from crm_core.service import evidence, letters  # noqa: F401  (letters register themselves)
from crm_core.service.models import KnowledgeArticle, ReturnVisit, ServiceRequest, WorkOrder
from crm_core.service.operations import keep_promise_of_new_tier
from workflows import records

KEPT_BESIDE = (
    *("queue", "handler", "tier", "first_response_hours", "first_response_due", "first_responded_at", "sla_hours"),
    *("sla_used_hours", "sla_started_at", "sla_running_since", "sla_paused_at", "sla_pause_reason", "sla_extended"),
    *("resolve_due", "sla_warn_due", "sla_told", "first_response_told", "escalation_level", "returned_times"),
    *("replied_at", "resolved_at", "closed_at", "ended_at", "arrival_due", "arrival_late", "arrival_warned"),
    *("refused_by", "refusals", "no_one_home", "called_by", "arrived_at"),
)
"""Clocks, counters and routing, which the process keeps itself: nobody decides on them."""


def _register(model: Any, label: Any, path: str, title: Any, **more: Any) -> None:
    records.register(
        model.record_kind,
        model=model,
        label=label,
        url=lambda record: f"/{path}/{record.pk}/",
        visible_to=model.objects.visible_to,
        number=lambda record: str(record.number),
        mask_for=lambda user: scopes.mask_for(user, model.record_kind),
        title=title,
        revisions=history.revisions(model.record_kind, *KEPT_BESIDE),
        **more,
    )


_register(
    ServiceRequest,
    _("Service request"),
    "service/requests",
    lambda request: str(request.subject),
    begins_at="/service/requests/new/",
    starts_itself=True,
    worth="compensation",
)
_register(
    WorkOrder,
    _("Work order"),
    "service/work-orders",
    lambda order: str(order.subject),
    begins_at="/service/work-orders/new/",
    starts_itself=True,
)
_register(ReturnVisit, _("Return visit"), "service/return-visits", lambda visit: str(visit.number))
_register(KnowledgeArticle, _("Knowledge article"), "service/articles", lambda article: str(article.title))

evidence.register()
on_level_changed(keep_promise_of_new_tier)
