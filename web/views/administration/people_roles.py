"""The roles people hold where: given and taken away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import commands
from accounts.models import Action, OrgUnit
from web.forms.people import RoleForm
from web.pages import signed_in
from web.views.administration.choices import offer, roles, units_below
from web.views.administration.frame import administrator, posted
from web.views.administration.one_person import act_on, one_person
from web.views.crm.acting import perform


@require_http_methods(["GET", "POST"])
@signed_in
def role_give(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Let a person hold a role at a unit."""
    user = administrator(request)
    found = one_person(user, person_id)
    form = RoleForm(posted(request), initial={"unit_id": found.org_unit and str(found.org_unit.public_id)})
    offer(form, "role", roles())
    offer(form, "unit_id", units_below(user, Action.ASSIGN, "role"))

    def run(entered: dict[str, Any]) -> str:
        unit_id = UUID(entered["unit_id"])
        given = commands.assign_role(actor=user, user_id=person_id, role=entered["role"], unit_id=unit_id)
        return _("%(name)s is %(role)s now.") % {"name": found.display_name, "role": given.role}

    return perform(request, act_on(found, _("Give %(name)s a role"), _("Give the role"), run), form)


@require_http_methods(["GET", "POST"])
@signed_in
def role_take(request: HttpRequest, person_id: UUID, role: str, unit_id: UUID) -> HttpResponse:
    """Take a role away."""
    user = administrator(request)
    found = one_person(user, person_id)

    def run(_entered: dict[str, Any]) -> str:
        commands.remove_role(actor=user, user_id=person_id, role=role, unit_id=unit_id)
        return _("The role is taken away.")

    unit = OrgUnit.objects.filter(public_id=unit_id).first()
    name = dict(roles()).get(role, role)
    words = _("%(role)s at %(unit)s. Open tasks stay with them.") % {"role": name, "unit": unit or "–"}
    act = act_on(found, _("Take a role from %(name)s"), _("Take it away"), run, explanation=words, danger=True)
    return perform(request, act, forms.Form(posted(request)))
