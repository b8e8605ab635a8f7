"""Letters about what was not seen: one for each person and burst, with a way to each task; nothing of other people's.

A letter is put together when it is sent, in its reader's language and of what they may see at that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from config import clock
from notifications import queries, sending
from notifications.models import Channel, Notification, Rhythm, Sending, Urgency
from notifications.queries import Told

LOCK_CLASS = 20_261  # advisory locks of people whose letter is being put together
MOST_LINES = 40


def people_due(limit: int) -> list[int]:
    """Whose unread news is due to go into a letter, the longest waiting first."""
    rows = _waiting().filter(mail_after__lte=clock.now())
    return list(dict.fromkeys(rows.order_by("mail_after", "user_id").values_list("user_id", flat=True)[:limit]))


@transaction.atomic(durable=True)
def bundle(*, user_id: int) -> Sending | None:
    """Put everything a person has not read and not been sent into one letter; None when nothing is due.

    In quiet hours only broken promises and safety go, the rest waits for their end. Two workers make one letter.
    """
    if not _locked(user_id):
        return None
    now = clock.now()
    rows = list(_waiting().filter(user_id=user_id).order_by("created_at", "id").select_for_update(of=("self",)))
    if not any(row.mail_after is not None and row.mail_after <= now for row in rows):
        return None
    quiet_until = _quiet_end(user_id, now)
    if quiet_until is not None:
        late = [row.pk for row in rows if row.urgency != Urgency.BREACH]
        Notification.objects.filter(pk__in=late, mail_after__lt=quiet_until).update(mail_after=quiet_until)
        rows = [row for row in rows if row.urgency == Urgency.BREACH]
        if not rows:
            return None
    letter = Sending(
        channel=Channel.MAIL, user_id=user_id, key=f"mail:{rows[0].pk}", next_attempt_at=now, created_at=now
    )
    sending.request([letter])
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(letter=letter, mailed_at=now)
    return letter


def send_letter(letter: Sending) -> bool:
    """Send a letter about what its person has still not read and may still see; False when nothing is left."""
    user = letter.user
    if user is None or not user.is_active or not user.email:
        return False
    rows = Notification.objects.filter(letter=letter, read_at=None).order_by("created_at", "id")
    with translation.override(user.language or settings.LANGUAGE_CODE):
        entries = queries.told(user, list(rows))
        if not entries:
            return False
        count = len(entries)
        subject = ngettext("%(count)d new task or message", "%(count)d new tasks and messages", count)
        message = letter_to(user, letter, subject % {"count": count}, [_("Waiting for you in Baton:"), ""])
        message.body += _lines(entries) + _foot()
    message.send()
    return True


def letter_to(user: User, letter: Sending, subject: str, opening: Sequence[str]) -> EmailMessage:
    """An e-mail that is the same one however often it has to be sent."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{letter.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject=subject, body="\n".join([*opening, ""]), to=[user.email], headers=headers)


def address(path: str) -> str:
    """Where people find a page of ours; everything there asks for the login first. Empty where nobody said."""
    base: str = settings.PUBLIC_ADDRESS
    return base.rstrip("/") + path if base else ""


def _lines(entries: Sequence[Told]) -> str:
    lines = []
    for entry in entries[:MOST_LINES]:
        lines.append(f"- {entry.text}")
        if link := address(f"/notifications/{entry.row.pk}/"):
            lines.append(f"  {link}")
    more = len(entries) - MOST_LINES
    if more > 0:
        lines.append(ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more})
    return "\n".join([*lines, ""])


def _foot() -> str:
    link = address("/profile/news/")
    return (
        "\n" + _("What you are told, and when, you choose yourself: %(link)s") % {"link": link} + "\n" if link else ""
    )


def _waiting() -> QuerySet[Notification]:
    return Notification.objects.filter(read_at=None, mailed_at=None, mail_after__isnull=False)


def _quiet_end(user_id: int, now: datetime) -> datetime | None:
    rhythm = Rhythm.objects.select_related("user").filter(user_id=user_id).first()
    return rhythm.quiet_end(now) if rhythm is not None else None


def _locked(user_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, user_id % 2**31])
        return bool(cursor.fetchone()[0])
