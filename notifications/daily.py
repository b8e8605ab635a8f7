"""The daily letter: at half past eight on the person's own clock, on their workdays, what is late, due and waiting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import formats, timezone, translation
from django.utils.translation import get_language, ngettext, npgettext
from django.utils.translation import gettext as _

from accounts.models import OrgUnit, User
from accounts.queries import calendars_of
from bpmn import queries as definitions
from config import clock
from notifications import sending
from notifications.letters import address, letter_to
from notifications.models import Channel, Rhythm, Sending
from tasks_inbox import queries as inbox
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import View

AT = time(8, 30)
LATEST = time(18, 0)
"""Where nobody could send it in the morning it goes out later in the day, but not in the evening."""
MOST_LINES = 8
BATCH = 500


def plan(limit: int = BATCH) -> int:
    """Ask for the daily letters that are due now, one for each person and day; returns how many are new."""
    now, planned = clock.now(), 0
    for zone in _zones():
        local = now.astimezone(ZoneInfo(zone or settings.TIME_ZONE))
        if AT <= local.time() < LATEST:
            planned += _plan_zone(zone, local, limit - planned)
        if planned >= limit:
            break
    return planned


def send_daily(letter: Sending) -> bool:
    """Send one person what they have to do today; False when there is nothing."""
    user = letter.user
    if user is None or not user.is_active or not user.email or not _is_that_day(user, letter):
        return False
    with translation.override(user.language or settings.LANGUAGE_CODE), timezone.override(user.time_zone):
        parts = _parts(user)
        if not parts:
            return False
        day = formats.date_format(clock.now().astimezone(user.time_zone), "SHORT_DATE_FORMAT")
        message = letter_to(user, letter, _("Your day in Baton, %(day)s") % {"day": day}, ["\n\n".join(parts)])
        if link := address("/inbox/mine/"):
            message.body += f"\n{link}\n"
    message.send()
    return True


def _zones() -> list[str]:
    people = User.objects.filter(is_active=True).order_by().exclude(email="")
    return sorted(people.values_list("zone", flat=True).distinct())


@transaction.atomic(durable=True)
def _plan_zone(zone: str, local: datetime, limit: int) -> int:
    """The letters of everybody whose clock says this; who is in quiet hours gets theirs when those are over."""
    day, now = local.date(), clock.now()
    key = Concat(Value("daily:"), Cast(OuterRef("pk"), CharField()), Value(f":{day}"), output_field=CharField())
    people = User.objects.filter(is_active=True, zone=zone).exclude(email="")
    people = people.filter(Q(rhythm=None) | Q(rhythm__daily_letter=True))
    people = people.exclude(Exists(Sending.objects.filter(key=key))).select_related("org_unit", "rhythm")
    rows = list(people.order_by("pk"))
    working = _units_working({person.org_unit for person in rows}, local)
    new: list[Sending] = []
    for person in rows:
        if person.org_unit not in working or len(new) >= limit:
            continue
        at = _quiet_end(person, now) or now
        if at.astimezone(local.tzinfo).date() != day:
            continue
        new.append(
            Sending(
                channel=Channel.DAILY,
                user=person,
                key=f"daily:{person.pk}:{day}",
                data={"day": day.isoformat()},
                next_attempt_at=at,
                created_at=now,
            )
        )
    return len(sending.request(new))


def _units_working(units: Iterable[OrgUnit | None], local: datetime) -> set[OrgUnit | None]:
    return {unit for unit, calendar in calendars_of(units).items() if calendar.is_workday(local.date())}


def _quiet_end(person: User, now: datetime) -> datetime | None:
    rhythm: Rhythm | None = getattr(person, "rhythm", None)
    return rhythm.quiet_end(now) if rhythm is not None else None


def _is_that_day(user: User, letter: Sending) -> bool:
    """A letter that could not be sent on its day says nothing on the next."""
    return bool(letter.data.get("day") == clock.now().astimezone(user.time_zone).date().isoformat())


def _parts(user: User) -> list[str]:
    late = list(inbox.rows_in_order(user, View.OVERDUE)[: inbox.COUNT_CAP + 1])
    still = Q(due_at__gte=clock.now())
    today = list(inbox.rows_in_order(user, View.TODAY, still)[: inbox.COUNT_CAP + 1])
    waiting = inbox.capped_count(user, View.GROUPS)
    parts = []
    if late:
        words = npgettext("daily letter", "%(count)s task is late:", "%(count)s tasks are late:", len(late))
        parts.append(_part(words, late))
    if today:
        words = npgettext("daily letter", "%(count)s task is due today:", "%(count)s tasks are due today:", len(today))
        parts.append(_part(words, today))
    if waiting:
        words = ngettext("%(count)s task waits in your queues.", "%(count)s tasks wait in your queues.", waiting)
        parts.append(words % {"count": _capped(waiting)})
    return parts


def _part(words: str, items: list[WorkItem]) -> str:
    lines = [words % {"count": _capped(len(items))}]
    loaded = WorkItem.objects.in_context().in_bulk([item.pk for item in items[:MOST_LINES]])
    for item in (loaded[each.pk] for each in items[:MOST_LINES]):
        lines.append(f"- {task_name(item)} ({item.record_number})" if item.record_number else f"- {task_name(item)}")
        if item.due_at is not None:
            lines[-1] += " · " + formats.date_format(timezone.localtime(item.due_at), "SHORT_DATETIME_FORMAT")
        if link := address(f"/tasks/{item.pk}/"):
            lines.append(f"  {link}")
    return "\n".join(lines)


def _capped(count: int) -> str:
    return f"{inbox.COUNT_CAP}+" if count > inbox.COUNT_CAP else str(count)


def task_name(item: WorkItem) -> str:
    """What the task is called in the active language."""
    texts = definitions.version_bundle(item.instance.version_id).texts
    return texts.get(get_language() or "", {}).get(item.element, {}).get("name") or item.name or item.element
