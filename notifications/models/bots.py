"""Bots that post news into the chats of groups."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Language
from accounts.models.base import Stamped


class BotKind(models.TextChoices):
    FEISHU = "feishu", _("Feishu or Lark")
    DINGTALK = "dingtalk", _("DingTalk")
    WECOM = "wecom", _("WeCom")
    SLACK = "slack", _("Slack")
    OTHER = "other", _("Another program (signed JSON)")


class Bot(Stamped):
    """One bot of one chat: where it posts, about what, in which words, and who reads it.

    ``audience`` is a candidate group (``role`` or ``role@unit``): what not everybody in it may see is not posted.
    Address and secret are sealed: whoever has them may post. ``read_until``: what happened before needs no looking at.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=BotKind.choices)
    address_sealed = models.BinaryField(_("address"))
    host = models.CharField(_("host"), max_length=255)
    secret_sealed = models.BinaryField(_("secret"), blank=True, default=b"")
    audience = models.CharField(_("who reads it"), max_length=128)
    events = ArrayField(models.CharField(max_length=80), verbose_name=_("posts about"), default=list)
    text = models.TextField(_("text"), max_length=2000)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, default=Language.ENGLISH)
    is_active = models.BooleanField(_("switched on"), default=True)
    read_until = models.DateTimeField()

    class Meta:
        verbose_name = _("bot")
        verbose_name_plural = _("bots")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
