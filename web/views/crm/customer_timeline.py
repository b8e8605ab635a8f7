"""The timeline of a customer as the card shows it: entries with icon and words, grouped by day, filtered by kind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from config import clock
from crm_core.customers.models import Customer
from crm_core.interactions.models import FlowDirection, Interaction, InteractionKind
from crm_core.interactions.timeline import EntryKind, TimelineEntry, register_source, running_and_past, timeline
from crm_core.levels.models import ChangeStatus
from tasks_inbox.models import WorkItem
from web import dates, process_words
from web.acted_for import acted_for
from web.views.crm.changed_fields import Words, words_for

STEP: Final = 30
MOST: Final = 300
SHOWN: Final[dict[str, frozenset[EntryKind]]] = {
    "": frozenset(EntryKind),
    "talks": frozenset({EntryKind.INTERACTION}),
    "process": frozenset({EntryKind.PROCESS}),
    "level": frozenset({EntryKind.LEVEL}),
    "change": frozenset({EntryKind.CHANGE}),
}
ICONS: Final[dict[str, str]] = {
    InteractionKind.CALL: "phone",
    InteractionKind.VISIT: "map-pin",
    InteractionKind.NOTE: "square-pen",
    InteractionKind.MESSAGE: "message-square",
    InteractionKind.MAIL: "mail",
    InteractionKind.EVENT: "calendar",
    InteractionKind.SYSTEM: "cog",
}
TONES: Final[dict[str, str]] = {
    ChangeStatus.APPROVED: "success",
    ChangeStatus.APPLIED: "success",
    ChangeStatus.REJECTED: "danger",
    ChangeStatus.REVOKED: "warning",
    "objected": "warning",
}


def timeline_of(request: HttpRequest, user: User, customer: Customer) -> dict[str, Any]:
    """Days with their events, the tabs, and where more is found; a fixed number of queries."""
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    limit = _limit(request.GET.get("entries", ""))
    entries = timeline(user, customer.pk, kinds=SHOWN[show], limit=limit)
    words = words_for(entry.fields for entry in entries)
    events = [(entry.at, event) for entry in entries if (event := _event(entry, words)) is not None]
    more = len(entries) == limit < MOST
    return {
        "days": [
            {"label": label, "events": [event for _at, event in group]}
            for label, group in groupby(events, key=lambda pair: _day(pair[0]))
        ],
        "tabs": _tabs(customer, show),
        "more_url": _address(customer, show, limit + STEP) if more else "",
        "url": _address(customer, show, limit),
    }


def completed_steps(user: User, customer: Customer, before: datetime | None, limit: int) -> Iterable[TimelineEntry]:
    """The tasks people finished in the customer's processes."""
    roots = running_and_past(user, customer).values("pk")
    items = WorkItem.objects.in_context().select_related("ended_by").filter(instance__root__in=roots)
    items = items.filter(status=WorkItem.Status.COMPLETED)
    for item in (items.filter(ended_at__lt=before) if before else items).order_by("-ended_at", "id")[:limit]:
        yield TimelineEntry(
            item.ended_at or item.created_at,
            EntryKind.PROCESS,
            "step-done",
            item.ended_by,
            number=item.record_number,
            key=str(item.pk),
            row=item,
        )


register_source("completed steps", EntryKind.PROCESS, completed_steps)


def _event(entry: TimelineEntry, words: Words) -> dict[str, Any] | None:
    who = entry.actor.display_name if entry.actor else _("System")
    match entry.kind:
        case EntryKind.INTERACTION:
            return _interaction(entry, who)
        case EntryKind.PROCESS:
            return _process(entry, who)
        case EntryKind.LEVEL:
            return _level(entry, who)
    return _change(entry, who, words)


def _interaction(entry: TimelineEntry, who: str) -> dict[str, Any]:
    row: Interaction = entry.row
    body = row.summary
    if row.reaction:
        body += "\n" + _("Reaction: %(text)s") % {"text": row.reaction}
    if row.next_step:
        body += "\n" + _("Next step: %(text)s") % {"text": row.next_step}
    return {
        "icon": ICONS.get(row.kind, "message-square"),
        "tone": "accent" if row.kind == InteractionKind.VISIT else "",
        "who": who,
        "what": _what_was_done(row),
        "at": entry.at,
        "body": body,
    }


def _what_was_done(row: Interaction) -> str:
    person = row.contact.name if row.contact else ""
    match row.kind:
        case InteractionKind.NOTE:
            return _("wrote a note")
        case InteractionKind.VISIT:
            return _("visited %(person)s") % {"person": person} if person else _("visited the customer")
        case InteractionKind.MAIL:
            sent = "" if row.sent_at or row.direction == FlowDirection.INCOMING else f" · {_('not sent yet')}"
            return (_("wrote: “%(subject)s”") % {"subject": row.subject} if row.subject else _("wrote a letter")) + sent
        case InteractionKind.CALL:
            return _call(row, person)
    return str(row.get_kind_display())


