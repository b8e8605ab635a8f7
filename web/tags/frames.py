"""What stands around content: messages, dialogs, menus, nothing to show."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from web import components

register = template.Library()


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
