"""What administrators of the whole company do with bots; what they post is decided in `notifications.bots`."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.exceptions import AlreadyTaken, NobodyThere
from accounts.models import Action, Language, User
from accounts.permissions import COMPANY
from config import clock
from crm_core.exceptions import ValuesRefused
from crm_core.sealing import seal
from notifications import bots, outside, sending
from notifications.models import Bot, BotKind, Channel, Sending
from notifications.sending import NotTaken


@dataclass(frozen=True, slots=True)
class BotValues:
    """What is said of a bot. An empty address or secret leaves the one that is kept as it is."""

    name: str
    kind: str
    audience: str
    events: Collection[str]
    text: str
    language: str = Language.ENGLISH
    address: str = ""
    secret: str = ""
    forget_secret: bool = False


def may_keep_bots(user: User) -> bool:
    """Whether the person may say what leaves the company by bots: administrators of all of it."""
    return user.is_superuser or permissions.may(user, Action.CHANGE, "user", COMPANY)


@transaction.atomic(durable=True)
def add_bot(*, actor: User, values: BotValues) -> Bot:
    """Make a bot that posts from now on. Refuses addresses that are not outside, unknown events and placeholders."""
    _require(actor)
    bot = Bot(created_by=actor, read_until=clock.now())
    if not values.address:
        raise ValuesRefused({"address": [_("Where does it post?")]})
    _write(bot, values, actor)
    bot.save()
    _note("bot.added", actor, bot)
    return bot


@transaction.atomic(durable=True)
def change_bot(*, actor: User, bot_id: UUID, values: BotValues) -> Bot:
    """Change a bot; what it was to post and has not yet is posted by what it is then. Refuses what adding refuses."""
    bot = _locked(actor, bot_id)
    _write(bot, values, actor)
    bot.version += 1
    bot.save()
    _note("bot.changed", actor, bot)
    return bot


@transaction.atomic(durable=True)
def switch_bot(*, actor: User, bot_id: UUID, on: bool) -> Bot:
    """Switch a bot on or off; what happens while it is off is not posted later."""
    bot = _locked(actor, bot_id)
    if bot.is_active != on:
        bot.is_active, bot.read_until = on, clock.now()
        bot.updated_at, bot.updated_by = clock.now(), actor
        bot.save(update_fields=["is_active", "read_until", "updated_at", "updated_by"])
        _note("bot.switched-on" if on else "bot.switched-off", actor, bot)
    return bot


@transaction.atomic(durable=True)
def remove_bot(*, actor: User, bot_id: UUID) -> None:
    """Forget a bot with everything it posted or could not post."""
    bot = _locked(actor, bot_id)
    _note("bot.removed", actor, bot)
    bot.delete()


@transaction.atomic(durable=True)
def request_test(*, actor: User, bot_id: UUID) -> Sending:
    """Ask a bot, also one that is off, to post a test."""
    bot = _locked(actor, bot_id)
    now = clock.now()
    key = f"bot:{bot.pk}:test:{uuid.uuid4()}"
    test = Sending(channel=Channel.BOT, bot=bot, key=key, data={"test": True}, next_attempt_at=now, created_at=now)
    sending.request([test])
    return test


@transaction.atomic(durable=True)
def retry_failed(*, actor: User, bot_id: UUID) -> int:
    """Post anew what was given up; returns how much. A test that failed is not repeated."""
    bot = _locked(actor, bot_id)
    failed = Sending.objects.filter(bot=bot, status=Sending.Status.FAILED)
    failed.filter(data__has_key="test").delete()
    return failed.update(
        status=Sending.Status.WAITING, attempts=0, next_attempt_at=clock.now(), finished_at=None, failure=""
    )


def _write(bot: Bot, values: BotValues, actor: User) -> None:
    errors = dict(_errors(values))
    if errors:
        raise ValuesRefused(errors)
    if Bot.objects.filter(name=values.name).exclude(pk=bot.pk).exists():
        raise AlreadyTaken(field="name")
    bot.name, bot.kind, bot.audience = values.name, values.kind, values.audience
    bot.events, bot.text, bot.language = sorted(set(values.events)), values.text, values.language
    if values.address:
        bot.host = outside.check_address(values.address).hostname or ""
        bot.address_sealed = seal(values.address)
    if values.secret or values.forget_secret:
        bot.secret_sealed = seal(values.secret)
    bot.updated_at, bot.updated_by = clock.now(), actor


def _errors(values: BotValues) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not values.name.strip() or len(values.name) > 80:
        found["name"] = [_("Give it a name of at most 80 characters.")]
    if values.kind not in BotKind.values:
        found["kind"] = [_("This value is not valid.")]
    if set(values.events) - bots.event_names() or not values.events:
        found["events"] = [_("Choose at least one thing to post about.")]
    if unknown := bots.unknown_placeholders(values.text):
        words = {"names": ", ".join(f"{{{name}}}" for name in unknown)}
        found["text"] = [_("Nothing is known to put in for %(names)s.") % words]
    if not values.audience or not bots.readers_of(Bot(audience=values.audience)):
        found["audience"] = [_("Nobody reads it, or more than %(most)s do.") % {"most": bots.MOST_READERS}]
    if values.address:
        try:
            outside.check_address(values.address)
        except NotTaken:
            found["address"] = [_("Give a full address that begins with https://.")]
    return found


def _locked(actor: User, bot_id: UUID) -> Bot:
    _require(actor)
    bot = Bot.objects.select_for_update().filter(public_id=bot_id).first()
    if bot is None:
        raise NobodyThere
    return bot


def _require(actor: User) -> None:
    if not may_keep_bots(actor):
        permissions.require(actor, Action.CHANGE, "user", COMPANY)


def _note(event: str, actor: User, bot: Bot) -> None:
    """What leaves the company by whom stays on record; address and secret never do."""
    data = {"name": bot.name, "host": bot.host, "audience": bot.audience, "events": list(bot.events)}
    audit.record(event, actor=actor, subject=bot, data=data)
