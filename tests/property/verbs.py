"""What people try with the tasks of a family, and which event it leaves on the task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from accounts.models import User
from tasks_inbox import commands as inbox
from tasks_inbox.exceptions import InboxRefusal
from tasks_inbox.models import Consultation, Copy, Label, Signer, WorkItem, WorkItemEvent
from tasks_inbox.returning import steps_back
from tests.property.crowds import Crowd

Kind = WorkItemEvent.Kind
Act = Callable[[Crowd, User, WorkItem], Any]
Fit = Callable[[Crowd], Sequence[WorkItem]]


@dataclass(frozen=True, slots=True)
class Verb:
    """``fit`` are the items on which it makes sense; ``told`` the kind of its one event, "" where it has none."""

    act: Act
    told: str
    fit: Fit
    weight: int = 2
    is_whole: bool = True
    by_chief: bool = False


def _open(crowd: Crowd) -> Sequence[WorkItem]:
    return [item for item in crowd.items if item.held_by_id is None]


def _ended(crowd: Crowd) -> Sequence[WorkItem]:
    return crowd.ended_items


def _done(crowd: Crowd) -> Sequence[WorkItem]:
    return [item for item in crowd.ended_items if item.status == WorkItem.Status.COMPLETED]


def _held(crowd: Crowd) -> Sequence[WorkItem]:
    return [item for item in crowd.items if item.held_by_id is not None]


def _free(crowd: Crowd) -> Sequence[WorkItem]:
    return [item for item in crowd.items if item.assignee_id is None]


def _taken(crowd: Crowd) -> Sequence[WorkItem]:
    return [item for item in crowd.items if item.assignee_id is not None]


def _delegated(crowd: Crowd) -> Sequence[WorkItem]:
    return [item for item in crowd.items if item.delegated_by_id is not None]


def _stood_in(crowd: Crowd) -> Sequence[WorkItem]:
    return [item for item in crowd.items if item.on_behalf_of_id is not None]


def _signed(crowd: Crowd) -> Sequence[WorkItem]:
    return [item for item in crowd.all_items if item.has_signers]


def _asked(crowd: Crowd) -> Sequence[WorkItem]:
    return [item for item in crowd.items if item.consulted]


def _copied(crowd: Crowd) -> Sequence[WorkItem]:
    return [item for item in crowd.all_items if item.copied]


def _after_others(crowd: Crowd) -> Sequence[WorkItem]:
    """Where something was done before in the same instance; often one that somebody has begun to write at."""
    done = {item.instance_id for item in _done(crowd)}
    found = [item for item in _open(crowd) if item.instance_id in done]
    begun = {item for item, _person in crowd.drafts}
    written = [item for item in found if item.pk in begun]
    return written if written and crowd.random.random() < 0.6 else found


def _rejecting(crowd: Crowd) -> Sequence[WorkItem]:
    return [item for item in crowd.items if "reject" in item.headers]


# --- acts -----------------------------------------------------------------------------------------------------------


def _plain(command: Callable[..., Any], **more: Any) -> Act:
    return lambda crowd, actor, item: command(actor=actor, work_item_id=item.pk, **more)


def _answering(command: Callable[..., Any]) -> Act:
    def act(crowd: Crowd, actor: User, item: WorkItem) -> Any:
        return command(actor=actor, work_item_id=item.pk, answers=answers(crowd, item))

    return act


def answers(crowd: Crowd, item: WorkItem) -> dict[str, Any]:
    """What the form of the item asks, at random; no two ballots are alike."""
    random = crowd.random
    outcome = {"outcome": random.choice(("approve", "approve", "reject"))}
    if item.signing:
        return {**outcome, "comment": "Seen."}
    moves = {"x": random.randint(0, 6), "again": random.random() < 0.3, "ballot": f"b{len(crowd.log)}"}
    return {**moves, **(outcome if item.form == "decide" else {})} if item.form else {}


def _with_somebody(command: Callable[..., Any], called: str) -> Act:
    return lambda crowd, actor, item: command(actor=actor, work_item_id=item.pk, **{called: crowd.other(actor)})


def _put_off(crowd: Crowd, actor: User, item: WorkItem) -> None:
    until = crowd.clock.now() + timedelta(hours=crowd.random.randint(1, 5))
    inbox.snooze_work_item(actor=actor, work_item_id=item.pk, until=until)


def _due(crowd: Crowd, actor: User, item: WorkItem) -> None:
    due_at = crowd.clock.now() + timedelta(hours=crowd.random.randint(1, 5))
    inbox.set_due_date(actor=actor, work_item_id=item.pk, due_at=due_at, reason="Earlier.")


def _priority(crowd: Crowd, actor: User, item: WorkItem) -> None:
    inbox.set_priority(actor=actor, work_item_id=item.pk, priority=crowd.random.choice((10, 80)))


def _label(command: Callable[..., Any]) -> Act:
    def act(crowd: Crowd, actor: User, item: WorkItem) -> None:
        command(actor=actor, work_item_id=item.pk, label_id=Label.objects.get(name="urgent").pk)

    return act


def _copy(crowd: Crowd, actor: User, item: WorkItem) -> None:
    people = crowd.random.sample(crowd.crew, 2)
    inbox.copy_work_item(actor=actor, work_item_id=item.pk, people=people)


def _read(crowd: Crowd, actor: User, item: WorkItem) -> None:
    copies = list(Copy.objects.filter(item=item).select_related("user").order_by("user"))
    reader = crowd.random.choice(copies).user if copies else actor
    inbox.mark_copy_read(actor=reader, work_item_id=item.pk)


def _add_signer(crowd: Crowd, actor: User, item: WorkItem) -> None:
    people = crowd.random.sample(crowd.crew, crowd.random.randint(1, 2))
    where = crowd.random.choice(list(Signer.Where))
    inbox.add_signers(actor=actor, work_item_id=item.pk, people=people, where=where)


def _remove_signer(crowd: Crowd, actor: User, item: WorkItem) -> None:
    asked = list(Signer.objects.filter(item=item).order_by("added_at", "step"))
    if not asked:
        raise InboxRefusal
    inbox.remove_signer(actor=actor, signer_id=crowd.random.choice(asked).pk)


def _consult(crowd: Crowd, actor: User, item: WorkItem) -> None:
    inbox.consult(actor=actor, work_item_id=item.pk, person=crowd.other(actor), question="Why?")


def _question(crowd: Crowd, item: WorkItem) -> Consultation:
    questions = list(Consultation.objects.filter(item=item).select_related("asked", "by").order_by("at", "asked"))
    if not questions:
        raise InboxRefusal
    return crowd.random.choice(questions)


def _advise(crowd: Crowd, actor: User, item: WorkItem) -> None:
    question = _question(crowd, item)
    inbox.answer_consultation(actor=question.asked, consultation_id=question.pk, answer="Because.")


def _unask(crowd: Crowd, actor: User, item: WorkItem) -> None:
    question = _question(crowd, item)
    inbox.withdraw_consultation(actor=question.by, consultation_id=question.pk)


def _send_back(crowd: Crowd, actor: User, item: WorkItem) -> WorkItem:
    straight = crowd.random.random() < 0.6
    target = crowd.random.choice(["previous", "starter", *(other.step for other in crowd.ended_items)])
    ways = [step for step in steps_back(item) if not (step.blocked_straight if straight else step.blocked)]
    if item.is_open and ways and crowd.random.random() < 0.8:
        target = crowd.random.choice(ways).key
    return inbox.return_work_item(
        actor=actor, work_item_id=item.pk, target=target, reason="Again, please.", straight_back=straight
    )


def _recall(crowd: Crowd, actor: User, item: WorkItem) -> None:
    inbox.recall_request(actor=actor, instance_id=crowd.root.pk, reason="No longer needed.")


VERBS: dict[str, Verb] = {
    "complete": Verb(_answering(inbox.complete_work_item), Kind.COMPLETED, _open, 14),
    "complete again": Verb(_answering(inbox.complete_work_item), Kind.COMPLETED, _ended, 1),
    "complete for now": Verb(_answering(inbox.hold_completion), "", _open, 6),
    "finish now": Verb(_plain(inbox.confirm_held_act), Kind.COMPLETED, _held, 3, is_whole=False),
    "undo": Verb(_plain(inbox.take_back), Kind.TAKEN_BACK, _held),
    "claim": Verb(_plain(inbox.claim_work_item), Kind.CLAIMED, _free, 5),
    "release": Verb(_plain(inbox.release_work_item), Kind.RELEASED, _taken),
    "transfer": Verb(_with_somebody(inbox.transfer_work_item, "recipient"), Kind.TRANSFERRED, _open, 3),
    "delegate": Verb(_with_somebody(inbox.delegate_work_item, "delegate"), Kind.DELEGATED, _taken, 3),
    "hand back": Verb(_plain(inbox.hand_back_work_item), Kind.HANDED_BACK, _delegated),
    "take from the delegate": Verb(_plain(inbox.recall_work_item), Kind.HANDED_BACK, _delegated),
    "give to the absent": Verb(_plain(inbox.restore_work_item), Kind.RESTORED, _stood_in),
    "keep for the absent": Verb(_plain(inbox.keep_work_item), Kind.KEPT, _stood_in),
    "draft": Verb(_answering(inbox.save_draft), "", _open, 4),
    "comment": Verb(_plain(inbox.comment_on_work_item, text="Look, @clerk1."), Kind.COMMENTED, lambda c: c.all_items),
    "follow": Verb(_plain(inbox.follow_work_item), Kind.FOLLOWED, _open, 1),
    "no longer follow": Verb(_plain(inbox.unfollow_work_item), Kind.UNFOLLOWED, _open, 1),
    "label": Verb(_label(inbox.label_work_item), Kind.LABELLED, _open, 1),
    "no longer label": Verb(_label(inbox.unlabel_work_item), Kind.UNLABELLED, _open, 1),
    "urge": Verb(_plain(inbox.urge_work_item), Kind.URGED, _open, 1, by_chief=True),
    "priority": Verb(_priority, Kind.PRIORITISED, _open, 1, by_chief=True),
    "due": Verb(_due, Kind.RESCHEDULED, _open, 1, by_chief=True),
    "put off": Verb(_put_off, Kind.SNOOZED, _open, 1),
    "no longer put off": Verb(_plain(inbox.unsnooze_work_item), Kind.WOKE, _open, 1),
    "copy": Verb(_copy, Kind.COPIED, _open, 1),
    "read": Verb(_read, Kind.READ, _copied, 1),
    "ask to sign": Verb(_add_signer, Kind.SIGNER_ADDED, _open, 5),
    "no longer ask to sign": Verb(_remove_signer, Kind.SIGNER_REMOVED, _signed),
    "ask for an opinion": Verb(_consult, Kind.CONSULTED, _taken),
    "give an opinion": Verb(_advise, Kind.ADVISED, _asked),
    "no longer ask for an opinion": Verb(_unask, Kind.UNASKED, _asked, 1),
    "send back": Verb(_send_back, Kind.RETURNED, _after_others, 8),
    "withdraw": Verb(_plain(inbox.withdraw_work_item), Kind.WITHDRAWN, _done, 4),
    "reject": Verb(_plain(inbox.reject_work_item, reason="Never."), Kind.REJECTED, _rejecting, 1),
    "recall": Verb(_recall, "", lambda c: c.all_items[:1], 1),
}
