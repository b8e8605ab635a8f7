"""When a person wants to hear from us outside the product."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Rhythm(models.Model):
    """Quiet hours and the daily letter of one person; who has no row has no quiet hours and gets the letter.

    Both ends are times on the wall clock of the person's own zone; a night ends on the next day. Broken promises and
    safety do not wait for the end of quiet hours.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rhythm")
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    daily_letter = models.BooleanField(_("daily letter"), default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until"))),
                name="quiet_hours_have_two_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.quiet_from}-{self.quiet_until}"

    def quiet_end(self, moment: datetime) -> datetime | None:
        """When the quiet hours end in which a moment lies; None when it lies in none. ``moment`` is aware."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        local = moment.astimezone(self.user.time_zone)
        clock = local.time()
        if not _within(clock, self.quiet_from, self.quiet_until):
            return None
        day = local.date() if clock < self.quiet_until else local.date() + timedelta(days=1)
        return datetime.combine(day, self.quiet_until, tzinfo=self.user.time_zone)


def _within(clock: time, start: time, end: time) -> bool:
    return start <= clock < end if start < end else clock >= start or clock < end
