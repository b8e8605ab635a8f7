"""What bots post: of what happened, as far as everybody who reads their chat may see it.

Bots hear of things by looking, every few seconds, at what people did and were told since: nobody's click waits for
them, and a crash loses nothing. What each posts is a row (`Sending`), once for each bot and happening.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from accounts import queries as people
from accounts.models import User
from config import clock
from crm_core.sealing import unseal
from notifications import bot_formats, outside, sending, texts
from notifications.audience import Subject, may_hear
from notifications.daily import task_name
from notifications.letters import address
from notifications.models import Bot, Channel, Notification, Sending
from notifications.verbs import OWN_BUSINESS
from tasks_inbox.models import WorkItem, WorkItemEvent
from tasks_inbox.queries import WORK_ITEM
from workflows import records

ACT, NEWS = "act", "news"
ACTS = tuple(kind for kind in WorkItemEvent.Kind if kind not in OWN_BUSINESS)
PLACEHOLDERS = ("what", "task", "number", "actor", "act", "link", "time")
PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}")
MOST_READERS = 200
BATCH = 200
OVERLAP = timedelta(minutes=10)
"""A transaction that takes this long to commit would be overlooked; locks are waited for five seconds at most."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something a bot may post: what it is about, in the words of the active language."""

    name: str
    subject: Subject
    values: Mapping[str, str] = field(default_factory=dict)


def event_names() -> set[str]:
    """Everything bots can post about: acts on tasks, and the news processes tell people."""
    told = {name for name in texts.TEMPLATES if not name.startswith("task-")}
    return {f"{ACT}:{kind}" for kind in ACTS} | {f"{NEWS}:{name}" for name in told}


def unknown_placeholders(text: str) -> list[str]:
    """The placeholders of a text that nothing would be put in for."""
    return sorted(set(PLACEHOLDER.findall(text)) - set(PLACEHOLDERS))


def listening() -> list[int]:
    """The bots that are switched on."""
    return list(Bot.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True))


@transaction.atomic(durable=True)
def listen(*, bot_id: int) -> int:
    """Ask for a post of each thing that happened since the bot looked last; returns how many are new.

    Two workers never look for the same bot; what was asked for once is not asked for again.
    """
    bot = Bot.objects.select_for_update(skip_locked=True).filter(pk=bot_id, is_active=True).first()
    if bot is None:
        return 0
    now = clock.now()
    found = sorted([*_acts(bot), *_news(bot)], key=lambda each: each[1])[:BATCH]
    new = sending.request(
        [
            Sending(channel=Channel.BOT, bot=bot, key=key, data=data, next_attempt_at=now, created_at=now)
            for key, _at, data in found
        ]
    )
    seen = found[-1][1] if len(found) == BATCH else now
    Bot.objects.filter(pk=bot.pk).update(read_until=max(bot.read_until, min(seen, now - OVERLAP)))
    return len(new)


def post(asked: Sending) -> bool:
    """Post one happening; False when not everybody who reads the chat may see it, or there is nothing to say of it."""
    bot = asked.bot
    if bot is None:
        return False
    with translation.override(bot.language), timezone.override(ZoneInfo(settings.TIME_ZONE)):
        if asked.data.get("test"):
            happening: Happening | None = sample()
        elif not bot.is_active:
            return False
        else:
            happening = _happening(bot, asked.data)
        if happening is None:
            return False
        text = filled(bot, happening)
    secret = unseal(bot.secret_sealed)
    more = {"event": happening.name, "number": happening.values["number"], "link": happening.values["link"]}
    call = bot_formats.call_for(
        bot.kind, unseal(bot.address_sealed), secret, text, now=clock.now(), key=str(asked.pk), more=more
    )
    bot_formats.require_taken(bot.kind, outside.post(call.address, call.body, call.headers))
    return True


def filled(bot: Bot, happening: Happening) -> str:
    """The bot's text with the values in their places; a place nothing is known for stays empty."""

    def value(found: re.Match[str]) -> str:
        return bot_formats.harmless(bot.kind, happening.values.get(found[1], ""))

    lines = [PLACEHOLDER.sub(value, line).rstrip() for line in bot.text.splitlines()]
    return "\n".join(lines).strip() or bot_formats.harmless(bot.kind, happening.values["what"])


