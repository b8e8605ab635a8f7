"""What workers do about news: letters and pushes for what was not seen, the daily letter, bots, and sending it all."""

from __future__ import annotations

import structlog
from celery import shared_task

from crm_core.service import lateness
from notifications import bots, daily, letters, push, sending
from notifications.commands import tell_of_promises

BATCH = 200

log = structlog.get_logger(__name__)


@shared_task(name="notifications.mail_unseen", ignore_result=True)
def mail_unseen() -> int:
    """Put what people have not read once its delay is over into one letter each, and send; returns the letters."""
    written = 0
    for user_id in letters.people_due(BATCH):
        written += letters.bundle(user_id=user_id) is not None
    return max(written, sending.carry_on(BATCH))


@shared_task(name="notifications.push_unseen", ignore_result=True)
def push_unseen() -> int:
    """Ask for one push to each device of people with news they have not read, and send; returns how many are new."""
    asked = sum(push.bundle(user_id=user_id) for user_id in push.people_due(BATCH))
    if asked:
        sending.carry_on(BATCH)
    return asked


@shared_task(name="notifications.plan_daily_letters", ignore_result=True)
def plan_daily_letters() -> int:
    """Ask for the daily letters that are due; returns how many are new."""
    return daily.plan()


@shared_task(name="notifications.listen_for_bots", ignore_result=True)
def listen_for_bots() -> int:
    """Ask for what bots are to post of what has happened; returns how many posts are new."""
    return sum(bots.listen(bot_id=bot_id) for bot_id in bots.listening())


@shared_task(name="notifications.carry_out_due", ignore_result=True)
def carry_out_due() -> int:
    """Send what is due for some seconds, also what failed before and what died under way; says how much went out."""
    return sending.carry_on(BATCH)


@shared_task(name="notifications.forget_old", ignore_result=True)
def forget_old() -> int:
    """Forget what was sent long ago."""
    return sending.forget_old()


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
