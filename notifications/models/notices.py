"""What people were told, and how they want to be told."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Urgency(models.TextChoices):
    NORMAL = "normal", _("Normal")
    BREACH = "breach", _("Late or unsafe: always sent")


class Notification(models.Model):
    """One thing one person was told.

    ``template`` names the sentence (`notifications.texts`) and ``data`` its values, so that it reads in the language
    of whoever looks; ``subject_kind``/``subject_id`` point at the work item or record it is about. ``key`` makes a
    repeated request the same notification.

    ``in_app`` says whether the bell shows it. ``mail_after`` is when it goes into a letter unless it was read by then,
    ``mailed_at`` when a ``letter`` took it, ``pushed_at`` the burst in which it went to the person's devices.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    template = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    subject_kind = models.CharField(max_length=64, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    urgency = models.CharField(max_length=16, choices=Urgency.choices, default=Urgency.NORMAL)
    key = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail_after = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    pushed_at = models.DateTimeField(null=True, blank=True)
    in_app = models.BooleanField(default=True, db_default=True)
    letter = models.ForeignKey(
        "notifications.Sending", on_delete=models.SET_NULL, null=True, blank=True, related_name="news", db_index=False
    )

    is_farewell = False
    """Not stored: the reader may see its subject no longer (`notifications.audience`)."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], condition=~Q(key=""), name="notification_once_per_key")
        ]
        indexes = [
            models.Index("user", F("created_at").desc(), "id", name="notification_of_user"),
            models.Index("user", name="notification_unread", condition=Q(read_at=None)),
            models.Index(
                "mail_after",
                name="notification_to_mail",
                condition=Q(read_at=None, mailed_at=None) & ~Q(mail_after=None),
            ),
            models.Index("letter", name="notification_in_letter", condition=~Q(letter=None)),
            BrinIndex(fields=["created_at"], name="notification_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.template} -> {self.user}"


class Preference(models.Model):
    """How one person wants to hear of one kind of news; silence never covers breaches. Devices: those they allowed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    template = models.CharField(max_length=64)
    in_app = models.BooleanField(_("in the product"), default=True)
    email = models.BooleanField(_("by e-mail"), default=True)
    push = models.BooleanField(_("on devices"), default=True, db_default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "template"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.template}"
