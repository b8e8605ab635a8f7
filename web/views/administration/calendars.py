"""Working time: calendars with their weekly hours, the days that differ, and years whose holidays are not known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts import commands
from accounts.models import DayKind, WorkCalendar
from accounts.public_holidays import public_days, regions
from accounts.queries.calendars import line_of, region_of, unannounced_years
from accounts.working_hours import WEEKDAYS, HoursRefused, read_day, read_week, write_day, write_week
from config import clock
from web import dates
from web.forms.records import model_field
from web.pages import signed_in
from web.views.administration.choices import calendars as calendar_choices
from web.views.administration.choices import offer
from web.views.administration.frame import administrator, may_change_company, posted, show
from web.views.crm.acting import Act, perform

MONDAY = date(2024, 1, 1)


@require_GET
@signed_in
def calendars(request: HttpRequest) -> HttpResponse:
    """All calendars, and the chosen one with its hours and days."""
    user = administrator(request)
    rows = list(WorkCalendar.objects.order_by("-is_default", "code"))
    chosen = next((row for row in rows if str(row.public_id) == request.GET.get("calendar")), rows[0] if rows else None)
    context = {"rows": rows, "chosen": chosen, "may_change": may_change_company(user, "work_calendar")}
    return show(request, "calendars", "calendars", context | (_parts(chosen) if chosen else {}))


class CalendarForm(forms.Form):
    """The hours of each weekday, and what the calendar is based on."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: WorkCalendar | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        if known is None:
            self.fields["code"] = model_field(WorkCalendar, "code")
        for name in ("name", "name_zh", "zone"):
            self.fields[name] = model_field(WorkCalendar, name)
            self.initial.setdefault(name, getattr(known, name) if known else "Asia/Shanghai" if name == "zone" else "")
        names = [("", _("As the calendar it is based on")), *((code, code) for code in regions())]
        self.fields["region"] = forms.ChoiceField(label=_("Public holidays of"), choices=names, required=False)
        self.fields["parent_id"] = forms.ChoiceField(label=_("Based on"), required=False)
        offer(self, "parent_id", calendar_choices(_("nothing")))
        week = _week(known)
        for number, day in enumerate(WEEKDAYS):
            self.fields[day] = forms.CharField(label=weekday(number), required=False, max_length=200)
            self.initial.setdefault(day, ", ".join(week.get(day, [])))
        self.fields["mon"].help_text = _("For example 09:00-12:00, 13:00-18:00. Empty days are closed.")
        if known is not None:
            self.initial.setdefault("version", known.version)
            self.initial.setdefault("region", known.region)
            self.initial.setdefault("parent_id", str(known.parent.public_id) if known.parent else "")

    def clean(self) -> dict[str, Any]:
        """Refuses hours that cannot be read, beside their day."""
        entered = super().clean() or {}
        for day in WEEKDAYS:
            try:
                read_day(entered.get(day) or None)
            except HoursRefused:
                self.add_error(day, _("Write spans such as 09:00-12:00, 13:00-18:00."))
        return entered

    def values(self) -> dict[str, Any]:
        """What was entered, for the command; no hours at all means those of the calendar it is based on."""
        entered = {name: self.cleaned_data[name] for name in ("name", "name_zh", "zone", "region")}
        spans = {day: read_day(self.cleaned_data[day] or None) for day in WEEKDAYS}
        hours = {day: write_day(found) for day, found in spans.items() if found}
        parent = self.cleaned_data["parent_id"]
        return entered | {"hours": hours or None, "parent_id": UUID(parent) if parent else None}


@require_http_methods(["GET", "POST"])
@signed_in
def calendar_new(request: HttpRequest) -> HttpResponse:
    """Add a calendar."""
    user = administrator(request)
    form = CalendarForm(posted(request))
    made: list[WorkCalendar] = []

    def run(entered: dict[str, Any]) -> str:
        made.append(commands.create_calendar(actor=user, code=entered["code"], **form.values()))
        return _("Added %(name)s.") % {"name": made[-1]}

    act = Act(_("New calendar"), _("Add the calendar"), run, _page(), goes_there=True)
    return perform(request, act, form)


