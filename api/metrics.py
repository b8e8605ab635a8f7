"""What a collector reads: the stuck detector's numbers in Prometheus' text format."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from workflows import permissions, stuck

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For operators, and for whoever shows settings.METRICS_TOKEN as a bearer token; 403 for everybody else."""
    if not (_shows_token(request) or _operates(request)):
        raise PermissionDenied
    return HttpResponse(stuck.metrics(stuck.report()), content_type=CONTENT_TYPE)


def _shows_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    return bool(settings.METRICS_TOKEN) and secrets.compare_digest(given, settings.METRICS_TOKEN.encode())


def _operates(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, User) and user.is_active and permissions.may_operate(user)
