"""Mail for what was not seen: one letter per person and burst, naming records by number only."""

from __future__ import annotations

from itertools import groupby

import structlog
from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from config import clock
from crm_core.service import lateness
from notifications import texts
from notifications.commands import tell_of_promises
from notifications.models import Notification

BATCH = 500

log = structlog.get_logger(__name__)


@shared_task(name="notifications.mail_unseen", ignore_result=True)
def mail_unseen() -> int:
    """Send each person one mail about everything that waits unread for longer than its delay; returns the letters."""
    due = Notification.objects.filter(read_at=None, mailed_at=None, mail_after__lte=clock.now())
    rows = list(due.select_related("user").order_by("user", "created_at")[:BATCH])
    return sum(_mail(user, list(entries)) for user, entries in groupby(rows, key=lambda row: row.user))


@shared_task(name="notifications.remind_of_promises", ignore_result=True)
def remind_of_promises() -> int:
    """Say what is due to be said of promises to customers, one transaction a request; returns how many were told."""
    told = 0
    for request_id in lateness.to_remind():
        try:
            told += tell_of_promises(request_id=request_id)
        except Exception:  # one request that cannot be told of must not keep the others waiting
            log.exception("promise_not_told", request=str(request_id))
    return told


def _mail(user: User, entries: list[Notification]) -> int:
    """Claim the rows, then send; a claim whose letter could not be sent is given back."""
    ids = [entry.pk for entry in entries]
    with transaction.atomic(durable=True):
        claimed = set(
            Notification.objects.select_for_update(skip_locked=True)
            .filter(pk__in=ids, mailed_at=None, read_at=None)
            .values_list("pk", flat=True)
        )
        Notification.objects.filter(pk__in=claimed).update(mailed_at=clock.now())
    if not claimed or not user.email:
        return 0
    try:
        _letter(user, [entry for entry in entries if entry.pk in claimed]).send()
    except OSError:
        Notification.objects.filter(pk__in=claimed).update(mailed_at=None)
        raise
    return 1


def _letter(user: User, entries: list[Notification]) -> EmailMessage:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        count = len(entries)
        subject = ngettext("%(count)d new task or message", "%(count)d new tasks and messages", count)
        lines = [texts.title(entry.template, entry.data) for entry in entries]
        body = "\n".join([_("Waiting for you in Baton:"), "", *(f"- {line}" for line in lines), ""])
        return EmailMessage(subject=subject % {"count": count}, body=body, to=[user.email])
