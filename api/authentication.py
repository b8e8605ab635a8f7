"""Who is asking: the holder of an access token, or of a session from the pages' login."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from accounts.rights import rights_of
from api.models import AccessToken
from config import clock


class TokenAuthentication(KnoxAuthentication):  # type: ignore[misc]
    """``Authorization: Token ...``; a token ends with its time, its person's leaving, and a changed password."""

    def authenticate_credentials(self, token: bytes) -> Any:
        """The person and the token. Raises AuthenticationFailed."""
        try:
            token.decode("ascii")
        except UnicodeDecodeError:
            raise AuthenticationFailed(_("Invalid token.")) from None
        if b"\x00" in token:
            raise AuthenticationFailed(_("Invalid token."))
        return super().authenticate_credentials(token)

    def validate_user(self, auth_token: AccessToken) -> tuple[User, AccessToken]:
        """Refuse tokens of people who left, and those made before the password changed."""
        user, token = super().validate_user(auth_token)
        if not compare_digest(token.login_mark, user.get_session_auth_hash()):
            raise AuthenticationFailed(_("The password has changed since this token was made."))
        return user, token

    def _cleanup_token(self, auth_token: AccessToken) -> bool:
        """Whether the token's time is over; the hourly job deletes what is."""
        return auth_token.expiry is None or auth_token.expiry <= clock.now()


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of the pages' login; every request that changes something needs the CSRF token."""

    def authenticate_header(self, request: Request) -> str:
        """What an anonymous caller is told to send."""
        return "Token"


def lacks_second_factor(user: User) -> bool:
    """Whether the person's roles ask for a second factor and there is none."""
    required = set(settings.MFA_REQUIRED_ROLES)
    return bool(required) and not rights_of(user).roles.isdisjoint(required) and not is_mfa_enabled(user)
