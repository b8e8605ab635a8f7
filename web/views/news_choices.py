"""What I want to hear of, how, and when: in the product, by e-mail, on devices; quiet hours, a daily letter."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from notifications.commands import choose_channels, choose_rhythm
from notifications.queries import chosen_channels, rhythm_of
from notifications.texts import TEMPLATES
from web.pages import reader, signed_in
from web.views.news_devices import devices_shown

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


class RhythmForm(forms.Form):
    """When letters may come, on the clock of one's own zone."""

    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), required=False, widget=forms.TimeInput)
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"),
        required=False,
        widget=forms.TimeInput,
        help_text=gettext_lazy("No letters and no news on devices in between. Leave both empty for no quiet hours."),
    )
    daily_letter = forms.BooleanField(
        label=gettext_lazy("Daily letter"),
        required=False,
        help_text=gettext_lazy("On workdays at 8:30: what is late, due today, and waiting in your queues."),
    )

    def clean(self) -> dict[str, Any]:
        """Quiet hours have two ends, which differ."""
        entered = super().clean() or {}
        start, end = entered.get("quiet_from"), entered.get("quiet_until")
        if not self.errors and ((start is None) != (end is None) or (start is not None and start == end)):
            self.add_error("quiet_until", _("Quiet hours need a beginning and another end."))
        return entered


@require_http_methods(["GET", "POST"])
@signed_in
def news_choices(request: HttpRequest) -> HttpResponse:
    """The choice for every kind of news; those of broken promises and of safety are shown but not up for choice."""
    user = reader(request)
    rhythm = rhythm_of(user)
    form = RhythmForm(request.POST or None, initial={name: getattr(rhythm, name) for name in RhythmForm.base_fields})
    if request.method == "POST" and form.is_valid():
        if form.has_changed():
            choose_rhythm(actor=user, **form.cleaned_data)
        _keep(user, request)
        messages.success(request, _("Your settings are kept."))
        return redirect("profile_news")
    shown = {"areas": _areas(user), "form": form, "zone": user.time_zone.key}
    return render(request, "profile/news.html", shown | devices_shown(request))


def _keep(user: User, request: HttpRequest) -> None:
    """Only what differs is written; of devices nothing where the page had no column for them."""
    before = chosen_channels(user)
    about_devices = "devices" in request.POST
    for template, known in TEMPLATES.items():
        in_app, email, push = (f"{way}:{template}" in request.POST for way in ("app", "mail", "push"))
        old = before[template]
        changed = (in_app, email) != old[:2] or (about_devices and push != old.push)
        if changed and not known.is_breach:
            asked = push if about_devices else None
            choose_channels(actor=user, template=template, in_app=in_app, email=email, push=asked)


def _areas(user: User) -> list[dict[str, Any]]:
    chosen = chosen_channels(user)
    areas: dict[str, list[dict[str, Any]]] = {}
    for template, known in TEMPLATES.items():
        prefix = next(prefix for prefix, _label in AREAS if template.startswith(prefix))
        row = {"template": template, "words": plain_words(str(known.title)), "is_breach": known.is_breach}
        areas.setdefault(prefix, []).append(row | {"chosen": chosen[template]})
    return [{"label": label, "rows": areas[prefix]} for prefix, label in AREAS if prefix in areas]


def plain_words(title: str) -> str:
    """The sentence with dots where its values stand, without those that only point to a record."""
    return POINTERS.sub("", title.format_map(_Dots())).strip()


class _Dots(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"
