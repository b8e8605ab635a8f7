"""One piece of the work of somebody who leaves: what giving it to a receiver means for each kind."""

from __future__ import annotations

from django.db import connection

from accounts import operations as accounts
from accounts.models import Substitution, User
from config import clock
from tasks_inbox import handing_back, leaving, operations
from tasks_inbox.exceptions import BeingFinished, RecipientUnfit
from tasks_inbox.models import NEVER, Candidate, HandOver, HandOverPart, WorkItem, WorkItemEvent
from tasks_inbox.offers import Offer, keep_offers, offers_of
from workflows import nudge

Kind, Status = HandOverPart.Kind, HandOverPart.Status
CARRY_ON = "tasks_inbox.carry_on_hand_over"
HANDED_OVER = WorkItemEvent.Kind.HANDED_OVER


def wake(row: HandOver) -> None:
    """Have the pieces carried over at commit; the sweep does it otherwise."""
    nudge.wake(CARRY_ON, [row.pk])


def finish(row: HandOver) -> None:
    """Note the end when nothing waits any more."""
    if row.ended_at is None and not row.parts.filter(status=Status.WAITING).exists():
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])


def give_item(part: HandOverPart, item: WorkItem) -> None:
    """Hand over a locked item as the part says; nothing is done where it no longer hangs on the person."""
    assert connection.in_atomic_block
    person = part.hand_over.person
    if not item.is_open:
        return
    if item.held_by_id is not None:
        raise BeingFinished(item.held_by)
    if part.kind == Kind.COVERED:
        if item.on_behalf_of_id == person.pk and item.assignee_id is not None:
            part.receiver = item.assignee
            handing_back.keep(item, actor=part.hand_over.by)
    elif part.kind == Kind.HELD:
        if item.assignee_id == person.pk:
            _give(part, item)
    elif part.kind == Kind.DELEGATED:
        if item.delegated_by_id == person.pk:
            _own(part, item)
    elif item.assignee_id is None:
        _offer(part, item)


def settle_substitution(part: HandOverPart, row: Substitution | None) -> None:
    """Let a receiver stand in for those for whom the person does, as long; who stands in for the person no longer does.

    Where a receiver cannot (a circle, or it is the absent person) the refusal is kept and the substitution ended.
    """
    if row is None or (row.ends is not None and row.ends <= clock.now()):
        return
    successor = None
    if part.kind == Kind.STANDS_IN:
        successor = next((each for each in _in_turn(part) if each.pk != row.substituted_id), None)
    accounts.replace_substitute(actor=part.hand_over.by, row=row, substitute=successor)
    part.receiver = successor


def _give(part: HandOverPart, item: WorkItem) -> None:
    receiver = _receiver(part, item)
    seat = operations.seat_of(item, receiver)
    data = {"to": receiver.username, "from": part.hand_over.person.username}
    absent = receiver.pk if seat.pk != receiver.pk else None
    operations.give(item, to=seat, kind=HANDED_OVER, actor=part.hand_over.by, data=data, on_behalf_of=absent)


def _own(part: HandOverPart, item: WorkItem) -> None:
    """It comes back to the receiver; the delegate goes on."""
    receiver = _receiver(part, item)
    operations.change_owner(item, receiver)
    _told(part, item, receiver)


def _offer(part: HandOverPart, item: WorkItem) -> None:
    """The receiver is offered by name what only the person would have taken."""
    receiver, person = _receiver(part, item), part.hand_over.person
    Candidate.objects.filter(item=item, user=person).delete()
    offers = [offer for offer in offers_of(item) if offer.user_id != person.pk]
    if not any(offer.user_id == receiver.pk for offer in offers):
        sort_at = item.due_at or NEVER
        Candidate.objects.create(item=item, user=receiver, sort_at=sort_at, created_at=item.created_at)
        offers.append(Offer("", receiver.pk))
    keep_offers(item, offers)
    _told(part, item, receiver)


def _told(part: HandOverPart, item: WorkItem, receiver: User) -> None:
    data = {"to": receiver.username, "from": part.hand_over.person.username}
    operations.record_event(item, HANDED_OVER, actor=part.hand_over.by, data=data)
    operations.touch([item])


def _receiver(part: HandOverPart, item: WorkItem) -> User:
    found = leaving.receiver_for(item, _in_turn(part))
    if found is None:
        raise RecipientUnfit
    part.receiver = found
    return found


def _in_turn(part: HandOverPart) -> list[User]:
    """The receivers beginning with the one whose turn it is."""
    receivers = leaving.receivers_of(part.hand_over)
    given = part.hand_over.parts.filter(status=Status.DONE).exclude(receiver=None).count()
    turn = given % len(receivers) if receivers else 0
    return [*receivers[turn:], *receivers[:turn]]
