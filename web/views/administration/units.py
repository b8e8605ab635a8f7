"""The units as a tree: added, renamed, with a head and a calendar, closed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts import commands, permissions, scopes
from accounts.models import Action, OrgUnit
from web.forms.records import model_field
from web.pages import signed_in
from web.views.administration.choices import PersonField, calendars, offer, public_id, units_below
from web.views.administration.frame import administrator, posted, show
from web.views.crm.acting import Act, perform


@require_GET
@signed_in
def units(request: HttpRequest) -> HttpResponse:
    """The whole tree the administrator sees; one query however deep it is."""
    user = administrator(request)
    seen = scopes.visible(OrgUnit.objects.all(), user, "org_unit", owner=None, unit_path="path")
    rows = seen.select_related("head", "calendar").annotate(
        people_count=Count("people", filter=Q(people__is_active=True))
    )
    shown = [
        {
            "unit": row,
            "level": len(row.codes) - 1,
            "may": permissions.may(user, Action.CHANGE, "org_unit", row),
        }
        for row in rows.order_by("path")
    ]
    return show(request, "units", "units", {"rows": shown, "may_create": any(row["may"] for row in shown)})


class UnitForm(forms.Form):
    """The names and the duty of a unit."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: OrgUnit | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("name", "name_zh", "function"):
            self.fields[name] = model_field(OrgUnit, name)
            if known is not None:
                self.initial.setdefault(name, getattr(known, name))
        if known is not None:
            self.initial.setdefault("version", known.version)


class NewUnitForm(UnitForm):
    """A new unit also has a code, a kind and a place."""

    parent_id = forms.ChoiceField(label=gettext_lazy("Part of"))
    code = model_field(OrgUnit, "code")
    kind = model_field(OrgUnit, "kind")


@require_http_methods(["GET", "POST"])
@signed_in
def unit_new(request: HttpRequest) -> HttpResponse:
    """Add a unit below another one."""
    user = administrator(request)
    form = NewUnitForm(posted(request))
    offer(form, "parent_id", units_below(user, Action.CREATE, "org_unit"))

    def run(entered: dict[str, Any]) -> str:
        values = {name: entered[name] for name in ("code", "name", "kind", "name_zh", "function")}
        unit = commands.create_unit(actor=user, parent_id=UUID(entered["parent_id"]), **values)
        return _("Added %(name)s.") % {"name": unit}

    words = _("The code stays for good: running processes name their groups by it.")
    return perform(request, _act(_("New unit"), _("Add the unit"), run, explanation=words), form)


@require_http_methods(["GET", "POST"])
@signed_in
def unit_edit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Change the names of a unit."""
    user = administrator(request)
    unit = _one(unit_id)
    form = UnitForm(posted(request), known=unit)

    def run(entered: dict[str, Any]) -> str:
        values = {name: entered[name] for name in ("name", "name_zh", "function")}
        commands.rename_unit(actor=user, unit_id=unit_id, seen_version=entered["version"], **values)
        return _("Saved.")

    return perform(request, _act(str(unit), _("Save"), run), form)


class HeadForm(forms.Form):
    """Who leads the unit; nobody when it is left empty."""

    head = PersonField(label=gettext_lazy("Head"), required=False)
    combobox_name = "head"


@require_http_methods(["GET", "POST"])
@signed_in
def unit_head(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Say who leads a unit."""
    user = administrator(request)
    unit = _one(unit_id)
    form = HeadForm(posted(request), initial={"head": unit.head_id or ""})

    def run(entered: dict[str, Any]) -> str:
        commands.set_head(actor=user, unit_id=unit_id, user_id=public_id(entered["head"]))
        return _("Saved.")

    context = {"person_text": unit.head.display_name if unit.head else ""}
    act = _act(_("Head of %(unit)s") % {"unit": unit}, _("Save"), run, template="administration/head_fields.html")
    act.context.update(context)
    return perform(request, act, form)


class CalendarForm(forms.Form):
    """By which calendar the unit works."""

    calendar_id = forms.ChoiceField(label=gettext_lazy("Work calendar"), required=False)


@require_http_methods(["GET", "POST"])
@signed_in
def unit_calendar(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Choose the calendar of a unit."""
    user = administrator(request)
    unit = _one(unit_id)
    present = str(unit.calendar.public_id) if unit.calendar else ""
    form = CalendarForm(posted(request), initial={"calendar_id": present})
    offer(form, "calendar_id", calendars(_("That of the unit above")))

    def run(entered: dict[str, Any]) -> str:
        calendar_id = UUID(entered["calendar_id"]) if entered["calendar_id"] else None
        commands.set_unit_calendar(actor=user, unit_id=unit_id, calendar_id=calendar_id)
        return _("Saved.")

    words = _("Deadlines that are set already stay; new ones count by this calendar.")
    title = _("Working time of %(unit)s") % {"unit": unit}
    return perform(request, _act(title, _("Save"), run, explanation=words), form)


@require_http_methods(["GET", "POST"])
@signed_in
def unit_close(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Close an empty unit."""
    user = administrator(request)
    unit = _one(unit_id)

    def run(_entered: dict[str, Any]) -> str:
        commands.close_unit(actor=user, unit_id=unit_id)
        return _("The unit is closed.")

    words = _("Only a unit without people and open units below can be closed.")
    act = _act(_("Close %(unit)s") % {"unit": unit}, _("Close the unit"), run, explanation=words, danger=True)
    return perform(request, act, forms.Form(posted(request)))


def _act(title: str, submit: str, run: Any, **more: Any) -> Act:
    return Act(title, submit, run, reverse("admin_units"), goes_there=True, **more)


def _one(unit_id: UUID) -> OrgUnit:
    """The commands check the right to it; codes and names of units are known to everybody."""
    found = OrgUnit.objects.select_related("head", "calendar").filter(public_id=unit_id).first()
    if found is None:
        raise Http404
    return found