@require_http_methods(["GET", "POST"])
@signed_in
def calendar_edit(request: HttpRequest, calendar_id: UUID) -> HttpResponse:
    """Change hours, zone and holidays of a calendar; an older version is refused."""
    user = administrator(request)
    row = _one(calendar_id)
    form = CalendarForm(posted(request), known=row)

    def run(entered: dict[str, Any]) -> str:
        commands.change_calendar(actor=user, calendar_id=calendar_id, seen_version=entered["version"], **form.values())
        return _("Saved. New deadlines count by these hours.")

    return perform(request, Act(str(row), _("Save"), run, _page(row), goes_there=True), form)


@require_http_methods(["GET", "POST"])
@signed_in
def calendar_default(request: HttpRequest, calendar_id: UUID) -> HttpResponse:
    """Make a calendar the company's."""
    user = administrator(request)
    row = _one(calendar_id)

    def run(_entered: dict[str, Any]) -> str:
        commands.make_default_calendar(actor=user, calendar_id=calendar_id)
        return _("Saved.")

    words = _("Every unit without a calendar of its own works by it.")
    title = _("Make %(name)s the company's calendar") % {"name": row}
    act = Act(title, _("Make it the company's"), run, _page(row), goes_there=True, explanation=words)
    return perform(request, act, forms.Form(posted(request)))


class DayForm(forms.Form):
    """One day that differs from the week."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput, input_formats=["%Y-%m-%d"])
    kind = forms.ChoiceField(label=gettext_lazy("It is a"), choices=DayKind.choices)
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=120)
    hours = forms.CharField(
        label=gettext_lazy("Hours"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Only for workdays; empty for the usual ones."),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def day_set(request: HttpRequest, calendar_id: UUID) -> HttpResponse:
    """Make one day a holiday or a workday."""
    user = administrator(request)
    row = _one(calendar_id)

    def run(entered: dict[str, Any]) -> str:
        hours = [part.strip() for part in entered.pop("hours").split(",") if part.strip()] or None
        commands.set_special_day(actor=user, calendar_id=calendar_id, hours=hours, **entered)
        return _("Saved.")

    act = Act(_("A day that differs"), _("Save"), run, _page(row), goes_there=True)
    return perform(request, act, DayForm(posted(request)))


@require_http_methods(["GET", "POST"])
@signed_in
def day_remove(request: HttpRequest, calendar_id: UUID, day: str) -> HttpResponse:
    """Let a day follow the week and the public holidays again."""
    user = administrator(request)
    row = _one(calendar_id)
    try:
        moment = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None

    def run(_entered: dict[str, Any]) -> str:
        commands.remove_special_day(actor=user, calendar_id=calendar_id, day=moment)
        return _("Removed.")

    title = _("%(day)s like other days") % {"day": day}
    act = Act(title, _("Remove the exception"), run, _page(row), goes_there=True, danger=True)
    return perform(request, act, forms.Form(posted(request)))


def weekday(number: int) -> str:
    """The weekday's short name, 0 for Monday."""
    return dates.weekday(datetime.combine(MONDAY + timedelta(days=number), datetime.min.time()))


def _parts(row: WorkCalendar) -> dict[str, Any]:
    hours = next((each.hours for each in line_of(row) if each.hours is not None), None)
    week = write_week(read_week(hours)) if hours is not None else {}
    year = clock.now().year
    public = public_days(region_of(row))
    return {
        "week": [{"label": weekday(number), "spans": week.get(day, [])} for number, day in enumerate(WEEKDAYS)],
        "own_hours": row.hours is not None,
        "known_hours": hours is not None,
        "days": list(row.days.order_by("date")),
        "public": [found for day, found in public.items() if day.year in {year, year + 1}],
        "unannounced": unannounced_years(row),
    }


def _week(known: WorkCalendar | None) -> dict[str, list[str]]:
    if known is None:
        return {day: ["09:00-12:00", "13:00-18:00"] for day in WEEKDAYS[:5]}
    return write_week(read_week(known.hours)) if known.hours is not None else {}


def _one(calendar_id: UUID) -> WorkCalendar:
    found = WorkCalendar.objects.select_related("parent").filter(public_id=calendar_id).first()
    if found is None:
        raise Http404
    return found


def _page(row: WorkCalendar | None = None) -> str:
    return f"{reverse('admin_calendars')}?calendar={row.public_id}" if row else reverse("admin_calendars")
