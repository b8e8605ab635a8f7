"""Handing the open work of somebody who leaves to others, piece by piece, and closing their account after it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import operations as accounts
from accounts.administrators import require_may_administer
from accounts.exceptions import AccountsRefusal
from accounts.locks import lock_administrators, lock_person, person_by_id
from accounts.models import Substitution, User
from config import clock
from tasks_inbox import handing_over, leaving
from tasks_inbox.exceptions import HandOverUnderWay, InboxRefusal, NobodyToReceive, WorkLeftBehind
from tasks_inbox.locks import lock_item_and_family
from tasks_inbox.models import HandOver, HandOverPart
from workflows import statements
from workflows.locks import retrying

RECEIVERS = 20


@transaction.atomic(durable=True)
def start_hand_over(*, actor: User, person_id: UUID, receiver_ids: Sequence[UUID]) -> HandOver:
    """List the open work of a person and give it in turn to the receivers, each piece by ``hand_over_part``.

    Whoever may close the account may do this. Refuses a person who gets their own work, receivers who have left,
    nobody at all, more than twenty, and a second hand-over beside one under way.
    """
    person = person_by_id(person_id, field="person_id")
    require_may_administer(actor, "delete", person)
    receivers = list(dict.fromkeys(person_by_id(each, field="receiver_ids") for each in receiver_ids))
    fit = [receiver for receiver in receivers if receiver.is_active and receiver.pk != person.pk]
    if not fit or len(fit) != len(receivers) or len(fit) > RECEIVERS:
        raise NobodyToReceive
    row = HandOver(person=person, by=actor, receivers=[each.pk for each in fit], started_at=clock.now())
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise HandOverUnderWay from None
    pieces = leaving.pieces_of(person)
    parts = [HandOverPart(hand_over=row, kind=p.kind, item_id=p.item, substitution=p.substitution) for p in pieces]
    HandOverPart.objects.bulk_create(parts, batch_size=1000)
    handing_over.finish(row)
    handing_over.wake(row)
    return row


@retrying
@transaction.atomic(durable=True)
@statements.together()
def hand_over_part(*, part_id: int) -> HandOverPart:
    """Give one piece to the receiver whose turn it is; one that became needless meanwhile is done.

    What is refused is kept with the reason, and the piece stays where it was.
    """
    part = HandOverPart.objects.select_related("hand_over__person", "hand_over__by").get(pk=part_id)
    try:
        with statements.savepoint():
            if part.item_id is not None:
                item, _family = lock_item_and_family(part.item_id, actor=part.hand_over.by)
                handing_over.give_item(part, item)
            else:
                known = Substitution.objects.filter(pk=part.substitution or 0)
                handing_over.settle_substitution(part, known.select_for_update(no_key=True).first())
        part.status = HandOverPart.Status.DONE
    except InboxRefusal as refusal:
        part.status, part.refusal, part.receiver = HandOverPart.Status.REFUSED, refusal.code, None
    except AccountsRefusal as refusal:
        part.status, part.refusal, part.receiver = HandOverPart.Status.REFUSED, type(refusal).__name__, None
    part.save(update_fields=["status", "refusal", "receiver"])
    handing_over.finish(part.hand_over)
    return part


@transaction.atomic(durable=True)
def let_go(*, actor: User, person_id: UUID) -> User:
    """Close the account of somebody who leaves. Refuses while tasks would be left with nobody (WorkLeftBehind).

    Otherwise as ``accounts.commands.deactivate_user``, whose refusals are these too.
    """
    lock_administrators()
    person = lock_person(person_id)
    require_may_administer(actor, "delete", person)
    left = leaving.left_behind(person)
    if left:
        raise WorkLeftBehind(left)
    return accounts.deactivate(actor=actor, person=person)
