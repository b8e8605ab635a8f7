"""Making and ending access tokens, both on the audit record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from api.models import AccessToken
from config import clock


@transaction.atomic(durable=True)
def issue_token(
    user: User, *, scope: str, valid: timedelta, name: str = "", address: str | None = None
) -> tuple[AccessToken, str]:
    """A new token of a person and its secret, which is not stored; it ends after ``valid``."""
    tokens: Any = AccessToken.objects
    mark = user.get_session_auth_hash()
    made, secret = tokens.create(user=user, expiry=None, scope=scope, name=name, login_mark=mark)
    made.expiry = clock.now() + valid
    made.save(update_fields=["expiry"])
    _record("token.created", made, address=address)
    return made, secret


@transaction.atomic(durable=True)
def revoke_tokens(tokens: Iterable[AccessToken]) -> None:
    """End tokens for good."""
    for token in tokens:
        _record("token.revoked", token)
        token.delete()


def _record(event: str, token: AccessToken, *, address: str | None = None) -> None:
    data = {"token": str(token.public_id), "scope": token.scope}
    audit.record(event, actor=token.user, subject=token.user, subject_kind="user", data=data, address=address)
