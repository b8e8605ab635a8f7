"""Handing back what somebody holds only because another was away."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts import operations as accounts
from accounts.models import User
from tasks_inbox import handing_back, operations, queries
from tasks_inbox.commands.requiring import locked
from tasks_inbox.exceptions import NotHeldForAnother, NotYours, RecipientAway, RecipientUnfit
from tasks_inbox.handing_back import Settled
from tasks_inbox.locks import lock_item_and_family
from tasks_inbox.models import WorkItem
from workflows import statements
from workflows.locks import retrying


@retrying
@transaction.atomic(durable=True)
@statements.together()
def restore_work_item(*, actor: User, work_item_id: UUID) -> WorkItem:
    """Give an item that somebody holds as a substitute to the person it was meant for.

    The substitute may do it, the person themselves, and who may reassign it. Refuses items that are not held for
    another (also at the second click), and people who are still away, have left or may not do it by the four-eyes rule.
    """
    item = locked(actor, work_item_id)
    absent = item.on_behalf_of
    if absent is None or item.assignee_id is None:
        raise NotHeldForAnother
    if actor.pk not in {item.assignee_id, absent.pk} and not queries.may_reassign(actor, item):
        raise NotYours
    if not absent.is_active or operations.is_excluded(absent, item):
        raise RecipientUnfit
    if actor.pk != absent.pk and operations.seat_of(item, absent).pk != absent.pk:
        raise RecipientAway
    handing_back.restore(item, absent, actor=actor)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def keep_work_item(*, actor: User, work_item_id: UUID) -> WorkItem:
    """Keep for good what one held as a substitute. Refuses everybody else, and items not held for another."""
    item = locked(actor, work_item_id)
    if item.on_behalf_of_id is None:
        raise NotHeldForAnother
    if item.assignee_id != actor.pk:
        raise NotYours
    handing_back.keep(item, actor=actor)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def settle_absence(*, work_item_id: UUID) -> Settled:
    """Give an item back whose holder no longer stands in, or ask them; nothing happens while somebody finishes it."""
    item, _family = lock_item_and_family(work_item_id, actor=None)
    return Settled.LATER if item.held_by_id is not None else handing_back.settle(item)


@transaction.atomic(durable=True)
def close_substitution(*, substitution_id: int) -> None:
    """Note that everything which came through an ended substitution was looked at."""
    accounts.settle_substitution(substitution_id)
