"""Adding signers to a task and taking them away again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from accounts.models import User
from tasks_inbox import onlookers, operations, queries, signing
from tasks_inbox.commands.requiring import require_open, require_owner
from tasks_inbox.exceptions import (
    NotYoursToRemove,
    RecipientAway,
    RecordNotTheirs,
    SignerHasAnswered,
    SignerUnfit,
    SignerUnknown,
    SigningNotAllowed,
    SignsAlready,
    TooManyPeople,
    WorkItemEnded,
    WorkItemUnknown,
)
from tasks_inbox.locks import lock_item_and_family
from tasks_inbox.models import Signer, WorkItem
from tasks_inbox.standing import holds
from workflows import statements
from workflows.exceptions import SigningImpossible, StepIsNotOpen
from workflows.locks import retrying


@retrying
@transaction.atomic(durable=True)
@statements.together()
def add_signers(
    *, actor: User, work_item_id: UUID, people: Sequence[User], where: Signer.Where, note: str = ""
) -> list[Signer]:
    """Ask people to sign the actor's task: before they answer, after it, or at the same time; one event.

    Whoever is asked now gets a task of their own and is told at commit; after the actor, in the order given. Refuses
    all of them where the model forbids the place (header ``addSigner``), and when one of them is the actor, has the
    task, has left, is kept out by the four-eyes rule, may not see the record, or signs it already; chains of more than
    three and more than 20 people.
    """
    item, family = lock_item_and_family(work_item_id, actor=actor)
    require_open(actor, item)
    require_owner(actor, item)
    if where not in signing.places(item):
        raise SigningNotAllowed
    asked = list(dict.fromkeys(people))
    if not 0 < len(asked) <= signing.MOST_AT_ONCE:
        raise TooManyPeople
    _require_fit(actor, item, asked)
    return signing.ask(family, item, asked, where=where, actor=actor, note=note.strip()[: signing.NOTE_LIMIT])


@retrying
@transaction.atomic(durable=True)
@statements.together()
def remove_signer(*, actor: User, signer_id: UUID) -> Signer:
    """Ask somebody no longer, nor those they asked; what waited only for them goes on. One event; they are told.

    By whoever added them, has the task, or is above that person, as long as they have not answered.
    """
    signer = Signer.objects.select_related("person", "activity").filter(pk=signer_id).first()
    if signer is None:
        raise SignerUnknown
    item, family = lock_item_and_family(signer.item_id, actor=actor)
    if not queries.may_see(actor, item):
        raise WorkItemUnknown
    signer.refresh_from_db(fields=["removed_at"])
    signer.item = item
    if not signer.is_asked:
        raise SignerUnknown
    if not (signer.added_by_id == actor.pk or holds(actor, item) or queries.may_reassign(actor, item)):
        raise NotYoursToRemove
    if WorkItem.objects.filter(instance=item.instance_id, step=signer.step, status=WorkItem.Status.COMPLETED).exists():
        raise SignerHasAnswered
    try:
        signing.take_back(family, signer, item, actor=actor)
    except SigningImpossible as refusal:
        raise (SignerHasAnswered if refusal.has_answered else SignerUnknown) from refusal
    except StepIsNotOpen as refusal:
        raise WorkItemEnded from refusal
    return signer


def _require_fit(actor: User, item: WorkItem, people: Sequence[User]) -> None:
    activity = signing.activity_of(item)
    taken, barred = signing.people_of(activity), operations.excluded_people(item)
    holders = {actor.pk, item.assignee_id, item.on_behalf_of_id, activity.on_behalf_of_id}
    for person in people:
        if not person.is_active or person.pk in holders or person.pk in barred:
            raise SignerUnfit
        if person.pk in taken:
            raise SignsAlready
        if item.record_kind and not onlookers.may_see_record(person, item):
            raise RecordNotTheirs
        if operations.seat_of(item, person).pk in holders:
            raise RecipientAway
