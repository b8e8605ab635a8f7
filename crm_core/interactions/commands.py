"""What people write down about customers: calls, visits, messages and notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Action, User
from config import clock
from crm_core import storing
from crm_core.customers.models import Contact, Customer
from crm_core.exceptions import NotPermitted, RecordNotFound, ValuesRefused
from crm_core.interactions import letters
from crm_core.interactions.models import Channel, FlowDirection, Interaction, InteractionKind
from crm_core.permissions import locked, require, seen


@transaction.atomic(durable=True)
def log_call(
    *,
    actor: User,
    customer_id: UUID | str,
    summary: str,
    contact_id: UUID | str | None = None,
    direction: str = FlowDirection.OUTGOING,
    at: datetime | None = None,
    minutes: int | None = None,
    reaction: str = "",
    next_step: str = "",
    next_step_at: datetime | None = None,
) -> Interaction:
    """Log a call with a customer. Raises RecordNotFound, NotPermitted, ValuesRefused."""
    values: dict[str, Any] = {
        "kind": InteractionKind.CALL,
        "channel": Channel.PHONE,
        "direction": direction,
        "minutes": minutes,
        "reaction": reaction,
        "next_step": next_step,
        "next_step_at": next_step_at,
    }
    return _log(actor, customer_id, summary, at=at, contact_id=contact_id, **values)


@transaction.atomic(durable=True)
def log_visit(
    *,
    actor: User,
    customer_id: UUID | str,
    summary: str,
    contact_id: UUID | str | None = None,
    at: datetime | None = None,
    reaction: str = "",
    next_step: str = "",
    next_step_at: datetime | None = None,
) -> Interaction:
    """Log a visit to a customer. Raises RecordNotFound, NotPermitted, ValuesRefused."""
    values: dict[str, Any] = {
        "kind": InteractionKind.VISIT,
        "channel": Channel.IN_PERSON,
        "direction": FlowDirection.OUTGOING,
        "reaction": reaction,
        "next_step": next_step,
        "next_step_at": next_step_at,
    }
    return _log(actor, customer_id, summary, at=at, contact_id=contact_id, **values)


@transaction.atomic(durable=True)
def add_note(
    *,
    actor: User,
    customer_id: UUID | str,
    text: str,
    linked_kind: str = "",
    linked_id: str = "",
) -> Interaction:
    """Write a note on a customer, perhaps about another record. Raises RecordNotFound, NotPermitted, ValuesRefused."""
    values: dict[str, Any] = {"kind": InteractionKind.NOTE, "linked_kind": linked_kind, "linked_id": linked_id}
    return _log(actor, customer_id, text, **values)


@transaction.atomic(durable=True)
def correct_interaction(
    *, actor: User, interaction_id: UUID | str, summary: str, seen_version: int | None = None
) -> Interaction:
    """Correct the words of one's own entry; the old ones stay in history. Raises NotPermitted for anybody else's."""
    entry = locked(Interaction, actor, interaction_id)
    if entry.by != actor:
        raise NotPermitted
    storing.require_version(entry, seen_version)
    _require_words(summary)
    storing.change(entry, {"summary": summary.strip()}, actor=actor)
    return entry


@transaction.atomic(durable=True)
def write_letter(*, customer_id: UUID | str, template: str, data: Mapping[str, Any], key: str) -> Interaction:
    """Keep a letter to a customer on the timeline, in the customer's language; the same ``key`` is the same letter.

    Raises RecordNotFound, and UnknownLetter for a template nobody registered.
    """
    known = Interaction.objects.filter(key=key).first()
    if known is not None:
        return known
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise RecordNotFound
    subject, body = letters.write(template, customer, data)
    letter = Interaction(
        customer=customer,
        kind=InteractionKind.MAIL,
        channel=Channel.EMAIL,
        direction=FlowDirection.OUTGOING,
        subject=subject[:300],
        summary=body,
        key=key,
        at=clock.now(),
    )
    return storing.add(letter, actor=None, act="written")


def send_letter(*, interaction_id: UUID) -> bool:
    """Send a letter by e-mail and note when; returns whether it is sent. Nothing happens twice or without an address.

    A job's function: the mail leaves outside any transaction.
    """
    letter = Interaction.objects.select_related("customer").get(pk=interaction_id)
    address = letter.customer.email
    if letter.sent_at is not None or not address:
        return letter.sent_at is not None
    send_mail(letter.subject, letter.summary, None, [address])
    with transaction.atomic(durable=True):
        storing.change(_locked_letter(interaction_id), {"sent_at": clock.now()}, actor=None, act="sent")
    return True


def _locked_letter(interaction_id: UUID) -> Interaction:
    return Interaction.objects.select_for_update().get(pk=interaction_id)


def _log(
    actor: User,
    customer_id: UUID | str,
    summary: str,
    *,
    at: datetime | None = None,
    contact_id: UUID | str | None = None,
    **values: Any,
) -> Interaction:
    customer = seen(Customer, actor, customer_id)
    require(actor, Action.CREATE, Interaction.record_kind, customer)
    _require_words(summary)
    contact = None
    if contact_id is not None:
        contact = seen(Contact, actor, contact_id)
        if contact.customer_id != customer.pk:
            raise RecordNotFound
    moment = at or clock.now()
    if moment > clock.now():
        raise ValuesRefused({"at": [_("This lies in the future.")]})
    entry = Interaction(customer=customer, contact=contact, at=moment, by=actor, summary=summary.strip(), **values)
    return storing.add(entry, actor=actor, act="logged")


def _require_words(summary: str) -> None:
    if not summary.strip():
        raise ValuesRefused({"summary": [_("Say what happened.")]})
