"""Regular work of the API: forgetting kept answers and tokens whose time is over."""

from __future__ import annotations

from celery import shared_task

from api.models import AccessToken, IdempotentRequest
from config import clock


@shared_task(name="api.forget_expired", ignore_result=True)
def forget_expired() -> int:
    """Delete kept answers and tokens whose time is over; returns how many rows went."""
    now = clock.now()
    answers, _by_model = IdempotentRequest.objects.filter(expires_at__lte=now).delete()
    tokens, _by_model = AccessToken.objects.filter(expiry__lte=now).delete()
    return int(answers) + int(tokens)
