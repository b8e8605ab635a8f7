"""What every page of administration does first: let only administrators in, and show the ways to the others."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Action, User
from accounts.permissions import COMPANY
from web.pages import reader


def administrator(request: HttpRequest) -> User:
    """The person, if they administer anybody. Raises PermissionDenied."""
    user = reader(request)
    if not (user.is_superuser or permissions.may(user, Action.CHANGE, "user")):
        raise PermissionDenied(_("Only administrators come in here."))
    return user


def may_change_company(user: User, kind: str) -> bool:
    """Whether the person may change what belongs to the whole company, such as rights and calendars."""
    return permissions.may(user, Action.CHANGE, kind, COMPANY)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when it is nothing but "yes"; None while a form is only shown."""
    return request.POST if request.method == "POST" else None


def show(request: HttpRequest, template: str, section: str, context: dict[str, Any]) -> HttpResponse:
    """A page of administration, with the sections beside it."""
    return render(request, f"administration/{template}.html", {"sections": _sections(section), **context})


def _sections(current: str) -> list[dict[str, Any]]:
    places = (
        ("people", _("People"), "users-round"),
        ("units", _("Units"), "network"),
        ("rights", _("Roles and rights"), "shield-check"),
        ("substitutions", _("Substitutions"), "arrow-right-left"),
        ("calendars", _("Working time"), "calendar-days"),
        ("queues", _("Queues"), "headset"),
        ("bots", _("Bots"), "send"),
        ("retention", _("Keeping records"), "archive"),
    )
    return [
        {"label": label, "icon": icon, "url": reverse(f"admin_{key}"), "current": key == current}
        for key, label, icon in places
    ]
