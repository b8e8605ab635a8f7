"""What does not move though nothing holds it, and what is late: counted from rows and indexes, no state is read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string

from config import clock
from workflows.models import Delivery, Effect, Incident, ProcessInstance, StartTimer, Subscription, Timer

GRACE = timedelta(minutes=1)
"""What is younger than this may be just under way."""
LONG_LOCK = timedelta(seconds=5)
SHOWN = 100


@dataclass(frozen=True, slots=True)
class StuckInstance:
    """A running instance that waits for nothing anybody could bring."""

    id: UUID
    process_key: str
    number: str
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Late:
    """How many of a kind are late, and since when the oldest."""

    number: int
    oldest: datetime | None

    @property
    def seconds(self) -> float:
        """How late the oldest is."""
        return 0.0 if self.oldest is None else max(0.0, (clock.now() - self.oldest).total_seconds())


@dataclass(frozen=True, slots=True)
class Locks:
    """Transactions that have held rows of processes for long, and others waiting for them; the longest in seconds."""

    held_long: int
    waiting: int
    longest_seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """All of it at one moment. ``stuck`` lists at most SHOWN instances, ``stuck_number`` counts all."""

    at: datetime
    stuck: tuple[StuckInstance, ...]
    stuck_number: int
    oldest_progress: datetime | None
    live: int
    suspended: int
    open_incidents: int
    waiting_for_operator: int
    overdue_timers: Late
    overdue_starts: Late
    overdue_deliveries: Late
    failed_deliveries: int
    overdue_effects: Late
    failing_effects: int
    locks: Locks

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is stuck, late or given up; open incidents are known and not counted here."""
        late = (self.overdue_timers, self.overdue_starts, self.overdue_deliveries, self.overdue_effects)
        return not (self.stuck_number or self.failed_deliveries or self.locks.held_long or any(k.number for k in late))

    def to_json(self) -> dict[str, Any]:
        """The report as plain data."""
        data = asdict(self) | {"healthy": self.is_healthy}
        data["stuck"] = [asdict(row) | {"id": str(row.id)} for row in self.stuck]
        return data


def report() -> Report:
    """Everything in ten queries."""
    now = clock.now()
    early = now - GRACE
    stuck = stuck_instances()
    listed = list(stuck.order_by("moved_at", "pk").values_list("pk", "process_key", "number", "moved_at")[:SHOWN])
    running = ProcessInstance.objects.filter(status__in=ProcessInstance.LIVE).aggregate(
        live=Count("pk"),
        suspended=Count("pk", filter=Q(status=ProcessInstance.Status.SUSPENDED)),
        oldest=Min("moved_at", filter=Q(status=ProcessInstance.Status.RUNNING)),
    )
    incidents = Incident.objects.filter(closed_at=None).aggregate(
        all=Count("pk"), waiting=Count("pk", filter=Q(next_retry_at=None))
    )
    effects = Effect.objects.filter(status__in=Effect.WAITING, instance__root__status=ProcessInstance.Status.RUNNING)
    return Report(
        at=now,
        stuck=tuple(StuckInstance(*row) for row in listed),
        stuck_number=len(listed) if len(listed) < SHOWN else stuck.count(),
        oldest_progress=running["oldest"],
        live=running["live"],
        suspended=running["suspended"],
        open_incidents=incidents["all"],
        waiting_for_operator=incidents["waiting"],
        overdue_timers=_late(Timer.objects.filter(root__status=ProcessInstance.Status.RUNNING), "due", early),
        overdue_starts=_late(StartTimer.objects.all(), "due", early),
        overdue_deliveries=_late(Delivery.objects.filter(status=Delivery.Status.PENDING), "next_attempt_at", early),
        failed_deliveries=Delivery.objects.filter(status=Delivery.Status.FAILED).count(),
        overdue_effects=_late(effects, "next_attempt_at", early),
        failing_effects=effects.filter(attempts__gt=0).exclude(failure="").count(),
        locks=_locks(),
    )


