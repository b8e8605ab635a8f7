"""What my team has to do and what is late, with the means to give it to somebody else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tasks_inbox import team as teams
from tasks_inbox.queries import PAGE
from web.pages import page_number, reader, signed_in
from web.views.inbox_rows import groups_of, rows_of


@require_GET
@signed_in
def team(request: HttpRequest) -> HttpResponse:
    """The open tasks of everybody I lead, by person and by due date."""
    user = reader(request)
    if not teams.leads(user):
        raise PermissionDenied(_("Nobody reports to you, and you hand out no tasks."))
    person, show = request.GET.get("person", ""), request.GET.get("show", "")
    rows = teams.team_items(user, person=person, late=show == "late", free=show == "free")
    page = Paginator(rows, PAGE).get_page(page_number(request))
    shown = rows_of(user, list(page.object_list))
    for row in shown:
        row["href"] = row["detail_url"].removesuffix("pane/")
        row["detail_url"] = ""
        row["owner"] = row["item"].assignee
    load = teams.load(user)
    return render(
        request,
        "team/page.html",
        {
            "page": page,
            "groups": groups_of(shown, "mine"),
            "people": [_person(entry, person, show) for entry in load],
            "open": sum(entry.open for entry in load),
            "late": sum(entry.late for entry in load),
            "filters": _filters(person, show),
            "narrowed": bool(person or show),
        },
    )


def _person(entry: teams.Load, chosen: str, show: str) -> dict[str, Any]:
    username = entry.person.username if entry.person else ""
    query = {"person": username} if username else {"show": "free"}
    return {
        "person": entry.person,
        "open": entry.open,
        "late": entry.late,
        "url": f"{reverse('team')}?{urlencode(query)}",
        "current": username == chosen if username else show == "free",
    }


def _filters(person: str, show: str) -> list[dict[str, Any]]:
    kept = {"person": person} if person else {}
    options = (("", _("All open")), ("late", _("Late")), ("free", _("Untaken")))
    return [
        {
            "label": label,
            "url": f"{reverse('team')}?{urlencode(kept | ({'show': value} if value else {}))}",
            "pressed": value == show,
        }
        for value, label in options
    ]
