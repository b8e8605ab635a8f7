"""When work is done: weekly hours, public holidays, and the days that differ."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Stamped
from accounts.models.people import validate_zone


class WorkCalendar(Stamped):
    """The working time of units.

    ``hours`` is JSON, weekday to spans, {"mon-fri": ["09:00-12:00", "13:00-18:00"]}; None takes the parent's.
    ``region`` is the country whose public holidays count (CN by the State Council's announcements, with make-up
    workdays; other ISO codes by the holidays package; "none" for no public holidays); empty takes the parent's.
    ``hours_per_day`` says what one business day counts; None means the usual length of an open day. ``stamp`` is new
    after every change of the calendar, its days, or what it is based on, so that what was computed can be kept by it.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True)
    zone = models.CharField(_("time zone"), max_length=60, validators=[validate_zone])
    hours = models.JSONField(_("weekly hours"), null=True, blank=True)
    region = models.CharField(_("public holidays of"), max_length=12, blank=True)
    hours_per_day = models.DecimalField(
        _("hours per business day"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("based on")
    )
    is_default = models.BooleanField(_("default"), default=False)

    stamp = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("work calendar")
        verbose_name_plural = _("work calendars")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="work_calendar_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name_in(get_language())

    def name_in(self, language: str | None) -> str:
        """The name for readers of ``language``."""
        return self.name_zh if self.name_zh and (language or "").startswith("zh") else self.name


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("Holiday")
    WORKDAY = "workday", _("Workday")


class Holiday(models.Model):
    """A day on which a calendar differs from its weekly hours and public holidays.

    A workday may have hours of its own, ["09:00-12:00"]; without them it has those of its weekday, or of the first
    open weekday when its own is closed.
    """

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind.choices, default=DayKind.HOLIDAY)
    name = models.CharField(_("name"), max_length=120, blank=True)
    hours = models.JSONField(_("hours"), null=True, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.date} {self.kind} {self.name}".strip()
