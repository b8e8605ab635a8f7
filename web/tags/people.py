"""People: their faces and names."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from web import components

register = template.Library()


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
