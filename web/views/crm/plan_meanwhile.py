"""What others changed on a plan since somebody opened its form."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts import scopes
from accounts.models import User
from crm_core.history import RecordChange
from crm_core.marketing.models import MarketingPlan, PlanRevision
from web.views.crm.plan_document import Document
from web.views.crm.words import choice_words, field_label


def changed_meanwhile(user: User, plan: MarketingPlan, version: int | None) -> list[dict[str, Any]]:
    """Rows {label, old, new, who, at} against the plan as it was at ``version``."""
    changes = list(
        RecordChange.objects.filter(kind=MarketingPlan.record_kind, record_id=plan.pk, record_version__gt=version or 0)
        .select_related("by")
        .order_by("record_version")
    )
    if not changes:
        return []
    last = changes[-1]
    by = {"who": last.by.display_name if last.by else _("System"), "at": last.at}
    statuses = [change.fields["status"] for change in changes if "status" in change.fields]
    moved = [(statuses[0][0], statuses[-1][1])] if statuses else []
    rows = [
        {
            "label": field_label(MarketingPlan, "status"),
            "old": choice_words(MarketingPlan, "status", old),
            "new": choice_words(MarketingPlan, "status", new),
        }
        for old, new in moved
    ]
    seen = [change.fields["revision"][0] for change in changes if "revision" in change.fields]
    if seen:
        hidden = scopes.mask_for(user, MarketingPlan.record_kind)
        rows += [
            {"label": said.label, "old": said.old, "new": said.value}
            for said in _document(plan, seen[0], hidden).changes
        ]
    return [row | by for row in rows]


def _document(plan: MarketingPlan, seen: int, hidden: frozenset[str]) -> Document:
    found = PlanRevision.objects.filter(plan=plan, number__in=(seen, plan.revision)).order_by("number")
    contents = [revision.snapshot for revision in found]
    return Document(contents[-1], contents[0], hidden=hidden)
