"""Adding people, changing what is kept of them, and moving them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import commands
from accounts.models import Action, User
from web.forms.people import NewPersonForm, PersonForm, UnitForm
from web.pages import signed_in
from web.views.administration.choices import offer, units_below
from web.views.administration.frame import administrator, posted
from web.views.administration.one_person import act_on, one_person
from web.views.crm.acting import Act, perform


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@signed_in
def person_new(request: HttpRequest) -> HttpResponse:
    """Add a person."""
    user = administrator(request)
    form = NewPersonForm(posted(request), units=units_below(user, Action.CREATE))
    made: list[User] = []

    def run(entered: dict[str, Any]) -> str:
        values = {
            **form.values(),
            "username": entered["username"],
            "unit_id": UUID(entered["unit_id"]),
            "password": entered["password"] or None,
        }
        made.append(commands.create_user(actor=user, **values))
        return _("Added %(name)s.") % {"name": made[-1].display_name}

    act = Act(
        title=_("New person"),
        submit=_("Add the person"),
        run=run,
        back=reverse("admin_people"),
        template="administration/person_fields.html",
        moves_to=lambda: reverse("admin_person", args=[made[-1].public_id]) if made else "",
    )
    return perform(request, act, form)


@require_http_methods(["GET", "POST"])
@signed_in
def person_edit(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Change what is kept of a person; an older version is refused."""
    user = administrator(request)
    found = one_person(user, person_id)
    form = PersonForm(posted(request), known=found)

    def run(entered: dict[str, Any]) -> str:
        commands.update_user(actor=user, user_id=person_id, seen_version=entered["version"], **form.values())
        return _("Saved.")

    template = "administration/person_fields.html"
    return perform(request, act_on(found, found.display_name, _("Save"), run, template=template), form)


@require_http_methods(["GET", "POST"])
@signed_in
def person_move(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Move a person to another unit."""
    user = administrator(request)
    found = one_person(user, person_id)
    form = UnitForm(posted(request), initial={"unit_id": found.org_unit and str(found.org_unit.public_id)})
    offer(form, "unit_id", units_below(user))

    def run(entered: dict[str, Any]) -> str:
        moved = commands.move_user(actor=user, user_id=person_id, unit_id=UUID(entered["unit_id"]))
        return _("%(name)s belongs to %(unit)s now.") % {"name": moved.display_name, "unit": moved.org_unit}

    words = _("Roles stay where they are held.")
    return perform(request, act_on(found, _("Move %(name)s"), _("Move"), run, explanation=words), form)
