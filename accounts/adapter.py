"""How the login behaves: nobody signs up by themselves, those who left stay out, and attempts go on record."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from accounts import audit
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's hooks; accounts are made by administrators only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are entered by an administrator or an import."""
        return False

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
