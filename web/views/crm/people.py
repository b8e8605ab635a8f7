"""The person somebody chose in a search field."""

from __future__ import annotations

from accounts.models import User


def chosen(text: str) -> User | None:
    """The active person with this id; None for nobody and for anything else that was sent."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return User.objects.filter(pk=int(text), is_active=True).select_related("org_unit").first()
