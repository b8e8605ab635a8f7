"""Makes service known to the rest: its records to processes, its figures to levels, its letters to customers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import scopes
from crm_core.levels.operations import on_level_changed
from crm_core.service import evidence, letters  # noqa: F401  (letters register themselves)
from crm_core.service.models import KnowledgeArticle, ReturnVisit, ServiceRequest, WorkOrder
from crm_core.service.operations import keep_promise_of_new_tier
from workflows import records


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
