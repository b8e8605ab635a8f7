"""How things stand: tags, counts, due times, money, differences, progress."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config import clock
from web import components, dates

register = template.Library()


@register.inclusion_tag("components/tag.html")
def tag(label: str, tone: str = "", icon: str = "", outline: bool = False) -> dict[str, Any]:
    """A value with its word; tone: accent, success, warning, danger, info."""
    return {"label": label, "tone": tone, "icon": icon, "outline": outline}


@register.inclusion_tag("components/status.html")
def status(label: str, tone: str = "", icon: str = "") -> dict[str, Any]:
    """A state: icon and word, coloured by tone."""
    return {"label": label, "tone": tone, "icon": icon}


@register.simple_tag
def badge(count: int | str | None, tone: str = "", name: str = "") -> SafeString:
    """A count; `name` lets a live message change it (`data-count`). Hidden at nought."""
    shown = components.capped(count)
    hidden = components.html_attributes({"hidden": not count, "data_tone": tone, "data_count": name})
    return format_html('<span class="badge"{}>{}</span>', hidden, shown)


@register.simple_tag
def due(item: Any, paused: str = "") -> SafeString:
    """The due disc of a work item or record (due_at, opened_at or created_at), or nothing without a due time.

    A work item that knows its clock (`web.clocks`) shows working time and says when the clock stands still.
    """
    known = getattr(item, "shown_clock", None)
    reason = paused or getattr(item, "paused_reason", "") or (known.paused if known else "")
    if reason:
        return format_html('<span class="sla" data-state="paused">{}</span>', reason)
    if known is not None:
        return _disc(known.due_at, known.mark, known.words)
    due_at = getattr(item, "due_at", None)
    return due_time(due_at, since=_opened(item)) if due_at else SafeString("")


@register.simple_tag
def due_time(due_at: datetime, since: datetime | None = None) -> SafeString:
    """The due disc for a moment; `since` is when the time began to run."""
    mark = components.due_mark(due_at=due_at, since=since, now=clock.now())
    return _disc(due_at, mark, dates.until(due_at))


def _disc(due_at: datetime, mark: components.DueMark, words: str) -> SafeString:
    return format_html(
        '<span class="sla"{} style="--used:{}"><time datetime="{}" title="{}">{}</time></span>',
        components.html_attributes({"data_state": mark.state}),
        mark.used,
        due_at.isoformat(),
        dates.exact(due_at),
        words,
    )


def _opened(item: Any) -> datetime | None:
    return next(
        (value for name in ("opened_at", "started_at", "created_at") if (value := getattr(item, name, None))), None
    )


@register.simple_tag
def ago(moment: datetime | None) -> SafeString:
    """When something happened, as people say it, with the exact time on hover."""
    if moment is None:
        return SafeString("")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), dates.exact(moment), dates.ago(moment)
    )


@register.filter
def until(moment: datetime) -> str:
    """How long it is to a moment, or its day: "in 3 h", "Tue 24 Nov"."""
    return dates.until(moment)


@register.filter
def lasted(span: Any) -> str:
    """A timedelta as "3 h" or "1 h 10 min"."""
    return dates.span(span) if span is not None else ""


@register.filter
def money(amount: Decimal | int | float | None, currency: str = "CNY") -> str:
    """An amount with sign and groups: ¥186,400."""
    return components.money(amount, currency)


@register.simple_tag
def diff(old: Any, new: Any) -> SafeString:
    """What changed: old crossed out, an arrow, new marked; the value alone where nothing changed."""
    if old in (None, "") or old == new:
        return format_html("<span>{}</span>", new)
    return format_html(
        '<span class="diff"><del>{}</del><span class="arrow" role="img" aria-label="{}">→</span><ins>{}</ins></span>',
        old,
        _("now"),
        new,
    )


@register.simple_tag
def masked() -> SafeString:
    """In the place of a value this person may not see; never a blank."""
    return format_html('<span class="masked">{}{}</span>', components.icon_svg("lock", "sm"), _("hidden"))


@register.simple_tag
def progress(value: int, label: str = "", tone: str = "") -> SafeString:
    """A bar filled to `value` percent."""
    access = {
        "role": "progressbar",
        "aria_valuenow": value,
        "aria_valuemin": 0,
        "aria_valuemax": 100,
        "aria_label": label,
    }
    return format_html(
        '<span class="progress" style="--value:{}"{}><i></i></span>',
        value,
        components.html_attributes(
            {**access, "data_tone": tone} if label else {"aria_hidden": "true", "data_tone": tone}
        ),
    )


@register.inclusion_tag("components/steps.html")
def steps(done: int, total: int, late: bool = False) -> dict[str, Any]:
    """Step `done + 1` of `total` as a row of small bars."""
    states = ["done"] * done + ["late" if late else "now"] + [""] * (total - done - 1)
    return {
        "states": states[:total],
        "label": _("Step %(step)s of %(total)s") % {"step": min(done + 1, total), "total": total},
    }
