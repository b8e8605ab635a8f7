"""What the frame of every page shows: the places this person may go to, with their counts, and the bell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import permissions
from accounts.models import Action, User
from accounts.queries import group_keys
from notifications.queries import unread_count
from tasks_inbox import approvals, queries, saved_views, team
from tasks_inbox.models import SavedView

APPROVED_KINDS = ("level_change", "marketing_plan", "service_request", "work_order", "contract")
_COUNTED = "_baton_counted"
PROCESS_ROLES = frozenset({"process-designer", "publisher", "operator", "admin"})


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail; ``count`` reads its number and ``count_name`` is what live messages call it."""

    key: str
    path: str
    label: Any
    icon: str
    go: str
    shown_to: Callable[[User], bool]
    count: Callable[[User], int] | None = None
    count_name: str = ""
    desk: bool = False


def _everybody(user: User) -> bool:
    return True


def _approves(user: User) -> bool:
    return any(permissions.may(user, Action.APPROVE, kind) for kind in APPROVED_KINDS)


def _sees_customers(user: User) -> bool:
    return permissions.may(user, Action.VIEW, "customer")


def _handles_requests(user: User) -> bool:
    return permissions.may(user, Action.CHANGE, "service_request") or permissions.may(user, Action.VIEW, "work_order")


def _sees_plans(user: User) -> bool:
    return permissions.may(user, Action.VIEW, "marketing_plan")


def _runs_processes(user: User) -> bool:
    return user.is_superuser or bool(group_keys(user) & PROCESS_ROLES)


def _administers(user: User) -> bool:
    return user.is_superuser or permissions.may(user, Action.CHANGE, "user")


def _mine(user: User) -> int:
    return queries.capped_count(user, queries.View.MINE)


PLACES = (
    Place("inbox", "/inbox/mine/", gettext_lazy("Inbox"), "inbox", "i", _everybody, _mine, "inbox:mine"),
    Place(
        "approvals",
        "/approvals/",
        gettext_lazy("Approvals"),
        "stamp",
        "a",
        _approves,
        approvals.count_for,
        "approvals",
    ),
    Place("customers", "/customers/", gettext_lazy("Customers"), "building-2", "c", _sees_customers),
    Place("service", "/service/requests/", gettext_lazy("Service"), "headset", "v", _handles_requests),
    Place("marketing", "/marketing/plans/", gettext_lazy("Marketing"), "megaphone", "k", _sees_plans, desk=True),
    Place("requests", "/requests/mine/", gettext_lazy("Requests"), "send", "r", _everybody),
    Place("team", "/team/", gettext_lazy("Team"), "users-round", "t", team.leads, desk=True),
    Place("processes", "/processes/", gettext_lazy("Processes"), "workflow", "p", _runs_processes, desk=True),
    Place("admin", "/administration/", gettext_lazy("Admin"), "settings", "s", _administers, desk=True),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """``nav`` and ``notification_count``, read only by pages that show the frame."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"nav": [], "notification_count": 0}
    person: User = user
    counted = getattr(request, _COUNTED, {})
    return {
        "nav": cache(lambda: _nav(person, request.path, counted)),
        "notification_count": cache(lambda: _bell(person)),
    }


def keep_counts(request: HttpRequest, counted: Mapping[str, int]) -> None:
    """Let the frame show numbers that the page has counted already, by their names in live messages."""
    setattr(request, _COUNTED, counted)


def _nav(user: User, path: str, counted: Mapping[str, int]) -> list[dict[str, Any]]:
    places = [_entry(place, user, path, counted) for place in PLACES if _exists(place.path) and place.shown_to(user)]
    return places + [_pinned(view) for view in saved_views.pinned_by(user)]


def _pinned(view: SavedView) -> dict[str, Any]:
    """A saved view on the rail: found by its name, counted where it is opened."""
    return {
        "key": f"view-{view.pk}",
        "label": view.name,
        "icon": "star",
        "url": reverse("saved_view", args=[view.pk]),
        "go": "",
        "desk": True,
        "pinned": True,
        "current": False,
        "count": 0,
        "count_name": "",
    }


def _entry(place: Place, user: User, path: str, counted: Mapping[str, int]) -> dict[str, Any]:
    count = counted.get(place.count_name)
    if count is None:
        count = place.count(user) if place.count else 0
    top = f"/{place.path.split('/')[1]}/"
    return {
        "key": place.key,
        "label": place.label,
        "icon": place.icon,
        "url": place.path,
        "go": place.go,
        "desk": place.desk,
        "current": path.startswith(top) and (place.key != "requests" or path.startswith(place.path)),
        "count": "99+" if count > queries.COUNT_CAP else count,
        "count_name": place.count_name,
    }


def _bell(user: User) -> int | str:
    count = unread_count(user)
    return _("99+") if count > queries.COUNT_CAP else count


@lru_cache(maxsize=64)
def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
