"""News on people's devices while the product is closed: one push for each device and burst, the newer for the older.

A push is put together when it is sent: what its person has still not read, may still see and wants to hear of. What
is older than a day is no news any more.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr, parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import ngettext

from accounts.models import User
from config import clock
from notifications import outside, push_key, queries, sending
from notifications.models import Channel, Notification, Preference, PushSubscription, Rhythm, Sending, Urgency
from notifications.push_message import authorization, encrypt
from notifications.queries import Told
from notifications.sending import NotTaken, NotYet
from tasks_inbox.queries import WORK_ITEM
from workflows import records

DELAY = timedelta(seconds=20)
"""Who looks at the product reads it there meanwhile; what comes together is one push."""
PAUSE = timedelta(minutes=5)
"""Between two bursts; broken promises and safety do not wait."""
NEWS_FOR = timedelta(days=1)
SHORTEST, LONGEST = timedelta(seconds=10), timedelta(hours=6)
"""How long a push service may ask us to wait; it may not forget us for ever."""
MOST_FAILURES = 30
MOST_LETTERS = 300
TOPIC = "news"
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


def people_due(limit: int) -> list[int]:
    """Who allowed a device and has news for it now."""
    now = clock.now()
    news = _waiting(now).filter(user=OuterRef("user"), created_at__gte=OuterRef("created_at"))
    loud = Exists(news.filter(urgency=Urgency.BREACH))
    calm = Q(Exists(news.filter(created_at__lte=now - DELAY)), not_before__lte=now)
    devices = PushSubscription.objects.filter(Q(loud) | calm, user__is_active=True)
    return list(devices.order_by("user_id").values_list("user_id", flat=True).distinct()[:limit])


@transaction.atomic(durable=True)
def bundle(*, user_id: int) -> int:
    """Ask for one push to each of a person's devices about everything that waits; returns how many are new.

    In quiet hours only broken promises and safety go, the rest waits for their end. Two workers make one burst.
    """
    locked = PushSubscription.objects.select_for_update(of=("self",)).filter(user_id=user_id, user__is_active=True)
    devices = list(locked.order_by("pk"))
    if not devices:
        return 0
    now = clock.now()
    since = min(device.created_at for device in devices)
    rows = list(_waiting(now).filter(user_id=user_id, created_at__gte=since).order_by("created_at", "id"))
    rows, next_time = _going(user_id, rows, min(device.not_before for device in devices), now)
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(pushed_at=now)
    PushSubscription.objects.filter(pk__in=[device.pk for device in devices]).update(not_before=next_time)
    wanted = _wanted(user_id, rows)
    return len(sending.request([_asked(device, wanted[0], now) for device in devices])) if wanted else 0


def send(asked: Sending) -> bool:
    """Send one push; False when there is nothing to say (any more), or the browser has forgotten us.

    Raises NotYet for quiet hours and where the push service asks for time, NotTaken where it refuses.
    """
    user, device = asked.user, asked.device
    if user is None or device is None or not user.is_active:
        return False
    now, burst = clock.now(), datetime.fromisoformat(asked.data["burst"])
    if now - burst >= NEWS_FOR or Sending.objects.filter(device=device, created_at__gt=asked.created_at).exists():
        return False
    with translation.override(user.language or settings.LANGUAGE_CODE):
        entries = _entries(user, burst, now)
        if not entries:
            return False
        text = json.dumps(_message(user, entries), ensure_ascii=False).encode()
    headers = {
        "TTL": str(int((burst + NEWS_FOR - now).total_seconds())),
        "Urgency": "high" if any(entry.is_breach for entry in entries) else "normal",
        "Topic": TOPIC,
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "Authorization": authorization(device.endpoint, push_key.signing_key(), contact(), now),
    }
    return _post(device, encrypt(text, device.p256dh, device.auth), headers)


def contact() -> str:
    """Whom push services may ask when something is wrong with what we send (RFC 8292, section 2.1)."""
    address: str = settings.PUBLIC_ADDRESS
    return address if address.startswith("https://") else f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"


def _waiting(now: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(read_at=None, pushed_at=None, created_at__gt=now - NEWS_FOR)


def _going(
    user_id: int, rows: list[Notification], not_before: datetime, now: datetime
) -> tuple[list[Notification], datetime]:
    """What goes now, and before when nothing calm goes next."""
    loud = [row for row in rows if row.urgency == Urgency.BREACH]
    quiet_until = _quiet_end(user_id, now)
    if quiet_until is not None:
        return loud, quiet_until
    calm_is_due = not_before <= now and bool(rows) and rows[0].created_at <= now - DELAY
    return (rows, now + PAUSE) if loud or calm_is_due else ([], not_before)


def _asked(device: PushSubscription, first: Notification, now: datetime) -> Sending:
    return Sending(
        channel=Channel.PUSH,
        user_id=device.user_id,
        device=device,
        key=f"push:{device.pk}:{first.pk}",
        data={"burst": now.isoformat()},
        next_attempt_at=now,
        created_at=now,
    )


def _wanted(user_id: int, rows: Collection[Notification]) -> list[Notification]:
    """Without the kinds of news the person does not want on devices."""
    silent = set(Preference.objects.filter(user_id=user_id, push=False).values_list("template", flat=True))
    return [row for row in rows if row.urgency == Urgency.BREACH or row.template not in silent]


def _entries(user: User, burst: datetime, now: datetime) -> list[Told]:
    """This burst and what is still unread of those before, which its push takes the place of; the urgent first."""
    rows = Notification.objects.filter(user=user, read_at=None, pushed_at__lte=burst, pushed_at__gt=now - NEWS_FOR)
    rows = rows.filter(Q(in_app=True) | Q(pushed_at=burst)).order_by("-created_at", "id")
    entries = queries.told(user, _wanted(user.pk, rows[: queries.COUNT_CAP]))
    quiet_until = _quiet_end(user.pk, now)
    if quiet_until is not None:
        loud = [entry for entry in entries if entry.is_breach]
        if entries and not loud:
            raise NotYet(quiet_until)
        return loud
    return sorted(entries, key=lambda entry: not entry.is_breach)


def _message(user: User, entries: list[Told]) -> dict[str, Any]:
    """What the browser shows; addresses without a host, since it opens them at the one it knows."""
    first, count = entries[0], len(entries)
    title = ngettext("%(count)d new task or message", "%(count)d new tasks and messages", count) % {"count": count}
    link, page = ("/notifications/", "/notifications/") if count > 1 else _way(first)
    return {
        "title": title,
        "body": first.text[:MOST_LETTERS],
        "url": link,
        "page": page,
        "tag": TOPIC,
        "lang": translation.get_language() or settings.LANGUAGE_CODE,
    }


def _way(entry: Told) -> tuple[str, str]:
    """The link that opens one piece of news, and the page it leads to, by which an open tab is found."""
    row = entry.row
    link = f"/notifications/{row.pk}/"
    if row.is_farewell:
        return link, "/notifications/"
    if row.subject_kind == WORK_ITEM:
        return link, f"/tasks/{row.subject_id}/"
    known = records.kinds().get(row.subject_kind)
    return link, known.url(records.resolve(row.subject_kind, row.subject_id)) if known else "/notifications/"


def _quiet_end(user_id: int, now: datetime) -> datetime | None:
    rhythm = Rhythm.objects.select_related("user").filter(user_id=user_id).first()
    return rhythm.quiet_end(now) if rhythm is not None else None


def _post(device: PushSubscription, body: bytes, headers: dict[str, str]) -> bool:
    try:
        answer = outside.post(device.endpoint, body, headers)
    except NotTaken:
        _note_failure(device)
        raise
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        _note_success(device)
        return True
    if answer.status in GONE:
        _forget(device)
        return False
    pause = _asked_pause(answer.retry_after) if answer.status in BUSY else None
    _note_failure(device)
    if pause is not None:
        raise NotYet(clock.now() + pause, because=f"http-{answer.status}")
    raise NotTaken(f"http-{answer.status}")


def _asked_pause(text: str) -> timedelta | None:
    """The pause of a Retry-After header, seconds or a date; None where it says nothing."""
    if text.isascii() and text.isdigit() and len(text) < 9:
        pause = timedelta(seconds=int(text))
    else:
        try:
            pause = parsedate_to_datetime(text).astimezone(UTC) - clock.now()
        except (ValueError, TypeError, OverflowError):
            return None
    return min(max(pause, SHORTEST), LONGEST)


@transaction.atomic(durable=True)
def _note_success(device: PushSubscription) -> None:
    PushSubscription.objects.filter(pk=device.pk).update(last_used_at=clock.now(), failures=0)


@transaction.atomic(durable=True)
def _note_failure(device: PushSubscription) -> None:
    """Whom nothing reached for long is given up, with what waits for it."""
    found = PushSubscription.objects.filter(pk=device.pk)
    found.update(failures=F("failures") + 1)
    found.filter(failures__gte=MOST_FAILURES).delete()


@transaction.atomic(durable=True)
def _forget(device: PushSubscription) -> None:
    """The browser takes nothing at this address any more: the person forbade it, or is gone."""
    PushSubscription.objects.filter(pk=device.pk, endpoint=device.endpoint).delete()
