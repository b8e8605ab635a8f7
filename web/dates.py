"""Times as people say them: "in 5 h", "1 h late", "3 days ago", with the exact time on hover."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from config import clock

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def exact(moment: datetime) -> str:
    """The full date and time in the reader's zone."""
    return date_format(timezone.localtime(moment), pgettext("date format, exact", "j M Y, H:i"))


def day(moment: datetime) -> str:
    """Weekday, day and month, and the year when it is another one."""
    local = timezone.localtime(moment)
    month_day = date_format(local, pgettext("date format, day", "j M"))
    if local.year == timezone.localtime(clock.now()).year:
        return f"{weekday(local)} {month_day}" if _weekday_first() else f"{month_day} {weekday(local)}"
    return date_format(local, pgettext("date format, day of another year", "j M Y"))


def weekday(local: datetime) -> str:
    """The weekday in its short form."""
    names = (
        pgettext("short weekday", "Mon"),
        pgettext("short weekday", "Tue"),
        pgettext("short weekday", "Wed"),
        pgettext("short weekday", "Thu"),
        pgettext("short weekday", "Fri"),
        pgettext("short weekday", "Sat"),
        pgettext("short weekday", "Sun"),
    )
    return names[local.weekday()]


def _weekday_first() -> bool:
    return not (get_language() or "").startswith("zh")


def span(length: timedelta, *, parts: int = 2) -> str:
    """A length of time in its one or two largest units: "1 h 10 min", "3 h", "2 d"."""
    minutes = max(1, round(abs(length) / MINUTE))
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return _("%(days)s d") % {"days": days}
    if hours and minutes and hours < 3 and parts > 1:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    if hours:
        return _("%(hours)s h") % {"hours": hours + (minutes >= 30)}
    return _("%(minutes)s min") % {"minutes": minutes}


def until(moment: datetime) -> str:
    """How long there is left or how late it is; beyond a day the date itself."""
    left = moment - clock.now()
    if left <= timedelta(0):
        return _("%(span)s late") % {"span": span(left, parts=1)}
    return day(moment) if left > DAY else _("in %(span)s") % {"span": span(left)}


def ago(moment: datetime) -> str:
    """How long ago something happened; beyond a week the date itself."""
    passed = clock.now() - moment
    if passed < MINUTE:
        return _("just now")
    if passed < HOUR:
        return _("%(minutes)s min ago") % {"minutes": passed // MINUTE}
    if passed < DAY:
        return _("%(hours)s h ago") % {"hours": passed // HOUR}
    if passed < 7 * DAY:
        return ngettext("%(days)s day ago", "%(days)s days ago", passed.days) % {"days": passed.days}
    return day(moment)
