"""What a stored advance means for the inboxes; called in the engine's transaction."""

from __future__ import annotations

from tasks_inbox import approver_rules, keeping, operations, promised, signing
from workflows.observers import InstanceChange


def observe(change: InstanceChange) -> None:
    """Open a work item for every human step that opened and close those whose step ended."""
    closed = operations.close_items(
        change.instance,
        change.completed_steps,
        change.cancelled_steps,
        actor=change.actor,
        at_hand=change.at_hand,
    )
    again = keeping.keep_items(change.instance, change.kept_human_steps)
    opened = operations.open_items(change.instance, change.opened_human_steps)
    free = [*(event.item for event in opened), *(item for item in again if item.assignee_id is None)]
    ruled = approver_rules.apply(change.instance, free)
    if any(event.item.signing for event in closed) or any(step.signing for step in change.opened_human_steps):
        signing.recount(change.instance)
    if change.replans_timers:
        promised.replan(change.instance)
    back = [] if change.is_migration else operations.come_back(again, actor=change.actor)
    operations.record([*closed, *back, *opened, *ruled])
