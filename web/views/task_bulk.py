"""Several tasks at once: each is one act by itself, with its own answer; what was held is undone together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from config import clock
from tasks_inbox import bulk, commands, holding, labels, operations, queries
from tasks_inbox.exceptions import LabelUnknown, MomentUnfit, NotAlike, RecipientUnfit, WorkItemUnknown
from tasks_inbox.models import WorkItem
from web import dates, moved_tasks, process_words
from web.approving.kinds import is_green
from web.components import money
from web.errors import refusal_of
from web.pages import json_body, reader, signed_in
from web.subjects import Subject, subjects_of
from web.views.task_form import form_of, revision_shown
from workflows import records

HELD = frozenset({"complete", "approve"})
MOVE = "move"
SEEN = "seen-"
"""Before the id of a task: the mark of what the dialog showed of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: who does what to which tasks, with what was chosen in its dialog."""

    user: User
    items: tuple[UUID, ...]
    like: str
    batch: UUID
    chosen: Mapping[str, Any]


@require_POST
@signed_in
def do_many(request: HttpRequest, act: str) -> HttpResponse:
    """Do it to the tasks in the body, at most a hundred; says of each whether it worked, and else why not.

    Body: {"items": [ids], "batch": id, "like": kind, ...what the dialog asked}. Pages send some at a time to show how
    far it is; parts of one ``batch`` are undone together.
    """
    run = ACTS.get(act)
    if run is None:
        raise Http404
    asked = _asked(reader(request), json_body(request))
    results = [_tried(run, asked, item_id) for item_id in asked.items]
    answer: dict[str, Any] = {"results": results, "batch": str(asked.batch)}
    if act in HELD and holding.undo_seconds() and any(result["done"] for result in results):
        answer |= {"undo_url": reverse("tasks_undo", args=[asked.batch]), "seconds": holding.undo_seconds()}
    if act == MOVE and (moved := [result["item"] for result in results if result["done"]]):
        moved_tasks.remember(request, asked.batch, moved)
        answer |= moved_tasks.undo_of(asked.batch)
    return JsonResponse(answer)


@require_POST
@signed_in
def ask_many(request: HttpRequest, act: str) -> HttpResponse:
    """The dialog before it: to whom, until when, which label; of approvals what is about to be approved.

    That is how many, how much in all, since when the oldest waits, and what is left out and why.
    """
    titles = {
        "transfer": (_("Transfer the picked tasks"), _("Transfer")),
        MOVE: (_("Give the picked tasks to"), _("Reassign")),
        "snooze": (_("Snooze the picked tasks"), _("Snooze")),
        "label": (_("Label the picked tasks"), _("Put on")),
        "approve": (_("Approve all of these?"), _("Approve all")),
    }
    if act not in titles:
        raise Http404
    user = reader(request)
    items = [item for each in _ids(request.POST.getlist("items")) if (item := queries.visible_item(user, each))]
    context: dict[str, Any] = {
        "act": act,
        "list": "team-rows" if act == MOVE else "inbox-rows",
        "title": titles[act][0],
        "verb": titles[act][1],
        "rows": [{"item": item} for item in items],
    }
    match act:
        case "snooze":
            context["until"] = _tomorrow(user).strftime("%Y-%m-%dT%H:%M")
        case "label":
            context["labels"] = labels.labels_for(user)
        case "approve":
            context |= _approvals(user, items)
    return render(request, "task/acts/many.html", context)


def _approvals(user: User, items: Sequence[WorkItem]) -> dict[str, Any]:
    subjects = subjects_of(user, items)
    like = bulk.kind_of(items[0]) if items else ""
    rows: list[dict[str, Any]] = [
        {
            "item": item,
            "title": _title(item, subjects),
            "reason": _against(user, item, _subject(subjects, item), like),
            "seen": str(operations.shown_mark(item, record=revision_shown(_subject(subjects, item)))),
        }
        for item in items
    ]
    fit = [row for row in rows if not row["reason"]]
    oldest = min((row["item"].created_at for row in fit), default=None)
    return {
        "rows": fit,
        "left_out": [row for row in rows if row["reason"]],
        "like": like,
        "total": _total(user, [row["item"] for row in fit], subjects),
        "waiting": dates.span(clock.now() - oldest) if oldest else "",
    }


def _tomorrow(user: User) -> datetime:
    """Nine o'clock on the person's next day."""
    local = clock.now().astimezone(user.time_zone) + timedelta(days=1)
    return local.replace(hour=9, minute=0, second=0, microsecond=0)


# --- one task ---------------------------------------------------------------------------------------------------------


def _tried(run: Callable[[Asked, UUID], object], asked: Asked, item_id: UUID) -> dict[str, Any]:
    try:
        run(asked, item_id)
    except Exception as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        item = queries.visible_item(asked.user, item_id)
        title = f"{process_words.task_name(item)} {item.record_number}".strip() if item is not None else ""
        return {"item": str(item_id), "done": False, "title": title, "said": refusal.sentence}
    return {"item": str(item_id), "done": True, "title": "", "said": ""}


def _claim(asked: Asked, item_id: UUID) -> None:
    commands.claim_work_item(actor=asked.user, work_item_id=item_id)


def _transfer(asked: Asked, item_id: UUID) -> None:
    words: dict[str, Any] = {"recipient": _recipient(asked), "reason": _reason(asked)}
    commands.transfer_work_item(actor=asked.user, work_item_id=item_id, **words)


def _move(asked: Asked, item_id: UUID) -> None:
    words: dict[str, Any] = {"recipient": _recipient(asked), "reason": _reason(asked)}
    commands.move_work_item(actor=asked.user, work_item_id=item_id, batch=asked.batch, **words)


def _recipient(asked: Asked) -> User:
    text = str(asked.chosen.get("recipient", ""))
    is_id = text.isascii() and text.isdigit() and len(text) < 10
    found = User.objects.filter(pk=int(text), is_active=True).first() if is_id else None
    if found is None:
        raise RecipientUnfit
    return found


def _reason(asked: Asked) -> str:
    return str(asked.chosen.get("reason", ""))[:1000]


def _snooze(asked: Asked, item_id: UUID) -> None:
    try:
        until = datetime.fromisoformat(str(asked.chosen.get("until", "")))
    except ValueError:
        raise MomentUnfit from None
    moment = until if until.tzinfo is not None else until.replace(tzinfo=asked.user.time_zone)
    commands.snooze_work_item(actor=asked.user, work_item_id=item_id, until=moment)


def _label(asked: Asked, item_id: UUID) -> None:
    for label_id in _ids([str(asked.chosen.get("label", ""))]):
        commands.label_work_item(actor=asked.user, work_item_id=item_id, label_id=label_id)
        return
    raise LabelUnknown


def _complete(asked: Asked, item_id: UUID) -> None:
    item = _alike(asked, item_id)
    if not bulk.may_complete_blind(item):
        raise NotAlike
    _finish(asked, item, approve=False)


def _approve(asked: Asked, item_id: UUID) -> None:
    """Approved is what nothing speaks against: same kind, allowed by its process, every check green."""
    item = _alike(asked, item_id)
    subject = subjects_of(asked.user, [item]).get((item.record_kind, item.record_id))
    reason = _against(asked.user, item, subject, asked.like)
    if reason:
        raise NotAlike(reason)
    _finish(asked, item, approve=True)


def _finish(asked: Asked, item: WorkItem, *, approve: bool) -> None:
    """Bound to what the dialog showed of each; without a dialog, to what stands there now."""
    seen = asked.chosen.get(f"{SEEN}{item.pk}")
    words: dict[str, Any] = {
        "actor": asked.user,
        "work_item_id": item.pk,
        "answers": bulk.usual_answers(item, approve=approve),
        "seen": seen if isinstance(seen, str) else str(operations.shown_mark(item)),
    }
    if holding.undo_seconds():
        commands.hold_completion(**words, batch=asked.batch)
    else:
        commands.complete_work_item(**words)


def _alike(asked: Asked, item_id: UUID) -> WorkItem:
    item = queries.visible_item(asked.user, item_id)
    if item is None:
        raise WorkItemUnknown
    if bulk.kind_of(item) != asked.like:
        raise NotAlike
    return item


def _against(user: User, item: WorkItem, subject: Subject | None, like: str) -> str:
    """Why this task cannot be approved beside the others; empty when nothing speaks against it."""
    if bulk.kind_of(item) != like:
        return _("It is another kind of decision.")
    if not bulk.may_approve_blind(item):
        return _("Its process wants each to be opened.")
    if not is_green(user, item, subject, form_of(user, item, readonly=True).variables):
        return _("Not all checks are passed.")
    return ""


# --- what was asked ---------------------------------------------------------------------------------------------------


def _asked(user: User, body: Mapping[str, Any]) -> Asked:
    items = body.get("items")
    (batch,) = _ids([str(body.get("batch", ""))]) or [uuid4()]
    listed = _ids(str(each) for each in items) if isinstance(items, list) else []
    return Asked(user, tuple(listed), str(body.get("like", "")), batch, body)


def _ids(texts: Iterable[str]) -> list[UUID]:
    """Those that are ids, each once, at most as many as are allowed at once."""
    found: dict[UUID, None] = {}
    for text in texts:
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)[: bulk.LIMIT]


def _subject(subjects: Mapping[tuple[str, str], Subject], item: WorkItem) -> Subject | None:
    return subjects.get((item.record_kind, item.record_id))


def _title(item: WorkItem, subjects: Mapping[tuple[str, str], Subject]) -> str:
    subject = _subject(subjects, item)
    about = subject.title if subject else item.record_number
    fact = f" · {subject.fact}" if subject and subject.fact else ""
    return f"{process_words.task_name(item)}: {about}{fact}"


def _total(user: User, items: Iterable[WorkItem], subjects: Mapping[tuple[str, str], Subject]) -> str:
    """The amount at stake in all, where the records have one and the person may see it."""
    amounts = []
    for item in items:
        subject = subjects.get((item.record_kind, item.record_id))
        kind = records.kind(item.record_kind) if subject is not None else None
        if kind is not None and kind.worth and kind.worth not in kind.mask_for(user):
            amounts.append(Decimal(getattr(subject.record, kind.worth, 0) or 0) if subject else Decimal(0))
    return money(sum(amounts, Decimal(0))) if amounts else ""


ACTS: dict[str, Callable[[Asked, UUID], None]] = {
    "claim": _claim,
    "transfer": _transfer,
    MOVE: _move,
    "snooze": _snooze,
    "label": _label,
    "complete": _complete,
    "approve": _approve,
}
