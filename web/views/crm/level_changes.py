"""One level change: from what to what, on which evidence, who decided, who has it; and the acts it allows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Action, User
from crm_core.customers import queries as customers
from crm_core.levels import commands, queries
from crm_core.levels.models import LevelChange
from crm_core.permissions import require
from web.forms.levels import ReasonForm, RequestForm
from web.pages import is_partial, reader, signed_in
from web.views.crm.acting import Act, perform, posted
from web.views.crm.level_words import decisions, evidence_rows, proposal_rows, rule_words
from web.views.crm.process_part import process_part
from web.views.crm.words import change_tone, level_tone


@require_http_methods(["GET", "POST"])
@signed_in
def level_change_new(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Ask for another level: starts the process, whose first task goes to who asked."""
    user = reader(request)
    customer = customers.customer(user, customer_id)
    require(user, Action.CREATE, LevelChange.record_kind, customer)
    form = RequestForm(posted(request), present=customer.level_id)

    def run(entered: dict[str, Any]) -> str:
        change = commands.request_level_change(
            actor=user, customer_id=customer.pk, proposed_level=entered["proposed_level"]
        )
        return _("%(number)s is open. Its request is in your inbox.") % {"number": change.number}

    act = Act(
        title=_("Change the level of %(name)s") % {"name": customer.name},
        submit=_("Ask for the change"),
        run=run,
        back=reverse("customer", args=[customer.pk]),
        explanation=_(
            "The figures of the last twelve months are frozen as evidence, a level is recommended, and you complete "
            "the request as a task. Then it goes to those who decide."
        ),
    )
    return perform(request, act, form)


@require_GET
@signed_in
def level_change(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """The page of a level change; for a script its living part."""
    user = reader(request)
    change = queries.level_change(user, change_id)
    context = {
        "change": change,
        "tone": change_tone(change.status),
        "from_tone": level_tone(change.from_level_id),
        "to_tone": level_tone(change.to_level_id),
        "evidence": evidence_rows(change),
        "rule": rule_words(change),
        "proposal": proposal_rows(change),
        "decisions": decisions(change),
        "acts": queries.possible_acts(user, change),
        **process_part(user, change),
    }
    template = "crm/levels/living.html" if is_partial(request) else "crm/levels/page.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@signed_in
def level_change_withdraw(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Take a request back."""

    def run(user: User, change: LevelChange, reason: str) -> str:
        commands.withdraw_level_change(actor=user, change_id=change.pk, reason=reason)
        return _("%(number)s is being withdrawn.") % {"number": change.number}

    return _act(
        request,
        change_id,
        run,
        title=_("Withdraw the level change"),
        submit=_("Withdraw"),
        explanation=_("The process ends and the customer keeps the present level."),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def level_change_object(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Object to a downgrade the review wants."""

    def run(user: User, change: LevelChange, reason: str) -> str:
        commands.object_to_level_change(actor=user, change_id=change.pk, objection=reason)
        return _("Your objection is with the sales manager.")

    return _act(
        request,
        change_id,
        run,
        title=_("Object to the level change"),
        submit=_("Object"),
        explanation=_("Say what speaks against it. The sales manager then decides."),
        needs_reason=True,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def level_change_revoke(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Give the old level back."""

    def run(user: User, change: LevelChange, reason: str) -> str:
        commands.revoke_level_change(actor=user, change_id=change.pk, reason=reason)
        return _("%(number)s is being revoked.") % {"number": change.number}

    return _act(
        request,
        change_id,
        run,
        title=_("Revoke the level change"),
        submit=_("Revoke"),
        explanation=_("The customer gets back the level, credit and benefits from before. A reason is needed."),
        needs_reason=True,
    )


def _act(
    request: HttpRequest,
    change_id: UUID,
    run: Callable[[User, LevelChange, str], str],
    *,
    needs_reason: bool = False,
    **words: Any,
) -> HttpResponse:
    user = reader(request)
    change = queries.level_change(user, change_id)
    form = ReasonForm(posted(request))
    form.fields["reason"].required = needs_reason
    act = Act(
        run=lambda entered: run(user, change, entered["reason"]),
        back=reverse("level_change", args=[change.pk]),
        danger=True,
        **words,
    )
    return perform(request, act, form)
