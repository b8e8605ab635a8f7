"""The people who work here: how they log in, how they like their screen, where they belong."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Stamped
from config import clock

USERNAME_PATTERN = r"^[a-z0-9][a-z0-9._-]*$"
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    CHINESE = "zh-hans", "简体中文"


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    AUTO = "auto", _("Automatic")
    DENSE = "dense", _("Dense")
    TOUCH = "touch", _("Touch")


class Position(models.TextChoices):
    SALES_REP = "sales_rep", _("Sales representative")
    SERVICE_AGENT = "service_agent", _("Service agent")
    HOUSEKEEPER = "housekeeper", _("Housekeeper")
    TECHNICIAN = "technician", _("Technician")
    MARKETING_REP = "marketing_rep", _("Marketing representative")
    ANALYST = "analyst", _("Analyst")
    MANAGER = "manager", _("Manager")
    DIRECTOR = "director", _("Director")
    ADMIN = "admin", _("Administrator")


def validate_zone(name: str) -> None:
    """Refuse a time zone that does not exist."""
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone “%(name)s”."), params={"name": name})


class User(Stamped, AbstractUser):
    """A person with a login.

    The username is how processes, scenarios and history name the person, so it never changes. Empty language or zone
    means: as the browser or the company has it.
    """

    username = models.CharField(
        _("username"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(USERNAME_PATTERN, _("Use small letters, digits, dots, hyphens and underscores.")),
        ],
        error_messages={"unique": _("This username is taken.")},
    )
    date_joined = models.DateTimeField(_("date joined"), default=clock.now)
    native_name = models.CharField(
        _("Chinese name"), max_length=60, blank=True, help_text=_("Shown on Chinese screens, for example 李伟.")
    )
    family_name_first = models.BooleanField(_("family name first"), default=False)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    language = models.CharField(_("language"), max_length=10, choices=Language.choices, blank=True)
    theme = models.CharField(_("theme"), max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    density = models.CharField(_("density"), max_length=10, choices=Density.choices, default=Density.AUTO)
    zone = models.CharField(_("time zone"), max_length=60, blank=True, validators=[validate_zone])
    letter_keys = models.BooleanField(_("single-letter keys"), default=True)

    staff_no = models.CharField(_("staff number"), max_length=30, blank=True)
    org_unit = models.ForeignKey(
        "accounts.OrgUnit", models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("unit")
    )
    manager = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    position = models.CharField(_("position"), max_length=20, choices=Position.choices, blank=True)
    skills = ArrayField(models.CharField(max_length=60), verbose_name=_("skills"), default=list, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("capacity"), default=20, help_text=_("How many open tasks this person can carry at once.")
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="user_email_once",
                violation_error_code="unique",
                violation_error_message=_("This e-mail address is taken."),
            ),
            models.UniqueConstraint(
                fields=["staff_no"],
                condition=~models.Q(staff_no=""),
                name="user_staff_no_once",
                violation_error_code="unique",
                violation_error_message=_("This staff number is taken."),
            ),
            models.CheckConstraint(condition=~models.Q(manager=models.F("id")), name="user_is_not_own_manager"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name for the reader of the present screen."""
        return self.name_in(get_language())

    def name_in(self, language: str | None) -> str:
        """The name for readers of ``language``: the Chinese one on Chinese screens, else in the person's own order."""
        if self.native_name and (language or "").startswith("zh"):
            return self.native_name
        return self.get_full_name() or self.native_name or self.username

    def get_full_name(self) -> str:
        """Family name first and unspaced in Chinese characters, else in the person's own order."""
        given, family = self.first_name.strip(), self.last_name.strip()
        if HAN.search(given + family):
            return family + given
        return " ".join(part for part in ((family, given) if self.family_name_first else (given, family)) if part)

    def get_short_name(self) -> str:
        return self.display_name

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone the person reads times in: their own, else the company's."""
        return ZoneInfo(self.zone or settings.TIME_ZONE)

    @property
    def keys(self) -> str:
        """Whether single-letter keys act: "on" or "off", as the page frame spells it."""
        return "on" if self.letter_keys else "off"

    def clean(self) -> None:
        """Tidy the e-mail address as the login will look it up."""
        super().clean()
        self.email = self.email.strip().lower()
