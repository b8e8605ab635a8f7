"""Filters that say which device a login is from."""

from __future__ import annotations

from django import template

from web import devices

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    """Browser and system in words."""
    return devices.device_words(user_agent)


@register.filter
def device_icon(user_agent: str) -> str:
    """The name of the icon of such a device."""
    return devices.device_icon(user_agent)
