"""What people chose in the dialogs of tasks: persons, and moments in their own zone."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from accounts.models import User
from tasks_inbox.exceptions import MomentUnfit, RecipientUnfit

MOST = 30


def person(request: HttpRequest, name: str = "recipient") -> User:
    """The active person that was chosen; raises RecipientUnfit without one."""
    found = people(request, name)
    if not found:
        raise RecipientUnfit
    return found[0]


def people(request: HttpRequest, name: str) -> list[User]:
    """The active people that were chosen, in their order, the first 30; nonsense is left out."""
    texts = request.POST.getlist(name)[:MOST]
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10]
    known = {user.pk: user for user in User.objects.filter(pk__in=ids, is_active=True)}
    return [known[pk] for pk in dict.fromkeys(ids) if pk in known]


def moment(request: HttpRequest, name: str) -> datetime:
    """The moment that was chosen; without a zone it is the person's own. Raises MomentUnfit for what is none."""
    assert isinstance(request.user, User)
    texts = [text for text in request.POST.getlist(name) if text.strip()]
    try:
        found = datetime.fromisoformat(texts[0].strip()[:40])
    except (IndexError, ValueError):
        raise MomentUnfit from None
    return found if found.tzinfo is not None else found.replace(tzinfo=request.user.time_zone)
