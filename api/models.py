"""What the API remembers: access tokens, and the answers given to requests that may be repeated."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager


class TokenScope(models.TextChoices):
    """What a token lets its holder do, never more than the person may do themselves."""

    READ = "read", _("Read only")
    TASKS = "tasks", _("Read everything, act on tasks")
    FULL = "full", _("Everything the person may do")


class AccessToken(AbstractAuthToken):  # type: ignore[misc]
    """A token of one person: only its digest is stored. ``login_mark`` makes it end with the person's password."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100, blank=True)
    scope = models.CharField(_("scope"), max_length=10, choices=TokenScope, default=TokenScope.FULL)
    login_mark = models.CharField(max_length=128)

    objects: ClassVar[models.Manager[AccessToken]] = AuthTokenManager()

    class Meta:
        verbose_name = _("access token")
        indexes = [models.Index(fields=["expiry"], name="api_token_expiry")]

    def __str__(self) -> str:
        return f"{self.user} {self.name}".strip()


class IdempotentRequest(models.Model):
    """One request with an Idempotency-Key: the digest of what was asked and, once it is over, the answer.

    While ``status`` is null the request is being carried out, until ``lease_ends``; after that nobody knows.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    route = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    lease_ends = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("repeatable request")
        constraints = [models.UniqueConstraint(fields=["user", "route", "key"], name="api_idempotent_once")]
        indexes = [models.Index(fields=["expires_at"], name="api_idempotent_expiry")]

    def __str__(self) -> str:
        return f"{self.key} {self.status or '-'}"
