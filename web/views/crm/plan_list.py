"""The list of marketing plans."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import scopes
from accounts.models import Action, OrgUnit, UnitKind
from crm_core.marketing import queries
from crm_core.marketing.models import MarketingPlan, PlanKind, PlanStatus
from web.pages import is_partial, page_number, reader, signed_in
from web.views.crm.filters import Filter, Filtering, choices_of
from web.views.crm.paging import counted, slice_of
from web.views.crm.plan_words import PLAN_TONES, period
from web.views.crm.words import day_words


@require_GET
@signed_in
def plan_list(request: HttpRequest) -> HttpResponse:
    """Fifty plans, the newest first; the number of queries does not grow with them."""
    user = reader(request)
    branches = {unit.code: unit for unit in OrgUnit.objects.filter(kind=UnitKind.CITY_BRANCH).order_by("code")}
    filtering = Filtering(request, _filters(branches))
    values = filtering.values
    text = request.GET.get("q", "")[:200]
    masked = scopes.mask_for(user, MarketingPlan.record_kind)
    rows = queries.plan_list(
        user,
        status=values.get("status", ""),
        kind=values.get("kind", ""),
        text="" if "title" in masked else text,
        mine=values.get("show") == "mine",
    )
    if branch := branches.get(values.get("branch", "")):
        rows = rows.filter(org_unit__path__startswith=branch.path)
    page = slice_of(rows, page_number(request))
    context = {
        "page": page,
        "rows": [_row(row) for row in page.rows],
        "count": counted(rows),
        "text": text,
        "masked": masked,
        "filtering": filtering,
        "chips": filtering.chips(),
        "may_create": scopes.may(user, Action.CREATE, MarketingPlan.record_kind),
        "is_narrowed": bool(values or text.strip()),
    }
    return render(request, "crm/plans/rows.html" if is_partial(request) else "crm/plans/list.html", context)


def _row(row: MarketingPlan) -> dict[str, Any]:
    days = [day_words(day) if day else "" for day in (row.starts_on, row.ends_on)]
    return {"row": row, "tone": PLAN_TONES.get(row.status, ""), "period": period(*days)}


def _filters(branches: dict[str, OrgUnit]) -> tuple[Filter, ...]:
    return (
        Filter("show", _("Show"), choices_of([("mine", _("My plans"))])),
        Filter("status", _("Status"), choices_of(PlanStatus.choices)),
        Filter("kind", _("Kind"), choices_of(PlanKind.choices)),
        Filter("branch", _("Branch"), choices_of(branches.items())),
    )
