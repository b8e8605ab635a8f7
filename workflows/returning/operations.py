"""Going back, taking a request back and ending it, inside a caller's transaction that holds the family's lock."""

from __future__ import annotations

from django.db import connection

from workflows.engine.api import Cancel, Receive
from workflows.families import Family
from workflows.models import ProcessInstance, Subscription
from workflows.operating.recording import act
from workflows.returning.queries import Preview

WITHDRAWN = ".withdrawn"
"""How the messages end in name by which models listen for the withdrawal of a request."""


def send_back(family: Family, preview: Preview) -> None:
    """Let the instance go back as the preview says, which was made under this lock.

    What is undone closes: steps, timers, subscriptions, called processes, effects not yet made. Variables keep their
    values, nothing is compensated. Raises InstanceHasEnded, InstanceIsSuspended, ModificationImpossible.
    """
    assert connection.in_atomic_block
    family.apply(preview.target.instance_id, preview.stimulus)


def listens_for_withdrawal(root: ProcessInstance) -> Subscription | None:
    """Where the model itself waits for the request to be taken back now, if it does."""
    waiting = Subscription.objects.filter(instance=root, signal=False, name__endswith=WITHDRAWN)
    return waiting.order_by("opened_at", "pk").first()


def take_back(family: Family, reason: str) -> bool:
    """End the family's request for its starter: as its model says, if it listens for that, else by cancelling it.

    The model gets ``withdrawal_reason`` and ``withdrawn_by``; says whether it listened. Raises InstanceHasEnded,
    InstanceIsSuspended.
    """
    assert connection.in_atomic_block
    root, actor = family.root, family.actor
    waiting = listens_for_withdrawal(root)
    with act(family, root.pk, "recall", reason):
        if waiting is not None:
            told = {"withdrawal_reason": reason, "withdrawn_by": actor.username if actor is not None else ""}
            family.apply(root.pk, Receive(waiting.subscription, told))
        else:
            family.apply(root.pk, Cancel(reason))
    return waiting is not None


def end_request(family: Family, reason: str) -> None:
    """End the family's request because somebody it went to rejects it. Raises InstanceHasEnded."""
    assert connection.in_atomic_block
    with act(family, family.root.pk, "reject", reason):
        family.apply(family.root.pk, Cancel(reason))
