"""The people an administrator sees: the list, and the page of one with the roles they hold."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import permissions, scopes
from accounts.administrators import require_may_administer
from accounts.exceptions import NotAllowed
from accounts.models import Action, OrgUnit, RoleAssignment, User
from web.pages import is_partial, page_number, signed_in
from web.views.administration.choices import roles
from web.views.administration.frame import administrator, show
from web.views.administration.one_person import one_person, visible_people
from web.views.crm.filters import Filter, Filtering, choices_of
from web.views.crm.paging import counted, slice_of


@require_GET
@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """The people the administrator sees; the number of queries does not grow with them."""
    user = administrator(request)
    filtering = Filtering(request, _filters(user))
    words = request.GET.get("q", "")[:200]
    rows = _people(user, words, filtering.values)
    page = slice_of(rows, page_number(request))
    context = {
        "page": page,
        "count": counted(rows),
        "text": words,
        "filtering": filtering,
        "chips": filtering.chips(),
        "may_create": permissions.may(user, Action.CREATE, "user"),
    }
    if is_partial(request):
        return render(request, "administration/people_rows.html", context)
    return show(request, "people", "people", context)


@require_GET
@signed_in
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: what is known of them, and the roles they hold where."""
    user = administrator(request)
    found = one_person(user, person_id)
    context = {
        "person": found,
        "roles": _held(found),
        "may": {"change": _administers(user, "change", found), "delete": _administers(user, "delete", found)},
        "is_self": found.pk == user.pk,
    }
    return show(request, "person", "people", context)


def _people(user: User, words: str, values: dict[str, str]) -> Any:
    rows = visible_people(user).select_related("org_unit", "manager").order_by("username")
    for word in words.split():
        names = ("username", "first_name", "last_name", "native_name", "email", "staff_no")
        fits = Q()
        for name in names:
            fits |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(fits)
    rows = rows.filter(is_active=values.get("show") != "left")
    if role := values.get("role"):
        rows = rows.filter(role_assignments__role=role).distinct()
    if unit := values.get("unit"):
        rows = rows.filter(org_unit__path__contains=f"/{unit}/")
    return rows


def _filters(user: User) -> tuple[Filter, ...]:
    units = scopes.visible(OrgUnit.objects.all(), user, "user", owner=None, unit_path="path").order_by("path")[:100]
    return (
        Filter("unit", _("Unit"), choices_of((unit.code, unit) for unit in units)),
        Filter("role", _("Role"), choices_of(roles())),
        Filter("show", _("Account"), (("left", _("Closed")),)),
    )


def _held(found: User) -> list[RoleAssignment]:
    return list(RoleAssignment.objects.filter(user=found).select_related("role", "unit").order_by("role", "unit__path"))


def _administers(user: User, action: str, found: User) -> bool:
    try:
        require_may_administer(user, action, found)
    except NotAllowed:
        return False
    return True
