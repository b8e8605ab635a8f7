"""What workers do for running processes: timers, deliveries, effects, retries, and the sweep for what a crash left.

Every job may run twice or not at all: what is due is in the database, the sweep finds it.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings

from config import clock
from workflows import carrying, commands, keeping, nudge, performing, timing
from workflows.migrating import carrying as migrations
from workflows.migrating.commands import CARRY_ON as CARRY_ON_MIGRATION
from workflows.migrating.commands import forget_states
from workflows.models import BufferedMessage, Incident
from workflows.outbox import CARRY_OUT_DELIVERY, PERFORM_EFFECT

TIMER_SECONDS = 2.0
MIGRATION_SECONDS = 4.0
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
    for batch_id in migrations.unfinished():
        nudge.send_jobs(CARRY_ON_MIGRATION, [str(batch_id)])
    sweep_incidents()


@shared_task(name=CARRY_ON_MIGRATION)
def carry_on_migration(batch_id: str) -> None:
    """Move instances of a batch to their new version for some seconds; the sweep goes on."""
    migrations.carry_on(batch_id, seconds=MIGRATION_SECONDS)


@shared_task(name="workflows.tidy_up")
def tidy_up() -> None:
    """Forget messages a week after their time to live, and what is kept for taking moves to a version back."""
    forget_states()
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
