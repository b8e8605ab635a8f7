"""What leaves the house: letters, daily letters, pushes, what bots post; each a row before anything is sent."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    MAIL = "mail", _("Letter")
    DAILY = "daily", _("Daily letter")
    BOT = "bot", _("Bot")
    PUSH = "push", _("Push")


class Sending(models.Model):
    """One letter or message to the outside, once per ``key``; composed when it is sent, as rights are then.

    ``data`` names rows by id, never their contents. A claim that is not settled belongs to a worker that died; after
    its lease (``next_attempt_at``) it is taken over, with the same id towards the outside.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("Being sent")
        SENT = "sent", _("Sent")
        NOTHING = "nothing", _("Nothing to say")
        FAILED = "failed", _("Failed")

    OPEN = (Status.WAITING, Status.CLAIMED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    bot = models.ForeignKey(
        "notifications.Bot", on_delete=models.CASCADE, null=True, blank=True, related_name="sendings", db_index=False
    )
    device = models.ForeignKey(
        "notifications.PushSubscription",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="sendings",
        db_index=False,
    )
    key = models.CharField(max_length=255, unique=True)
    data = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    claim = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index("next_attempt_at", "id", name="sending_due", condition=Q(status__in=["waiting", "claimed"])),
            models.Index("bot", "created_at", name="sending_of_bot", condition=~Q(bot=None)),
            models.Index("device", "created_at", name="sending_of_device", condition=~Q(device=None)),
            models.Index("created_at", name="sending_failed", condition=Q(status="failed")),
            models.Index("finished_at", name="sending_finished", condition=Q(status__in=["sent", "nothing"])),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key}"
