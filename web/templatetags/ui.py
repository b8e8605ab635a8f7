"""The components of the page as template tags; each shown on the style page in all its states."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config import clock
from web import components, dates, form_fields, i18n_catalogue, look

register = template.Library()


# ---- marks ---------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """`{% icon "inbox" %}`, `{% icon "star" size="sm" label=_("Pinned") %}`; sizes: sm, lg."""
    return components.icon_svg(name, size, str(label))


@register.simple_tag
def kbd(key: str) -> SafeString:
    """A key as it is printed on the keyboard; vanishes on touch screens."""
    return format_html('<kbd class="kbd">{}</kbd>', components.key_label(key))


@register.simple_tag
def attrs(**values: Any) -> SafeString:
    """Keyword arguments as HTML attributes, for templates that pass them on."""
    return components.html_attributes(values)


# ---- buttons -------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/button.html")
def button(  # noqa: PLR0917
    label: str = "",
    kind: str = "",
    icon: str = "",
    key: str = "",
    href: str = "",
    type: str = "button",
    size: str = "",
    only_icon: bool = False,
    count: int | str = "",
    class_: str = "",
    **more: Any,
) -> dict[str, Any]:
    """A button, or a link that looks like one.

    kind: primary, ghost, danger; key: "a", "Ctrl+Enter", pressed from anywhere on the page.

    Further keyword arguments become attributes: data_opens, hx_post, aria_pressed, disabled, form, name, value.
    """
    names = ["btn", kind and f"btn-{kind}", size and f"btn-{size}", only_icon and "btn-icon", class_]
    return {
        "label": label,
        "icon": icon,
        "key": key,
        "href": href,
        "type": type,
        "only_icon": only_icon,
        "count": count,
        "classes": " ".join(str(name) for name in names if name),
        "attributes": components.html_attributes(
            {**more, "data_key": key, "aria_keyshortcuts": components.aria_key(key)}
        ),
    }


# ---- state ---------------------------------------------------------------------------------------------------------


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
    """The due disc of a work item or record (due_at, opened_at or created_at), or nothing without a due time."""
    reason = paused or getattr(item, "paused_reason", "")
    if reason:
        return format_html('<span class="sla" data-state="paused">{}</span>', reason)
    due_at = getattr(item, "due_at", None)
    return due_time(due_at, since=_opened(item)) if due_at else SafeString("")


@register.simple_tag
def due_time(due_at: datetime, since: datetime | None = None) -> SafeString:
    """The due disc for a moment; `since` is when the time began to run."""
    mark = components.due_mark(due_at=due_at, since=since, now=clock.now())
    return format_html(
        '<span class="sla"{} style="--used:{}"><time datetime="{}" title="{}">{}</time></span>',
        components.html_attributes({"data_state": mark.state}),
        mark.used,
        due_at.isoformat(),
        dates.exact(due_at),
        dates.until(due_at),
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


# ---- people --------------------------------------------------------------------------------------------------------


@register.simple_tag
def avatar(person: Any, size: str = "", kind: str = "", quiet: bool = False) -> SafeString:
    """A face. size: md, lg; kind: system (a cog) or group (square). `quiet` when the name stands beside it."""
    name = _("System") if kind == "system" else components.person_name(person)
    inner = (
        components.icon_svg("cog", "sm")
        if kind == "system"
        else components.initials(name, letters=3 if size == "lg" else 2)
    )
    access = {"aria_hidden": "true"} if quiet else {"role": "img", "aria_label": name, "title": name}
    return format_html(
        '<span class="avatar{}"{}>{}</span>',
        f" avatar-{size}" if size else "",
        components.html_attributes({"data_tone": components.tone_of(name), "data_kind": kind, **access}),
        inner,
    )


@register.simple_tag
def person(person: Any, size: str = "", kind: str = "", note: str = "") -> SafeString:
    """A face with the name beside it."""
    if person in (None, ""):
        return format_html('<span class="muted">{}</span>', note or _("nobody"))
    name = components.person_name(person)
    return format_html(
        '<span class="person">{}<span class="truncate" title="{}">{}</span></span>',
        avatar(person, size=size, kind=kind, quiet=True),
        name,
        name,
    )


@register.filter
def name_of(person: Any) -> str:
    """The person's name in the order of its language."""
    return components.person_name(person) if person else ""


