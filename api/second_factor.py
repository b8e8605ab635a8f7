"""Codes of a second factor, checked by the same means as on the login page."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.core.cache import cache
from django.http import HttpRequest

from accounts import audit
from accounts.models import User

TRIES, MINUTES = 5, 5


def has_second_factor(user: User) -> bool:
    """Whether the person has set one up."""
    return bool(is_mfa_enabled(user))


def is_right_code(request: HttpRequest, user: User, code: str) -> bool:
    """Whether a code is right; a recovery code is used up by it. Five tries in five minutes, failures on record."""
    key = f"api-code-{user.pk}"
    cache.add(key, 0, 60 * MINUTES)
    if cache.incr(key) > TRIES:
        return False
    rows = Authenticator.objects.filter(
        user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    )
    if any(row.wrap().validate_code(code.strip()) for row in rows):
        cache.delete(key)
        return True
    audit.record("login.failed", actor=None, subject=user, subject_kind="user", data={"by": "code"})
    return False
