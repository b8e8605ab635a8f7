"""How the login behaves: nobody signs up by themselves, those who left stay out, and attempts go on record."""

from __future__ import annotations

import json
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts import audit
from accounts.changes import ChangeKind, announce
from accounts.models import User


def demo_logins() -> frozenset[str]:
    """The usernames of the demo company; empty without one."""
    try:
        return frozenset(json.loads(Path(settings.DEMO_LOGINS_FILE).read_text()))
    except FileNotFoundError:
        return frozenset()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's hooks; accounts are made by administrators only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are entered by an administrator or an import."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person, if the password is right; a demo login is good on this machine only, on record otherwise."""
        user: User | None = super().authenticate(request, **credentials)
        if user is None or user.username not in demo_logins():
            return user
        address = self.address_of(request)
        if address is not None and ip_address(address).is_loopback:
            return user
        audit.record("login.refused", actor=None, subject=user, subject_kind="user", address=address)
        return None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong name or password: on record under the name that was tried, never with the password."""
        super().authentication_failed(request, **credentials)
        tried = str(credentials.get("username") or credentials.get("email") or credentials.get("login") or "")[:80]
        known = (
            User.objects.filter(username=tried).first() or User.objects.filter(email=tried.lower()[:80] or "-").first()
        )
        audit.record(
            "login.failed",
            actor=None,
            subject=known,
            subject_kind="user",
            subject_id="" if known else tried,
            data={"tried": tried},
            address=self.address_of(request),
        )

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """The right password of somebody who has left: no login, on record."""
        address = self.address_of(request)
        audit.record("login.refused", actor=None, subject=user, subject_kind="user", address=address)
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """A login that succeeded goes on record too."""
        response: HttpResponse = super().post_login(request, user, **details)
        audit.record("login.succeeded", actor=user, subject=user, subject_kind="user", address=self.address_of(request))
        return response

    def set_password(self, user: User, password: str) -> None:
        """A password set through allauth's own pages goes on record."""
        super().set_password(user, password)
        audit.record("person.password_changed", actor=user, subject=user, subject_kind="user")

    def address_of(self, request: HttpRequest | None) -> str | None:
        """The network address of the request."""
        return self.get_client_ip(request) if request is not None else None


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    """allauth's hook for ending logins from the list of one's own."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End these logins of one person, on record; their open screens are sent away."""
        ended = list(sessions)
        with transaction.atomic():
            super().end_sessions(ended)
            for session in ended:
                audit.record(
                    "login.ended", actor=session.user, subject=session.user, subject_kind="user", address=session.ip
                )
            announce(ChangeKind.ACTIVE, {session.user_id for session in ended})
            announce(ChangeKind.LOGINS, {session.user_id for session in ended})
