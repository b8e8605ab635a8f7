"""Regular work of the inbox: reminders and escalations whose time has come, acts nobody took back."""

from __future__ import annotations

from uuid import UUID

import structlog
from celery import shared_task

from accounts.models import Substitution
from config import clock
from tasks_inbox import commands, handing_back, handing_over, holding
from tasks_inbox.handing_back import Settled
from tasks_inbox.models import HandOver, HandOverPart, Snooze, WorkItem

BATCH = 200

log = structlog.get_logger(__name__)


@shared_task(name="tasks_inbox.wake_snoozed", ignore_result=True)
def wake_snoozed() -> int:
    """Tell people of what they put off until now, earliest first; returns how many were told."""
    over = Snooze.objects.filter(until__lte=clock.now()).order_by("until")
    return sum(commands.wake_snoozed(snooze_id=pk) for pk in list(over.values_list("pk", flat=True)[:BATCH]))


@shared_task(name="tasks_inbox.climb_ladders", ignore_result=True)
def climb_ladders() -> int:
    """Remind of and escalate everything that is due, oldest first; returns how many items were touched."""
    due = WorkItem.objects.filter(status=WorkItem.Status.OPEN, held_by=None, next_reminder_at__lte=clock.now())
    ids = list(due.order_by("next_reminder_at").values_list("pk", flat=True)[:BATCH])
    return sum(commands.climb_ladder(work_item_id=item_id) for item_id in ids)


@shared_task(name="tasks_inbox.hand_back", ignore_result=True)
def hand_back() -> int:
    """Give back what reached others only because somebody was away who is back; returns how many items moved."""
    return sum(_handed_back(row) for row in handing_back.over())


def _handed_back(row: Substitution) -> int:
    outcomes = [_settled(item_id) for item_id in handing_back.came_through(row)]
    if not {None, Settled.LATER} & set(outcomes):
        commands.close_substitution(substitution_id=row.pk)
    return outcomes.count(Settled.RESTORED)


def _settled(item_id: UUID) -> Settled | None:
    try:
        return commands.settle_absence(work_item_id=item_id)
    except Exception:  # one item must not stop the others; the substitution is looked at again
        log.warning("hand_back_put_off", item=str(item_id), exc_info=True)
        return None


@shared_task(name="tasks_inbox.hand_over", ignore_result=True)
def hand_over() -> int:
    """Go on with every hand-over that is under way; returns how many pieces were dealt with."""
    running = HandOver.objects.filter(ended_at=None).order_by("started_at").values_list("pk", flat=True)
    return sum(_carried_over(row) for row in list(running))


@shared_task(name=handing_over.CARRY_ON, ignore_result=True)
def carry_on_hand_over(hand_over_id: str) -> None:
    """Go on with one, woken when it begins."""
    _carried_over(UUID(hand_over_id))


def _carried_over(row: UUID) -> int:
    waiting = HandOverPart.objects.filter(hand_over=row, status=HandOverPart.Status.WAITING).order_by("pk")
    return sum(_part_done(part) for part in list(waiting.values_list("pk", flat=True)))


def _part_done(part_id: int) -> bool:
    try:
        commands.hand_over_part(part_id=part_id)
    except Exception:  # one piece must not stop the others; it waits for the next round
        log.warning("hand_over_put_off", part=part_id, exc_info=True)
        return False
    return True


@shared_task(name="tasks_inbox.carry_out_held_acts", ignore_result=True)
def carry_out_held_acts() -> int:
    """Carry out the acts whose time to be taken back has lapsed, first accepted first; returns how many were."""
    return sum(_carried_out(held_id) for held_id in holding.due_ids(BATCH))


@shared_task(name=holding.CARRY_OUT, ignore_result=True)
def carry_out_held_act(held_id: str) -> None:
    """Carry out one act, woken at the moment its time lapses; a moment early, the sweep does it."""
    if any(str(due) == held_id for due in holding.due_ids(BATCH)):
        _carried_out(UUID(held_id))


def _carried_out(held_id: UUID) -> bool:
    try:
        return commands.carry_out_held_act(held_id=held_id)
    except Exception:  # one act must not stop the others; it stays held and is tried again
        log.warning("held_act_put_off", held=str(held_id), exc_info=True)
        return False
