"""What I want to hear of, and how: in the product, also by e-mail, or not at all."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from notifications.commands import choose_channels
from notifications.queries import chosen_channels
from notifications.texts import TEMPLATES
from web.pages import reader, signed_in

POINTERS = re.compile(r"\s*[(（]…[)）]|[:：]\s*…$")
AREAS = (
    ("task-", gettext_lazy("Tasks")),
    ("complaint-", gettext_lazy("Complaints")),
    ("request-", gettext_lazy("Service requests")),
    ("work-order-", gettext_lazy("Visits")),
    ("level-", gettext_lazy("Levels")),
    ("plan-", gettext_lazy("Marketing plans")),
    ("", gettext_lazy("Other")),
)


@require_http_methods(["GET", "POST"])
@signed_in
def news_choices(request: HttpRequest) -> HttpResponse:
    """The choice for every kind of news; those of broken promises and of safety are shown but not up for choice."""
    user = reader(request)
    if request.method == "POST":
        _keep(user, request)
        messages.success(request, _("Your settings are kept."))
        return redirect("profile_news")
    return render(request, "profile/news.html", {"areas": _areas(user)})


def _keep(user: User, request: HttpRequest) -> None:
    """Only what differs is written."""
    before = chosen_channels(user)
    for template, known in TEMPLATES.items():
        wanted = (f"app:{template}" in request.POST, f"mail:{template}" in request.POST)
        if not known.is_breach and wanted != before[template]:
            choose_channels(actor=user, template=template, in_app=wanted[0], email=wanted[1])


def _areas(user: User) -> list[dict[str, Any]]:
    chosen = chosen_channels(user)
    areas: dict[str, list[dict[str, Any]]] = {}
    for template, known in TEMPLATES.items():
        prefix = next(prefix for prefix, _label in AREAS if template.startswith(prefix))
        row = {"template": template, "words": _plain(str(known.title)), "is_breach": known.is_breach}
        areas.setdefault(prefix, []).append(row | {"app": chosen[template][0], "mail": chosen[template][1]})
    return [{"label": label, "rows": areas[prefix]} for prefix, label in AREAS if prefix in areas]


def _plain(title: str) -> str:
    """The sentence with dots where its values stand, without those that only point to a record."""
    return POINTERS.sub("", title.format_map(_Dots())).strip()


class _Dots(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"
