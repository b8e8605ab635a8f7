"""Trying many failed steps again, and how far an act on many processes is."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from web.pages import reader, signed_in
from web.views.crm.acting import Act, perform
from web.views.processes.batch import Shown, show
from web.views.processes.incidents import ValuesField, step_of
from web.views.processes.moved import move_title
from web.views.processes.reading import posted
from workflows import permissions
from workflows.exceptions import IncidentIsClosed, NothingChosen
from workflows.migrating import queries as moves
from workflows.models import BulkAct, BulkItem, Incident
from workflows.models.batches import Batch
from workflows.operating import bulk_queries
from workflows.operating.bulk import CALLED_OFF, start_bulk_act
from workflows.refusals import sentence_for

NEWEST = 50


class RetryAllForm(forms.Form):
    """What to put right before everything with one cause is tried again. ``key`` makes a second click the same act."""

    values = ValuesField(
        label=gettext_lazy("Values to set first"),
        required=False,
        help_text=gettext_lazy("As JSON, for example {&quot;amount&quot;: 1200}. Leave empty to try again as it is."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
@signed_in
def cause_retry(request: HttpRequest, cause: str) -> HttpResponse:
    """Have everything with one cause tried again, after setting values if that helps."""
    user = reader(request)
    permissions.require_operator(user)
    stuck = Incident.objects.filter(cause=cause, closed_at=None).select_related("instance").defer("instance__state")
    sample, number = stuck.order_by("opened_at").first(), stuck.count()
    if sample is None:
        raise IncidentIsClosed
    made: list[BulkAct] = []

    def run(entered: dict[str, Any]) -> str:
        made.append(
            start_bulk_act(
                actor=user,
                kind=BulkAct.Kind.RETRY,
                cause=cause,
                variables=entered["values"],
                reason=entered["reason"],
                key=entered["key"],
            )
        )
        return _("They are tried again, one after the other.")

    title = ngettext(
        "Try “%(step)s” again in %(number)s process", "Try “%(step)s” again in %(number)s processes", number
    )
    act = Act(
        title % {"step": step_of(sample.instance, sample.element), "number": number},
        _("Try all again"),
        run,
        reverse("incidents"),
        explanation=sample.message,
        moves_to=lambda: reverse("bulk_act", args=[made[0].pk]),
    )
    return perform(request, act, RetryAllForm(posted(request), initial={"key": uuid.uuid4().hex}))


@require_POST
@signed_in
def incidents_retry(request: HttpRequest) -> HttpResponse:
    """Have the chosen ones tried again; the page that opens tells what becomes of each."""
    user = reader(request)
    chosen, key = _chosen(request), request.POST.get("key", "")[:64]
    try:
        batch = start_bulk_act(actor=user, kind=BulkAct.Kind.RETRY, incidents=chosen, key=key)
    except NothingChosen:
        messages.info(request, _("Choose at least one problem."))
        return redirect(_back(request))
    return redirect("bulk_act", batch.pk)


def _chosen(request: HttpRequest) -> list[UUID]:
    found = []
    for text in request.POST.getlist("items"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _back(request: HttpRequest) -> str:
    address = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if is_ours else reverse("incidents")


# --- how far --------------------------------------------------------------------------------------------------------


@require_GET
@signed_in
def bulk_act(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """An act on many processes: what it came to at each."""
    user = reader(request)
    batch = bulk_queries.bulk_act(user, batch_id)
    facts: list[dict[str, Any]] = [
        {"label": _("Started by"), "value": batch.created_by.display_name if batch.created_by else _("the system")},
        {"label": _("Reason"), "value": batch.reason or None},
    ]
    shown = Shown(
        batch,
        title_of(batch),
        bulk_queries.counts(batch),
        BulkItem.Status,
        lambda status: bulk_queries.items(batch, status),
        _why,
        facts,
    )
    return show(request, user, shown)


@require_GET
@signed_in
def batches(request: HttpRequest) -> HttpResponse:
    """What was done to many processes at once, acts and moves, the newest first."""
    user = reader(request)
    acts = bulk_queries.bulk_acts(user)[:NEWEST] if permissions.may_operate(user) else []
    rows: list[tuple[Batch, str, str]] = [
        *((batch, reverse("move", args=[batch.pk]), move_title(batch)) for batch in moves.migrations(user)[:NEWEST]),
        *((batch, reverse("bulk_act", args=[batch.pk]), title_of(batch)) for batch in acts),
    ]
    rows.sort(key=lambda row: row[0].created_at, reverse=True)
    return render(request, "processes/batches.html", {"rows": rows[:NEWEST]})


def title_of(batch: BulkAct) -> str:
    """What is done, in words."""
    words = {
        BulkAct.Kind.RETRY: ngettext("Try %(number)s step again", "Try %(number)s steps again", batch.total),
        BulkAct.Kind.CANCEL: ngettext("Cancel %(number)s process", "Cancel %(number)s processes", batch.total),
        BulkAct.Kind.SUSPEND: ngettext("Suspend %(number)s process", "Suspend %(number)s processes", batch.total),
        BulkAct.Kind.RESUME: ngettext("Let %(number)s process go on", "Let %(number)s processes go on", batch.total),
    }
    return words[BulkAct.Kind(batch.kind)] % {"number": batch.total}


def _why(item: BulkItem) -> str:
    if item.message == CALLED_OFF:
        return _("The process was let go on before its turn came.")
    if item.status == BulkItem.Status.REFUSED:
        return sentence_for(item.message)
    if item.stopped_at:
        steps = ", ".join(step_of(item.instance, element) for element in item.stopped_at)
        return _("It stopped again further on: %(steps)s") % {"steps": steps}
    if item.message:
        return item.message
    return step_of(item.instance, item.incident.element) if item.incident else ""
