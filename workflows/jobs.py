"""What workers do for running processes: timers, deliveries, effects, retries, and the sweep for what a crash left.

Every job may run twice or not at all: what is due is in the database, the sweep finds it.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings

from config import clock
from workflows import batches, carrying, commands, keeping, nudge, performing, timing
from workflows.migrating.carrying import MOVES
from workflows.migrating.commands import forget_states
from workflows.models import BufferedMessage, Incident
from workflows.operating.bulk import ACTS
from workflows.outbox import CARRY_OUT_DELIVERY, PERFORM_EFFECT
from workflows.rehearsing import commands as rehearsals

TIMER_SECONDS = 2.0
BATCH_SECONDS = 4.0
SWEEP_BATCH = 200
KEPT_AFTER_EXPIRY = timedelta(days=7)

log = structlog.get_logger(__name__)


@shared_task(name=CARRY_OUT_DELIVERY)
def carry_out_delivery(delivery_id: str) -> None:
    """Carry out one delivery."""
    carrying.carry_out_delivery(delivery_id)


@shared_task(name=PERFORM_EFFECT)
def perform_effect(effect_id: str) -> None:
    """Carry out one effect."""
    performing.perform_effect(effect_id)


@shared_task(name="workflows.fire_timers")
def fire_timers() -> None:
    """Fire due timers for at most two seconds, oldest first; the next tick goes on."""
    with timing.one_of(settings.WORKFLOW_TIMER_RUNS) as free:
        if free:
            timing.fire_due_timers(seconds=TIMER_SECONDS)


@shared_task(name="workflows.start_due_processes")
def start_due_processes() -> None:
    """Start the processes whose start timers are due."""
    while timing.fire_next_start_timer() is not None:
        pass


@shared_task(name="workflows.sweep")
def sweep() -> None:
    """Find what is due and was not woken: deliveries, effects, retries of incidents."""
    for delivery_id in carrying.due_deliveries(SWEEP_BATCH):
        try:
            carrying.carry_out_delivery(delivery_id)
        except Exception:  # a failure that could not even be stored must not stop the others
            log.exception("delivery_stuck", delivery=str(delivery_id))
    nudge.send_jobs(PERFORM_EFFECT, [str(effect_id) for effect_id in performing.due_effects(SWEEP_BATCH)])
    for kind in (MOVES, ACTS):
        nudge.send_jobs(kind.job, [str(batch_id) for batch_id in batches.unfinished(kind)])
    nudge.send_jobs(rehearsals.REHEARSE, [str(rehearsal_id) for rehearsal_id in rehearsals.unfinished()])
    sweep_incidents()


@shared_task(name=MOVES.job)
def carry_on_migration(batch_id: str) -> None:
    """Move instances of a batch to their new version for some seconds; the sweep goes on."""
    batches.carry_on(MOVES, batch_id, seconds=BATCH_SECONDS)


@shared_task(name=ACTS.job)
def carry_on_bulk_act(batch_id: str) -> None:
    """Do to some more of many processes what an operator decided, for some seconds; the sweep goes on."""
    batches.carry_on(ACTS, batch_id, seconds=BATCH_SECONDS)


@shared_task(name=rehearsals.REHEARSE)
def rehearse(rehearsal_id: str) -> None:
    """Run a rehearsal somebody asked for."""
    rehearsals.carry_out(rehearsal_id)


@shared_task(name="workflows.tidy_up")
def tidy_up() -> None:
    """Forget messages and rehearsals after a week, and what is kept for taking moves to a version back."""
    forget_states()
    rehearsals.forget_rehearsals(KEPT_AFTER_EXPIRY)
    BufferedMessage.objects.filter(expires_at__lt=clock.now() - KEPT_AFTER_EXPIRY).delete()


@shared_task(name="workflows.keep_history")
def keep_history() -> None:
    """Seal the history daily and archive what is due."""
    keeping.keep_history()


def sweep_incidents() -> None:
    """Retry the incidents whose pause is over."""
    due = Incident.objects.filter(closed_at=None, next_retry_at__lte=clock.now()).order_by("next_retry_at")
    for incident_id in list(due.values_list("pk", flat=True)[:SWEEP_BATCH]):
        try:
            commands.retry_when_due(incident_id)
        except Exception as error:  # one incident must not stop the others
            log.warning("retry_failed", incident=str(incident_id), exc_info=True)
            commands.put_off_retry(incident_id, error)
