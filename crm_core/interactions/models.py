"""What happened between us and a customer, one row per call, visit, note or message."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config import clock
from crm_core.records import RecordQuerySet, Stamped


class InteractionKind(models.TextChoices):
    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    NOTE = "note", _("Note")
    MESSAGE = "message", _("Message")
    MAIL = "mail", _("E-mail")
    EVENT = "event", _("Event")
    SYSTEM = "system", _("System")


class Channel(models.TextChoices):
    PHONE = "phone", _("Phone")
    IN_PERSON = "in_person", _("In person")
    WECHAT = "wechat", _("WeChat")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    APP = "app", _("App")
    WEB = "web", _("Web")
    LETTER = "letter", _("Letter")


class FlowDirection(models.TextChoices):
    INCOMING = "incoming", _("From the customer")
    OUTGOING = "outgoing", _("To the customer")
    INTERNAL = "internal", _("Among ourselves")


class InteractionQuerySet(RecordQuerySet["Interaction"]):
    """Interactions are seen with their customer."""

    def visible_to(self, user: User) -> InteractionQuerySet:
        """The interactions with customers the person may see."""
        from crm_core.customers.models import Customer

        return self.filter(customer__in=Customer.objects.visible_to(user))


class Interaction(Stamped):
    """One contact or remark, at the moment it took place. ``linked_*`` name another record it is about.

    Letters to customers also have ``subject``, ``sent_at`` (null while it could not be sent) and the ``key`` of the
    process step that asked for them, which makes a repetition the same letter.
    """

    record_kind: ClassVar[str] = "interaction"

    customer = models.ForeignKey(
        "crm_core.Customer", models.CASCADE, related_name="interactions", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        "crm_core.Contact",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="interactions",
        verbose_name=_("contact"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=InteractionKind)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, blank=True)
    direction = models.CharField(_("direction"), max_length=8, choices=FlowDirection, default=FlowDirection.INTERNAL)
    at = models.DateTimeField(_("at"), default=clock.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    summary = models.TextField(_("summary"))
    reaction = models.TextField(_("reaction"), blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_step_at = models.DateTimeField(_("next step at"), null=True, blank=True)
    linked_kind = models.CharField(max_length=60, blank=True)
    linked_id = models.CharField(max_length=64, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    key = models.CharField(max_length=500, blank=True, editable=False)

    objects: ClassVar[Any] = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        indexes = [
            models.Index(fields=["customer", "-at", "-id"], name="crm_interaction_timeline"),
            models.Index(
                fields=["customer", "next_step_at"],
                name="crm_interaction_next_step",
                condition=models.Q(next_step_at__isnull=False),
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="crm_interaction_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