# ---- forms ---------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(
    bound: Any, icon: str = "", prefix: str = "", suffix: str = "", full: bool = False, **more: Any
) -> dict[str, Any]:
    """A Django form field with label, help and errors; further arguments become attributes of the control."""
    return form_fields.field_context(bound, icon=icon, prefix=prefix, suffix=suffix, full=full, more=more)


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong with the form as a whole, as one banner."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("components/combobox.html")
def combobox(  # noqa: PLR0917
    name: str,
    url: str,
    label: str,
    value: Any = "",
    text: str = "",
    placeholder: str = "",
    icon: str = "search",
    help_text: str = "",
    error: str = "",
    required: bool = False,
    id: str = "",
) -> dict[str, Any]:
    """A search for one person or record; answers of `url?q=` are {"results": [{id, label, hint, initials, tone}]}."""
    return {**locals(), "id": id or f"id_{name}"}


# ---- the page as a whole -------------------------------------------------------------------------------------------


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], target: str = "") -> dict[str, Any]:
    """Previous and next page, keeping the other query parameters; `target` makes it an htmx swap."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    return {"page": page, "target": target, "previous": _page_url(query, page, -1), "next": _page_url(query, page, 1)}


def _page_url(query: QueryDict, page: Page[Any], step: int) -> str:
    if not (page.has_next() if step > 0 else page.has_previous()):
        return ""
    query = query.copy()
    query["page"] = str(page.number + step)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def page_look(context: Context) -> look.Look:
    """Theme, density and keys of this visitor, and the other language: `{% page_look as look %}`."""
    return look.look_of(context.get("request"))


@register.simple_tag
def browser_texts() -> dict[str, str]:
    """The texts of the TypeScript modules in the page's language, only those that differ from English."""
    return i18n_catalogue.catalogue()


# ---- frames around content -----------------------------------------------------------------------------------------


@register.simple_block_tag
def banner(content: str, tone: str = "info", close: bool = False) -> SafeString:
    """A message that stands where it matters; tone: info, success, warning, danger."""
    shapes = {"info": "info", "success": "circle-check", "warning": "triangle-alert", "danger": "circle-alert"}
    role = {"role": "alert"} if tone == "danger" else {"role": "note"}
    return format_html(
        '<div class="banner"{}>{}<span>{}</span>{}</div>',
        components.html_attributes({"data_tone": tone, **role}),
        components.icon_svg(shapes[tone]),
        content,
        _dismiss() if close else "",
    )


def _dismiss() -> SafeString:
    return format_html(
        '<button type="button" class="btn btn-ghost btn-icon push" data-dismiss aria-label="{}">{}</button>',
        _("Dismiss"),
        components.icon_svg("x"),
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str, size: str = "", open: bool = False) -> SafeString:
    """A modal dialog with its title; put `.dialog-body` and `.dialog-foot` inside. Opened by `data-opens="id"`."""
    return _modal("dialog", content, id=id, title=title, size=size)


@register.simple_block_tag
def drawer(content: str, id: str, title: str) -> SafeString:
    """A panel that slides in from the side; opened like a dialog."""
    return _modal("drawer", content, id=id, title=title, size="")


@register.simple_block_tag
def panel(content: str, title: str) -> SafeString:
    """Head and content for a partial that is swapped into `#dialog` or `#drawer`, which then opens by itself."""
    return format_html("{}{}", _modal_head("panel", title), content)


def _modal(kind: str, content: str, *, id: str, title: str, size: str) -> SafeString:
    return format_html(
        '<dialog class="{}{}" id="{}" aria-labelledby="{}-title">{}{}</dialog>',
        kind,
        f" {kind}-{size}" if size else "",
        id,
        id,
        _modal_head(id, title),
        content,
    )


def _modal_head(id: str, title: str) -> SafeString:
    return format_html(
        '<header class="dialog-head"><h2 id="{}-title">{}</h2>'
        '<button type="button" class="btn btn-ghost btn-icon push" data-close aria-label="{}">{}</button></header>',
        id,
        title,
        _("Close"),
        components.icon_svg("x"),
    )


@register.simple_block_tag
def menu(content: str, id: str, label: str, role: str = "menu") -> SafeString:
    """A menu opened by a button with `data-menu="id"`, filled with `.menu-item` buttons and links (role=menuitem).

    With switches among its items it is a small dialog: role="dialog", items without a role.
    """
    return format_html('<div class="menu" popover id="{}" role="{}" aria-label="{}">{}</div>', id, role, label, content)


@register.simple_block_tag
def empty(content: str, icon: str, title: str) -> SafeString:
    """Nothing here: an icon, what that means, and what to do next."""
    return format_html('<div class="empty">{}<h2>{}</h2>{}</div>', components.icon_svg(icon), title, content)
