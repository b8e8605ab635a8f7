"""The browsers in which people allowed news while the product is closed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PushSubscription(models.Model):
    """One browser of one person: where its push service takes messages, and the keys only that browser can open.

    ``browser`` is what the browser says of itself. Nothing but broken promises and safety is sent before
    ``not_before``: the end of quiet hours, or a while after the last burst. ``failures`` counts what was not taken
    since something was.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(_("address"), max_length=1500, unique=True)
    host = models.CharField(_("host"), max_length=255)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    browser = models.CharField(_("browser"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.user}: {self.host}"