def _call(row: Interaction, person: str) -> str:
    if row.direction == FlowDirection.INCOMING:
        words = _("was called by %(person)s") % {"person": person} if person else _("was called by the customer")
    else:
        words = _("called %(person)s") % {"person": person} if person else _("called the customer")
    return words + (f" · {_('%(minutes)s min') % {'minutes': row.minutes}}" if row.minutes else "")


def _process(entry: TimelineEntry, who: str) -> dict[str, Any]:
    if entry.act == "step-done":
        item: WorkItem = entry.row
        what = _("finished “%(task)s”") % {"task": process_words.task_name(item)}
        number = f" · {entry.number}" if entry.number else ""
        who = acted_for(who, item.on_behalf_of)
        return {"icon": "circle-check", "tone": "accent", "who": who, "what": what + number, "at": entry.at}
    name = process_words.process_name(entry.row.version_id)
    name = f"{name} {entry.row.number}" if entry.row.number else name
    if entry.act == "started":
        return {
            "icon": "play",
            "tone": "accent",
            "who": name,
            "what": _("started by %(who)s") % {"who": who},
            "at": entry.at,
        }
    return {"icon": "workflow", "tone": "", "who": name, "what": _("ended"), "at": entry.at}


def _level(entry: TimelineEntry, who: str) -> dict[str, Any]:
    change = entry.row
    sentences = {
        "requested": _("asked for the level %(level)s"),
        "approved": _("approved the level %(level)s"),
        "rejected": _("rejected the level %(level)s"),
        "applied": _("gave the level %(level)s"),
        "revoked": _("took the level %(level)s back"),
        "withdrawn": _("withdrew the change to %(level)s"),
        "expired": _("the change to %(level)s was not decided in time"),
        "objected": _("objected to the level %(level)s"),
    }
    what = sentences.get(entry.act, _("changed the level")) % {"level": change.to_level or ""}
    if change.to_level is None:
        what = _("asked for another level") if entry.act == "requested" else _("changed the level")
    return {
        "icon": "star",
        "tone": TONES.get(entry.act, ""),
        "who": who,
        "what": f"{what} · {change.number}",
        "at": entry.at,
        "body": entry.text,
        "url": entry.url,
    }


def _change(entry: TimelineEntry, who: str, words: Words) -> dict[str, Any] | None:
    acts = {
        "created": _("added the customer"),
        "imported": _("imported the customer"),
        "tagged": _("changed the tags"),
        "transferred": _("handed the customer over"),
        "level-applied": _("the level was applied"),
        "level-restored": _("the level was given back"),
        "level-confirmed": _("the level was confirmed"),
    }
    changes = words.differences(Customer, entry.fields)
    event = {"icon": "history", "tone": "", "who": who, "at": entry.at}
    if entry.act not in acts and len(changes) == 1:
        old, new = changes[0]["old"] or "–", changes[0]["new"] or "–"
        return event | {"who": f"{who} · {changes[0]['label']}", "old": old, "new": new}
    count = len(changes)
    what = acts.get(entry.act) or ngettext("changed %(count)s field", "changed %(count)s fields", count) % {
        "count": count
    }
    body = "\n".join(f"{change['label']}: {change['old'] or '–'} → {change['new'] or '–'}" for change in changes)
    return event | {"what": what, "body": "\n".join(part for part in (entry.text, body) if part)}


def _tabs(customer: Customer, show: str) -> list[dict[str, Any]]:
    labels = {
        "": _("All"),
        "talks": _("Talks"),
        "process": _("Processes"),
        "level": _("Level"),
        "change": _("Changes"),
    }
    return [{"label": label, "url": _address(customer, key), "pressed": key == show} for key, label in labels.items()]


def _address(customer: Customer, show: str, entries: int = STEP) -> str:
    query = urlencode(
        {name: value for name, value in (("show", show), ("entries", entries)) if value not in {"", STEP}}
    )
    url = reverse("customer", args=[customer.pk])
    return f"{url}?{query}" if query else url


def _limit(text: str) -> int:
    return max(STEP, min(int(text), MOST)) if text.isascii() and text.isdigit() and len(text) < 5 else STEP


def _day(moment: datetime) -> str:
    local = timezone.localtime(moment).date()
    today = timezone.localtime(clock.now()).date()
    if local == today:
        return _("Today")
    return _("Yesterday") if (today - local).days == 1 else dates.day(moment)
