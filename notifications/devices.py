"""Which device a browser is, and whose: signing out ends its news, and nobody gets those of who sat there before.

A browser that was allowed has a cookie with the id of its device, and its login knows it, too. A login that ends by
itself (idle) leaves the device: people are told of news when they are not looking.
"""

from __future__ import annotations

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts import idle
from accounts.changes import Change, ChangeKind
from accounts.models import User
from notifications.models import PushSubscription

COOKIE = "baton_device"
IN_LOGIN = "push_device"
YEAR = 365 * 24 * 3600


def devices_of(user: User) -> list[PushSubscription]:
    """The devices on which a person allowed news, the oldest first."""
    return list(PushSubscription.objects.filter(user=user).order_by("created_at", "pk"))


def device_here(request: HttpRequest) -> UUID | None:
    """The id of the device that this browser says it is; of anybody's, or of one that is gone."""
    for text in (request.session.get(IN_LOGIN), request.COOKIES.get(COOKIE)):
        try:
            return UUID(str(text))
        except ValueError:
            continue
    return None


def remember(request: HttpRequest, response: HttpResponse, device: PushSubscription) -> None:
    """From now on this browser, and its login, are this device."""
    request.session[IN_LOGIN] = str(device.public_id)
    response.set_cookie(
        COOKIE,
        str(device.public_id),
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def signed_in(sender: object, *, request: HttpRequest, user: User, **signal: object) -> None:
    """Somebody else's device is theirs no longer once another person signs in at it; one's own is known again."""
    here = device_here(request)
    device = PushSubscription.objects.filter(public_id=here).first() if here else None
    if device is None:
        return
    if device.user_id == user.pk:
        request.session[IN_LOGIN] = str(device.public_id)
    else:
        _forget(device.pk)


def signed_out(sender: object, *, request: HttpRequest, user: User | None, **signal: object) -> None:
    """Who signs out hears nothing more at this device; a login that only lay unused is no signing out."""
    here = device_here(request)
    if user is None or here is None or (idle.is_idle(request.session) and request.path != reverse("account_logout")):
        return
    for pk in PushSubscription.objects.filter(public_id=here, user=user).values_list("pk", flat=True):
        _forget(pk)


def logins_ended(change: Change) -> None:
    """Who ended their other logins ended the devices of those, too."""
    if change.kind != ChangeKind.LOGINS:
        return
    for user_id in change.users or ():
        keys = UserSession.objects.filter(user_id=user_id).values_list("session_key", flat=True)
        alive = {session.get_decoded().get(IN_LOGIN) for session in Session.objects.filter(pk__in=list(keys))}
        for device in PushSubscription.objects.filter(user_id=user_id):
            if str(device.public_id) not in alive:
                _forget(device.pk)


@transaction.atomic
def _forget(pk: int) -> None:
    PushSubscription.objects.filter(pk=pk).delete()
