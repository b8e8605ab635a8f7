"""The device of a login in words, from what its browser says about itself."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

# The first that occurs counts: Edge and Chrome also call themselves Safari.
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("MicroMessenger", "WeChat"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
HANDHELD: Final = frozenset({"iPhone", "iPad", "Android"})


def device_words(user_agent: str) -> str:
    """Browser and system, such as "Chrome on Windows"."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("another program")


def device_icon(user_agent: str) -> str:
    """The icon of a phone or of a computer."""
    return "smartphone" if _first(SYSTEMS, user_agent) in HANDHELD else "laptop"


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in known if mark in user_agent), "")
