"""The list of customers: found by words, pinyin or number, narrowed by level, stage, branch and owner."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import scopes
from accounts.models import Action, OrgUnit, UnitKind, User
from crm_core.customers import queries
from crm_core.customers.models import Customer, LifecycleStage
from crm_core.levels.queries import levels
from web.components import initials, tone_of
from web.pages import is_partial, page_number, reader, signed_in
from web.views.crm.filters import Filter, Filtering, choices_of
from web.views.crm.paging import counted, slice_of
from web.views.crm.words import level_tone

OWNERS_OFFERED = 60
SORTED_COLUMNS = ("name", "level", "changed")


@require_GET
@signed_in
def customer_list(request: HttpRequest) -> HttpResponse:
    """Fifty customers of those the person sees; the number of queries does not grow with them."""
    user = reader(request)
    filtering = Filtering(request, _filters(user))
    values = filtering.values
    text = request.GET.get("q", "")[:200]
    sort = request.GET.get("sort", "") if request.GET.get("sort") in queries.SORTS else "changed"
    rows = queries.customer_list(
        user,
        text=text,
        level=values.get("level", ""),
        stage=values.get("stage", ""),
        owner=_owner(user, values.get("owner", "")),
        unit_path=_path(values.get("branch", "")),
        sort=sort,
    )
    page = slice_of(rows, page_number(request))
    context = {
        "page": page,
        "rows": [{"customer": row, "tone": level_tone(row.level_id)} for row in page.rows],
        "count": counted(rows),
        "text": text,
        "filtering": filtering,
        "chips": filtering.chips(),
        "columns": _columns(filtering, sort),
        "masked": scopes.mask_for(user, Customer.record_kind),
        "may_create": scopes.may(user, Action.CREATE, Customer.record_kind),
        "is_narrowed": bool(values or text.strip()),
    }
    template = "crm/customers/rows.html" if is_partial(request) else "crm/customers/list.html"
    return render(request, template, context)


@require_GET
@signed_in
def find_customer(request: HttpRequest) -> JsonResponse:
    """The first customers for a search field, with number and unit as a hint."""
    found = queries.find_customers(reader(request), request.GET.get("q", "")[:200])
    results = [
        {
            "id": str(row.pk),
            "label": row.name,
            "hint": row.number,
            "initials": initials(row.name),
            "tone": tone_of(row.name),
        }
        for row in found
    ]
    return JsonResponse({"results": results})


def _filters(user: User) -> tuple[Filter, ...]:
    branches = OrgUnit.objects.filter(kind=UnitKind.CITY_BRANCH, is_active=True)
    seen = Customer.objects.visible_to(user)
    owners = User.objects.filter(pk__in=seen.order_by().values("owner")).exclude(pk=user.pk)
    people = [("me", _("Me")), *((owner.username, owner.display_name) for owner in owners[:OWNERS_OFFERED])]
    return (
        Filter("level", _("Level"), choices_of((level.code, level) for level in levels().order_by("-rank"))),
        Filter("stage", _("Stage"), choices_of(LifecycleStage.choices)),
        Filter("branch", _("Branch"), choices_of((branch.code, branch) for branch in branches)),
        Filter("owner", _("Owner"), choices_of(people)),
    )


def _owner(user: User, name: str) -> User | None:
    if not name:
        return None
    return user if name == "me" else User.objects.filter(username=name).first()


def _path(branch: str) -> str:
    unit = OrgUnit.objects.filter(code=branch).first() if branch else None
    return unit.path if unit is not None else ""


def _columns(filtering: Filtering, sort: str) -> list[dict[str, Any]]:
    """The heads of the table; those that sort say which way they go now and where a click leads."""
    heads = [
        ("name", _("Customer"), ""),
        ("level", _("Level"), ""),
        ("", _("Stage"), "not-phone"),
        ("", _("Owner"), "not-phone"),
        ("", _("Unit"), "not-phone"),
        ("", _("Area"), "not-phone"),
        ("changed", _("Changed"), "not-phone end"),
    ]
    return [
        {
            "label": label,
            "classes": classes,
            "url": filtering.address({"sort": "-name" if name == sort == "name" else name}) if name else "",
            "aria": _direction(name, sort),
        }
        for name, label, classes in heads
    ]


def _direction(name: str, sort: str) -> str:
    if not name or sort.removeprefix("-") != name:
        return ""
    return "ascending" if sort == "name" else "descending"
