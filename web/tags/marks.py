"""Marks and buttons: icons, keys, attributes, and what people press."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from web import components

register = template.Library()


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
