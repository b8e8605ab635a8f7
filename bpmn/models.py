"""What has been deployed: process definitions, their immutable versions with all files, and how each can start."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProcessDefinition(models.Model):
    """A process by its key; what it does is in its versions.

    ``name``, ``category``, ``record_kind``, ``area`` and ``startable_by`` (role codes) are those of the live version.
    While ``suspended_at`` is set no version starts.
    """

    key = models.CharField(_("key"), max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=300)
    category = models.CharField(_("category"), max_length=100, blank=True)
    record_kind = models.CharField(_("record kind"), max_length=100, blank=True)
    area = models.CharField(_("area"), max_length=100, blank=True)
    startable_by = models.JSONField(_("who may start it"), default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    created_at = models.DateTimeField(_("created"))
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name or self.key


class Deployment(models.Model):
    """One act of deploying a set of files; every version belongs to the act that made it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("deployment")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.digest[:8]}"


class ProcessVersion(models.Model):
    """One immutable version of a process: only its status ever changes, and whether it may start."""

    class Status(models.TextChoices):
        LIVE = "live", pgettext_lazy("process version", "Live")
        REPLACED = "replaced", _("Replaced")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    definition = models.ForeignKey(ProcessDefinition, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    deployment = models.ForeignKey(Deployment, models.PROTECT, related_name="versions")
    name = models.CharField(_("name"), max_length=300)
    diagram = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.LIVE)
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)

    class Meta:
        verbose_name = _("process version")
        ordering = ["definition", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="bpmn_version_number"),
            models.UniqueConstraint(
                fields=["definition"], condition=models.Q(status="live"), name="bpmn_version_one_live"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def is_suspended(self) -> bool:
        """Whether it, or its process as a whole, starts nothing at present."""
        return self.suspended_at is not None or self.definition.suspended_at is not None


class VersionFile(models.Model):
    """One file of a version, byte for byte as it was deployed."""

    version = models.ForeignKey(ProcessVersion, models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="bpmn_file_name")]

    def __str__(self) -> str:
        return self.name


class StartSubscription(models.Model):
    """One way a version starts: its start event ``element`` and the message, signal or timer it waits for."""

    class Kind(models.TextChoices):
        NONE = "none", _("By hand")
        MESSAGE = "message", _("Message")
        SIGNAL = "signal", _("Signal")
        TIMER = "timer", _("Timer")

    version = models.ForeignKey(ProcessVersion, models.CASCADE, related_name="starts")
    kind = models.CharField(max_length=10, choices=Kind)
    element = models.CharField(max_length=200)
    name = models.CharField(max_length=300, blank=True)
    timer_kind = models.CharField(max_length=20, blank=True)
    timer = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "name"], name="bpmn_start_name")]
        constraints = [models.UniqueConstraint(fields=["version", "element"], name="bpmn_start_element")]

    def __str__(self) -> str:
        return f"{self.element} ({self.kind})"
