"""Adding signers to a task and taking them back: the dialog and the acts."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from tasks_inbox import commands, signing
from tasks_inbox.exceptions import SignerUnfit, SigningNotAllowed
from tasks_inbox.models import Signer
from web.pages import events, reader, signed_in
from web.views.signers import dialog_of
from web.views.task_pane import item_for
from web.views.task_refusals import says_who


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def sign(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog that asks who signs and when, and the asking itself."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        return render(request, "task/acts/sign_dialog.html", dialog_of(item))
    person, where = _person(request), _where(request)
    note = request.POST.get("note", "")[: signing.NOTE_LIMIT]
    commands.add_signers(actor=user, work_item_id=item_id, people=[person], where=where, note=note)
    text = _("%(name)s was asked to sign.") % {"name": person.display_name}
    return events(
        HttpResponse(status=204), close_dialog=None, signers_changed=None, refresh_lists=None, toast={"text": text}
    )


@require_POST
@signed_in
@says_who
def unsign(request: HttpRequest, item_id: UUID, signer_id: UUID) -> HttpResponse:
    """Ask somebody no longer."""
    signer = commands.remove_signer(actor=reader(request), signer_id=signer_id)
    text = _("%(name)s is no longer asked to sign.") % {"name": signer.person.display_name}
    return events(HttpResponse(status=204), signers_changed=None, refresh_lists=None, toast={"text": text})


def _person(request: HttpRequest) -> User:
    text = request.POST.get("person", "")
    found = User.objects.filter(pk=int(text), is_active=True).first() if text.isascii() and text.isdigit() else None
    if found is None:
        raise SignerUnfit
    return found


def _where(request: HttpRequest) -> Signer.Where:
    try:
        return Signer.Where(request.POST.get("where", ""))
    except ValueError:
        raise SigningNotAllowed from None
