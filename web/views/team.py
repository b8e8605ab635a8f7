"""What my team has to do and what is late: the load of each person, and the means to give tasks to somebody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from config import clock
from tasks_inbox import rebalancing
from tasks_inbox import team as teams
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import PAGE
from web import dates, live_lists
from web.absences import absences
from web.pages import is_partial, page_number, reader, signed_in
from web.views.inbox_rows import groups_of, rows_of


def leader(request: HttpRequest) -> User:
    """The reader, who leads somebody; raises PermissionDenied."""
    user = reader(request)
    if not teams.leads(user):
        raise PermissionDenied(_("Nobody reports to you, and you hand out no tasks."))
    return user


@require_GET
@signed_in
def team(request: HttpRequest) -> HttpResponse:
    """The open tasks of everybody I lead, by person and by due date."""
    user = leader(request)
    person, show = request.GET.get("person", ""), request.GET.get("show", "")
    rows = teams.team_items(user, person=person, late=show == "late", free=show == "free")
    page = Paginator(rows, PAGE).get_page(page_number(request))
    load = teams.load(user)
    people = {entry.person.pk: entry.person for entry in load if entry.person is not None}
    coming = rebalancing.forecast(user, people)
    away = absences(people.values())
    context = {
        "page": page,
        "groups": groups_of(_rows(user, list(page.object_list)), "mine"),
        "people": [_person(entry, person, show, coming, away) for entry in load],
        "forecast": coming,
        "soon_late": sum(coming.late.values()) - sum(entry.late for entry in load if entry.person is not None),
        "open": sum(entry.open for entry in load),
        "late": sum(entry.late for entry in load),
        "filters": _filters(person, show),
        "narrowed": bool(person or show),
        **_live(request, user, person, show, page.number),
    }
    return render(request, "team/living.html" if is_partial(request) else "team/page.html", context)


def _rows(user: User, items: list[WorkItem]) -> list[dict[str, Any]]:
    shown = rows_of(user, items)
    for row in shown:
        row["href"] = row["detail_url"].removesuffix("pane/")
        row["detail_url"] = ""
        row["owner"] = row["item"].assignee
    return shown


def _live(request: HttpRequest, user: User, person: str, show: str, number: int) -> dict[str, Any]:
    """The two live lists of the page: their names, how they look, and where they are fetched."""
    rows, people = live_lists.team_name("rows", person, show, number), live_lists.team_name("people", person, show)
    return {
        "here": request.get_full_path(),
        "rows_name": rows,
        "rows_fingerprint": live_lists.team_fingerprint(user, rows.partition(":")[2]),
        "people_name": people,
        "people_fingerprint": live_lists.team_fingerprint(user, people.partition(":")[2]),
    }


def _person(
    entry: teams.Load, chosen: str, show: str, coming: rebalancing.Forecast, away: dict[int, str]
) -> dict[str, Any]:
    """One line of the load: whose it is, how much, how long, and whether they are there."""
    username = entry.person.username if entry.person else ""
    query = {"person": username} if username else {"show": "free"}
    key = entry.person.pk if entry.person else 0
    return {
        "person": entry.person,
        "open": entry.open,
        "late": entry.late,
        "today": entry.today,
        "hours": _hours(coming.hours.get(key)),
        "will_be_late": max(0, coming.late.get(key, 0) - entry.late),
        "oldest": _since(entry.oldest),
        "away": away.get(key, ""),
        "url": f"{reverse('team')}?{urlencode(query)}",
        "current": username == chosen if username else show == "free",
    }


def _hours(hours: float | None) -> str:
    """Hours of work, rounded as honestly as they are known."""
    if not hours:
        return ""
    return _("%(hours)s h") % {"hours": f"{hours:.1f}" if hours < 10 else f"{hours:.0f}"}


def _since(moment: datetime | None) -> str:
    return dates.span(clock.now() - moment) if moment is not None else ""


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
