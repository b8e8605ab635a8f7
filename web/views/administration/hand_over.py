"""Handing over the work of somebody who leaves: what there is, to whom it goes, and what became of each piece."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from bpmn import naming as diagrams
from tasks_inbox import commands, leaving
from tasks_inbox import exceptions as inbox
from tasks_inbox.exceptions import HandOverUnderWay, InboxRefusal, NobodyToReceive
from tasks_inbox.models import HandOver, HandOverPart, WorkItem
from web import process_words
from web.pages import page_number, signed_in
from web.views.administration.frame import administrator, show
from web.views.administration.one_person import one_person
from web.views.crm.paging import slice_of
from web.views.crm.people import chosen
from workflows import naming as instances
from workflows import records

FIELDS = 3
SHOWN = 20
Status = HandOverPart.Status


@require_http_methods(["GET", "POST"])
@signed_in
def hand_over(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What the person has, and the question who gets it; answered, the way to what becomes of it."""
    user = administrator(request)
    person = one_person(user, person_id)
    refused = ""
    picked = [found for text in request.POST.getlist("receiver") if (found := chosen(text)) is not None]
    if request.method == "POST":
        try:
            ids = [each.public_id for each in picked]
            row = commands.start_hand_over(actor=user, person_id=person.public_id, receiver_ids=ids)
        except (NobodyToReceive, HandOverUnderWay) as refusal:
            refused = str(refusal.sentence)
        else:
            return redirect("admin_hand_over_progress", person_id=person.public_id, hand_over_id=row.pk)
    context = {
        "person": person,
        "refused": refused,
        "fields": [_field(number, picked) for number in range(FIELDS)],
        "counts": _counts(person),
        "left": leaving.left_behind(person),
        "running": HandOver.objects.filter(person=person, ended_at=None).first(),
        "steps": [_step(row) for row in diagrams.steps_naming(person.username)[:SHOWN]],
        "processes": [_process(row) for row in instances.instances_naming(person.username)[:SHOWN]],
        "looked_at": instances.LOOKED_AT,
        "records": _records(user, person),
    }
    return show(request, "hand_over", "people", context)


@require_GET
@signed_in
def progress(request: HttpRequest, person_id: UUID, hand_over_id: UUID) -> HttpResponse:
    """How far it is, and what became of each piece; the page asks again while it runs."""
    user = administrator(request)
    person = one_person(user, person_id)
    row = HandOver.objects.filter(pk=hand_over_id, person=person).first()
    if row is None:
        raise Http404
    parts = row.parts.select_related("item__instance", "receiver").defer("item__instance__state")
    page = slice_of(parts.order_by("status", "pk"), page_number(request))
    total, waiting = row.parts.count(), row.parts.filter(status=Status.WAITING).count()
    context = {
        "person": person,
        "row": row,
        "page": page,
        "parts": [_part(part) for part in page.rows],
        "total": total,
        "done": total - waiting,
        "percent": round(100 * (total - waiting) / total) if total else 100,
        "refused": row.parts.filter(status=Status.REFUSED).count(),
        "left": leaving.left_behind(person) if row.ended_at else 0,
    }
    return show(request, "hand_over_progress", "people", context)


def _field(number: int, picked: list[User]) -> dict[str, Any]:
    person = picked[number] if number < len(picked) else None
    label = _("Who gets it?") if number == 0 else _("And in turn")
    return {
        "id": f"receiver_{number}",
        "label": label,
        "value": person.pk if person else "",
        "text": person.display_name if person else "",
    }


def _counts(person: User) -> list[tuple[str, int]]:
    """How much there is of each kind; six counts."""
    lasting = leaving.substitutions_of(person)
    return [
        (_("Tasks in hand"), leaving.held(person).count()),
        (_("Tasks others hold for them"), leaving.covered(person).count()),
        (_("Tasks offered by name"), leaving.offered(person).count()),
        (_("Tasks in queues where they are alone"), leaving.in_lonely_queues(person).count()),
        (_("Tasks delegated, which come back"), leaving.delegated(person).count()),
        (_("Substitutions"), lasting.count()),
    ]


def _step(row: diagrams.Naming) -> dict[str, Any]:
    url = reverse("process", args=[row.process_key])
    return {"process": process_words.process_name(row.version), "step": row.name, "url": url}


def _process(row: instances.Naming) -> dict[str, Any]:
    return {
        "name": process_words.process_name(row.instance.version_id),
        "number": row.instance.number,
        "variables": ", ".join(row.variables),
        "url": reverse("process_instance", args=[row.instance.pk]),
    }


def _records(user: User, person: User) -> list[dict[str, Any]]:
    """How many records of each kind the person owns, as far as the administrator sees them."""
    found = []
    for entry in records.kinds().values():
        try:
            entry.model._meta.get_field("owner")
        except FieldDoesNotExist:
            continue
        count = entry.visible_to(user).filter(owner=person).count()
        if count:
            found.append({"label": entry.label, "count": count, "url": entry.begins_at})
    return found


def _part(part: HandOverPart) -> dict[str, Any]:
    item: WorkItem | None = part.item
    tones = {Status.DONE: "success", Status.REFUSED: "danger", Status.WAITING: ""}
    return {
        "name": process_words.task_name(item) if item else _("Substitution"),
        "number": item.record_number if item else "",
        "url": reverse("task", args=[item.pk]) if item else "",
        "kind": part.get_kind_display(),
        "status": part.get_status_display(),
        "tone": tones[Status(part.status)],
        "receiver": part.receiver,
        "why": _sentence(part.refusal),
    }


def _sentence(code: str) -> str:
    """Why a piece was refused, from the code that was kept."""
    if not code:
        return ""
    kinds = (kind for kind in vars(inbox).values() if isinstance(kind, type) and issubclass(kind, InboxRefusal))
    return next((str(kind.sentence) for kind in kinds if kind.code == code), _("This was refused."))