def sample() -> Happening:
    """What a test posts: nothing of anybody's."""
    words = _("This is a test: the bot works.")
    values = {"what": words, "task": _("A task"), "number": "T-1", "actor": _("Somebody"), "act": _("tested the bot")}
    return Happening("test", ("", ""), values | {"link": address("/"), "time": _moment(clock.now())})


def readers_of(bot: Bot) -> list[User]:
    """Who reads the bot's chat, as its audience says; nobody when they are too many to be asked about."""
    found = list(people.members_of(bot.audience)[: MOST_READERS + 1])
    return found if len(found) <= MOST_READERS else []


def _happening(bot: Bot, data: Mapping[str, Any]) -> Happening | None:
    readers = readers_of(bot)
    if not readers:
        return None
    if ACT in data:
        event = WorkItemEvent.objects.select_related("actor").filter(pk=data[ACT]).first()
        if event is None or not _all_may_hear(readers, (WORK_ITEM, str(event.item_id))):
            return None
        return _of_act(event)
    row = Notification.objects.filter(pk=data[NEWS]).first()
    if row is None or not _all_may_hear(readers, (row.subject_kind, row.subject_id)):
        return None
    return _of_news(row, readers)


def _all_may_hear(readers: Collection[User], subject: Subject) -> bool:
    return all(may_hear(reader, subject) for reader in readers)


def _of_act(event: WorkItemEvent) -> Happening:
    item = WorkItem.objects.in_context().get(pk=event.item_id)
    actor = event.actor.name_in(translation.get_language()) if event.actor is not None else ""
    act = str(event.get_kind_display())
    about = f"{task_name(item)} ({item.record_number})" if item.record_number else task_name(item)
    what = _("%(about)s: %(act)s") % {"about": about, "act": f"{actor} {act}".strip()}
    values = {"what": what, "task": task_name(item), "number": item.record_number, "actor": actor, "act": act}
    link = address(f"/tasks/{item.pk}/")
    return Happening(
        f"{ACT}:{event.kind}", (WORK_ITEM, str(item.pk)), values | {"link": link, "time": _moment(event.at)}
    )


def _of_news(row: Notification, readers: Collection[User]) -> Happening:
    """In the words people were told it, without what one of the readers must not read."""
    kind, record_id = row.subject_kind, row.subject_id
    known = records.kinds().get(kind)
    hidden = frozenset[str]().union(*(known.mask_for(reader) for reader in readers)) if known else frozenset[str]()
    told = texts.values(row.data, hidden)
    link = known.url(records.resolve(kind, record_id)) if known else "/notifications/"
    values = {"what": texts.title(row.template, row.data, hidden), "number": told.get("number", "")}
    values |= {"task": "", "actor": "", "act": "", "link": address(link), "time": _moment(row.created_at)}
    return Happening(f"{NEWS}:{row.template}", (kind, record_id), values)


def _acts(bot: Bot) -> list[tuple[str, datetime, dict[str, Any]]]:
    kinds = [name.partition(":")[2] for name in bot.events if name.startswith(f"{ACT}:")]
    if not kinds:
        return []
    prefix = f"bot:{bot.pk}:{ACT}:"
    key = Concat(Value(prefix), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    rows = WorkItemEvent.objects.filter(at__gt=bot.read_until, kind__in=kinds)
    rows = rows.exclude(Exists(Sending.objects.filter(key=key))).order_by("at", "pk")
    return [(f"{prefix}{pk}", at, {ACT: pk}) for pk, at in rows.values_list("pk", "at")[:BATCH]]


def _news(bot: Bot) -> list[tuple[str, datetime, dict[str, Any]]]:
    """One for each thing that was told, however many people it was told to."""
    templates = [name.partition(":")[2] for name in bot.events if name.startswith(f"{NEWS}:")]
    if not templates:
        return []
    rows = Notification.objects.filter(created_at__gt=bot.read_until, template__in=templates)
    found: dict[str, tuple[str, datetime, dict[str, Any]]] = {}
    for pk, template, subject, at in rows.order_by("created_at", "pk").values_list(
        "pk", "template", "subject_id", "created_at"
    ):
        key = f"bot:{bot.pk}:{NEWS}:{template}:{subject}:{at:%Y%m%dT%H%M%S.%f}"
        found.setdefault(key, (key, at, {NEWS: str(pk)}))
    known = set(Sending.objects.filter(key__in=found).values_list("key", flat=True))
    return [each for key, each in found.items() if key not in known][:BATCH]


def _moment(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
