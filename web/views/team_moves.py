"""Moving the tasks of a team: what would help, doing it task by task, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from tasks_inbox import commands, rebalancing
from tasks_inbox import team as teams
from tasks_inbox.exceptions import RecipientUnfit, WorkItemUnknown
from tasks_inbox.forecasting import Move, Suggestion
from tasks_inbox.models import WorkItem
from web import moved_tasks, process_words
from web.errors import refusal_of
from web.pages import events, reader, signed_in
from web.subjects import subjects_of
from web.views.team import leader

MOST_MOVES = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """One move that was confirmed: which task to whom, in the version that was shown."""

    item: UUID
    recipient: int
    version: int


@require_GET
@signed_in
def rebalance(request: HttpRequest) -> HttpResponse:
    """Which tasks could go to whom, and how many would be late before and after; nothing is moved by looking."""
    user = leader(request)
    people = {entry.person.pk: entry.person for entry in teams.load(user) if entry.person is not None}
    coming = rebalancing.forecast(user, people, moves=True)
    found = coming.suggestion or Suggestion((), {}, {})
    context = {
        "forecast": coming,
        "moves": _moves(user, found.moves, people, coming),
        "people": _people(found, people),
        "before": sum(found.before.values()),
        "after": sum(found.after.values()),
    }
    return render(request, "team/rebalance.html", context)


@require_POST
@signed_in
def rebalance_now(request: HttpRequest) -> HttpResponse:
    """Do the moves that were left ticked; says of each whether it worked, and else why not."""
    user, batch = reader(request), uuid4()
    wanted = _wanted(request.POST.getlist("moves"))
    recipients = {person.pk: person for person in User.objects.filter(pk__in=[each.recipient for each in wanted])}
    results = [_moved(user, each, recipients.get(each.recipient), batch) for each in wanted]
    done = [result["item"] for result in results if not result["said"]]
    moved_tasks.remember(request, batch, done)
    answer = render(request, "team/rebalanced.html", {"results": results, "done": len(done)})
    return events(answer, toast=_toast(len(done), batch)) if done else answer


@require_POST
@signed_in
def undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Give everything of a batch back to whom it was taken from, as far as nothing happened to it since."""
    user = reader(request)
    items, back, refused = moved_tasks.forget(request, batch), 0, ""
    for item in items:
        try:
            commands.undo_move(actor=user, work_item_id=item, batch=batch)
            back += 1
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            refused = refusal.sentence
    text = ngettext("%(count)d task given back", "%(count)d tasks given back", back) % {"count": back}
    if back < len(items):
        text = _("%(done)s; %(count)d not: %(reason)s") % {"done": text, "count": len(items) - back, "reason": refused}
    return events(JsonResponse({"text": text if items else _("There is nothing to undo.")}), refresh_lists=None)


def _toast(count: int, batch: UUID) -> dict[str, Any]:
    text = ngettext("%(count)d task moved", "%(count)d tasks moved", count) % {"count": count}
    return {"text": text, **moved_tasks.undo_of(batch)}


def _moved(user: User, wanted: Wanted, recipient: User | None, batch: UUID) -> dict[str, Any]:
    item = WorkItem.objects.in_context().filter(teams.led_by(user), pk=wanted.item).first()
    said = {
        "item": str(wanted.item),
        "title": process_words.task_name(item) if item is not None else "",
        "number": item.record_number if item is not None else "",
        "to": recipient,
        "said": "",
    }
    try:
        if item is None:
            raise WorkItemUnknown
        if recipient is None:
            raise RecipientUnfit
        commands.move_work_item(
            actor=user, work_item_id=wanted.item, recipient=recipient, batch=batch, seen_version=wanted.version
        )
    except Exception as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        said["said"] = refusal.sentence
    return said


def _wanted(texts: Iterable[str]) -> list[Wanted]:
    """What was ticked; nonsense is left out."""
    found = []
    for text in list(texts)[:MOST_MOVES]:
        parts = text.split("_")
        try:
            found.append(Wanted(UUID(parts[0]), int(parts[1][:9]), int(parts[2][:9])))
        except (ValueError, IndexError):
            continue
    return found


def _moves(
    user: User, moves: Iterable[Move], people: dict[int, User], coming: rebalancing.Forecast
) -> list[dict[str, Any]]:
    """Each move as a line: the task in words, from whom, to whom, and what is sent when it is confirmed."""
    found = list(moves)
    rows = WorkItem.objects.in_context().filter(teams.led_by(user), pk__in=[move.task.id for move in found])
    items = {item.pk: item for item in rows}
    subjects = subjects_of(user, items.values())
    lines = []
    for move in found:
        item = items.get(move.task.id)
        if item is None:
            continue
        subject = subjects.get((item.record_kind, item.record_id))
        lines.append(
            {
                "item": item,
                "value": f"{item.pk}_{move.receiver}_{coming.versions[item.pk]}",
                "title": process_words.task_name(item),
                "about": subject.title if subject else item.record_number,
                "giver": people[move.giver],
                "receiver": people[move.receiver],
            }
        )
    return lines


def _people(found: Suggestion, people: dict[int, User]) -> list[dict[str, Any]]:
    """Who would be late with how many, before and after; only those for whom that differs, most first."""
    moved = {person for move in found.moves for person in (move.giver, move.receiver)}
    rows = [
        {"person": people[person], "before": before, "after": found.after[person]}
        for person, before in found.before.items()
        if person in moved
    ]
    return sorted(rows, key=lambda row: (-row["before"], row["person"].username))
