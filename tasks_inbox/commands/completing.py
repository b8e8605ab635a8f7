"""Closing items with the answers of their form, and keeping what was typed until then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from tasks_inbox import drafts, operations
from tasks_inbox.commands.requiring import require_completer, require_open, require_seen
from tasks_inbox.locks import lock_item, lock_item_and_family
from tasks_inbox.models import Draft, WorkItem
from workflows import statements
from workflows.locks import retrying


@retrying
@transaction.atomic(durable=True)
@statements.together()
def complete_work_item(
    *, actor: User, work_item_id: UUID, answers: Mapping[str, Any], seen: str | None = None
) -> WorkItem:
    """Close the item with its form's answers and move its process on.

    An offered item is taken by completing it. Refuses answers the form does not accept (FormRefused names the
    fields; nothing is lost), somebody else's item and an ended one, and with ``seen`` (``operations.shown_mark``)
    a form or a record that says something else by now than it did to the actor. The next people are told at commit.
    """
    item, family = lock_item_and_family(work_item_id, actor=actor, with_record=seen is not None)
    require_open(actor, item)
    require_completer(actor, item)
    require_seen(item, seen)
    cleaned = operations.validated_answers(item, answers, actor=actor)
    operations.complete(family, item, cleaned, actor=actor)
    return item


@retrying
@transaction.atomic(durable=True)
def save_draft(*, actor: User, work_item_id: UUID, answers: Mapping[str, Any]) -> Draft:
    """Keep what somebody typed so far; each person has one draft per item. Refuses ended and unseen items."""
    item = lock_item(work_item_id)
    require_open(actor, item)
    return drafts.keep(item, actor, operations.plain_answers(answers))