def stuck_instances() -> QuerySet[ProcessInstance]:
    """Running instances that rest without a reason.

    Reasons are timers, subscriptions, incidents, effects, deliveries and called processes. The layers above name
    theirs in settings.WORKFLOW_WAITS: functions that give rows with an ``instance``.
    """
    rows = ProcessInstance.objects.filter(status=ProcessInstance.Status.RUNNING, moved_at__lt=clock.now() - GRACE)
    mine = {"instance": OuterRef("pk")}
    reasons: list[QuerySet[Any]] = [
        Timer.objects.filter(**mine),
        Subscription.objects.filter(**mine),
        Incident.objects.filter(closed_at=None, **mine),
        Effect.objects.filter(status__in=Effect.WAITING, **mine),
        ProcessInstance.objects.filter(parent=OuterRef("pk"), status__in=ProcessInstance.LIVE),
        Delivery.objects.filter(target=OuterRef("pk"), status=Delivery.Status.PENDING),
        *(waits().filter(**mine) for waits in _waits()),
    ]
    for reason in reasons:
        rows = rows.filter(~Exists(reason))
    return rows.defer("state")


@lru_cache(maxsize=1)
def _waits() -> tuple[Any, ...]:
    return tuple(import_string(path) for path in settings.WORKFLOW_WAITS)


def _late(rows: QuerySet[Any], column: str, before: datetime) -> Late:
    found = rows.filter(**{f"{column}__lt": before}).aggregate(number=Count("pk"), oldest=Min(column))
    return Late(found["number"], found["oldest"])


# Ages are the server's own: transactions begin by its clock, whatever ours says. Row locks show as transactions that
# have written to or locked rows of the table; who waits for one waits for the other's transaction.
_LOCKS = """
SELECT count(*) FILTER (WHERE holds AND age > %(long)s),
    count(*) FILTER (WHERE wait_event_type = 'Lock'),
    coalesce(max(age) FILTER (WHERE holds), 0)
FROM (
    SELECT activity.wait_event_type, extract(epoch FROM clock_timestamp() - activity.xact_start)::float AS age,
        EXISTS (
            SELECT FROM pg_locks held WHERE held.pid = activity.pid AND held.granted
            AND held.relation = 'workflows_processinstance'::regclass
            AND held.mode IN ('RowShareLock', 'RowExclusiveLock')
        ) AS holds
    FROM pg_stat_activity activity
    WHERE activity.datname = current_database() AND activity.xact_start IS NOT NULL
        AND activity.pid <> pg_backend_pid()
) AS transactions
"""


def _locks() -> Locks:
    with connection.cursor() as cursor:
        cursor.execute(_LOCKS, {"long": LONG_LOCK.total_seconds()})
        held, waiting, longest = cursor.fetchone()
    return Locks(held, waiting, round(float(longest), 3))


# --- as metrics -----------------------------------------------------------------------------------------------------


def metrics(found: Report) -> str:
    """The report in Prometheus' text format."""
    oldest = 0.0 if found.oldest_progress is None else (found.at - found.oldest_progress).total_seconds()
    rows: list[tuple[str, str, float]] = [
        ("stuck_instances", "Running instances that wait for nothing.", found.stuck_number),
        ("live_instances", "Instances that have not ended.", found.live),
        ("suspended_instances", "Suspended instances.", found.suspended),
        ("oldest_progress_seconds", "Since the running instance that rested longest has moved.", oldest),
        ("open_incidents", "Open incidents.", found.open_incidents),
        ("incidents_waiting_for_operator", "Open incidents not retried any more.", found.waiting_for_operator),
        ("overdue_timers", "Timers due for more than a minute.", found.overdue_timers.number),
        ("overdue_timers_oldest_seconds", "How late the oldest timer is.", found.overdue_timers.seconds),
        ("overdue_start_timers", "Start timers due for more than a minute.", found.overdue_starts.number),
        ("overdue_deliveries", "Deliveries due for more than a minute.", found.overdue_deliveries.number),
        ("overdue_deliveries_oldest_seconds", "How late the oldest delivery is.", found.overdue_deliveries.seconds),
        ("failed_deliveries", "Deliveries given up.", found.failed_deliveries),
        ("overdue_effects", "Effects due for more than a minute.", found.overdue_effects.number),
        ("failing_effects", "Effects that failed and are tried again.", found.failing_effects),
        ("locks_held_long", "Transactions holding rows of processes for more than 5 s.", found.locks.held_long),
        ("lock_waits", "Transactions waiting for a lock.", found.locks.waiting),
        ("longest_lock_seconds", "The longest of these transactions.", found.locks.longest_seconds),
        ("healthy", "1 when nothing is stuck, late or given up.", int(found.is_healthy)),
    ]
    return "".join(
        f"# HELP baton_{name} {words}\n# TYPE baton_{name} gauge\nbaton_{name} {value:.15g}\n"
        for name, words, value in rows
    )
