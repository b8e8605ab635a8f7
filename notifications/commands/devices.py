"""What people do with the devices on which they hear of news while the product is closed: allow and remove."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts import audit
from accounts.exceptions import NobodyThere
from accounts.models import User
from config import clock
from notifications import outside
from notifications.exceptions import DeviceRefused, TooManyDevices
from notifications.models import PushSubscription
from notifications.push_message import KeysUnusable, check_keys
from notifications.sending import NotTaken
from workflows.texts import storable

MOST_DEVICES = 10
LONGEST_ENDPOINT = 1500
LONGEST_BROWSER = 300


@transaction.atomic(durable=True)
def subscribe_to_push(*, actor: User, endpoint: str, p256dh: str, auth: str, browser: str = "") -> PushSubscription:
    """Send the person's news to this browser from now on; ``browser`` is what it says of itself.

    The same browser again is the same device with the keys it has now; one that was somebody else's is this person's
    alone. Refuses what is no push service's address outside and no keys of a browser, and an eleventh device.
    """
    host = _checked(endpoint, p256dh, auth)
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # two tabs at once: the bound holds, one row is made
    device = PushSubscription.objects.select_for_update().filter(endpoint=endpoint).first()
    if device is not None and device.user_id != actor.pk:
        device.delete()  # with what was still to be sent to its former person
        device = None
    if device is None and PushSubscription.objects.filter(user=actor).count() >= MOST_DEVICES:
        raise TooManyDevices
    is_new, now = device is None, clock.now()
    device = device or PushSubscription(user=actor, endpoint=endpoint, created_at=now, not_before=now)
    device.host, device.p256dh, device.auth, device.failures = host, p256dh, auth, 0
    device.browser = storable(browser)[:LONGEST_BROWSER]
    device.save()
    if is_new:
        _note("push.allowed", actor, device)
    return device


@transaction.atomic(durable=True)
def unsubscribe_from_push(*, actor: User, device_id: UUID) -> None:
    """Send nothing more to one of the person's own devices, also not what waits. Refuses what is not theirs."""
    device = PushSubscription.objects.select_for_update().filter(public_id=device_id, user=actor).first()
    if device is None:
        raise NobodyThere
    _note("push.removed", actor, device)
    device.delete()


def _checked(endpoint: str, p256dh: str, auth: str) -> str:
    """The host of the push service; names are looked up when something is sent, by the same guard."""
    if not endpoint.isascii() or len(endpoint) > LONGEST_ENDPOINT or len(p256dh) > 100 or len(auth) > 40:
        raise DeviceRefused(field="endpoint")
    try:
        check_keys(p256dh, auth)
        return outside.check_outside(endpoint).hostname or ""
    except (KeysUnusable, NotTaken):
        raise DeviceRefused(field="endpoint") from None


def _note(event: str, actor: User, device: PushSubscription) -> None:
    """Where news of the company go stays on record; the address itself never does."""
    audit.record(event, actor=actor, subject=device, data={"host": device.host, "browser": device.browser})
