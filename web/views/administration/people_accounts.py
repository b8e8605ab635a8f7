"""Accounts of people: closed, opened again, with a new password."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import commands
from tasks_inbox.commands import let_go
from tasks_inbox.leaving import left_behind
from web.forms.people import PasswordForm
from web.pages import signed_in
from web.views.administration.frame import administrator, posted
from web.views.administration.one_person import act_on, one_person
from web.views.crm.acting import perform


@require_http_methods(["GET", "POST"])
@signed_in
def person_leave(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Close an account."""
    user = administrator(request)
    found = one_person(user, person_id)

    def run(_entered: dict[str, Any]) -> str:
        let_go(actor=user, person_id=person_id)
        return _("The account is closed.")

    words = _("They are signed out at once and get no new tasks. Records, history and roles stay.")
    left = left_behind(found) if request.method == "GET" else 0
    if left:
        more = ngettext("%(count)d task would be left with nobody", "%(count)d tasks would be left with nobody", left)
        words += " " + _("%(tasks)s: hand over the work first.") % {"tasks": more % {"count": left}}
    act = act_on(found, _("Close the account of %(name)s"), _("Close the account"), run, explanation=words, danger=True)
    return perform(request, act, forms.Form(posted(request)))


@require_http_methods(["GET", "POST"])
@signed_in
def person_return(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Open an account again."""
    user = administrator(request)
    found = one_person(user, person_id)

    def run(_entered: dict[str, Any]) -> str:
        commands.reactivate_user(actor=user, user_id=person_id)
        return _("The account is open again.")

    words = _("They hold the roles they had.")
    act = act_on(found, _("Open the account of %(name)s again"), _("Open the account"), run, explanation=words)
    return perform(request, act, forms.Form(posted(request)))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@signed_in
def person_password(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give a person a new password."""
    user = administrator(request)
    found = one_person(user, person_id)

    def run(entered: dict[str, Any]) -> str:
        commands.reset_password(actor=user, user_id=person_id, password=entered["password"])
        return _("The password is set; their other sessions have ended.")

    act = act_on(found, _("New password for %(name)s"), _("Set the password"), run)
    return perform(request, act, PasswordForm(posted(request)))
