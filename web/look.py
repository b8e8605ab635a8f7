"""How this visitor wants the pages: theme, density, single-letter keys, language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

THEMES: Final = ("system", "light", "dark")
DENSITIES: Final = ("auto", "dense", "touch")
LANGUAGE_NAMES: Final = {"en": "English", "zh-hans": "中文"}
HTML_LANGUAGES: Final = {"zh-hans": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class Look:
    """What the frame of every page needs to know about its reader."""

    theme: str
    density: str
    single_keys: bool
    html_lang: str
    other_language: str
    other_language_name: str
    other_html_lang: str


def look_of(request: HttpRequest | None) -> Look:
    """What the profile says, else the cookies of this browser, else the system's own settings."""
    language = get_language() or settings.LANGUAGE_CODE
    other = next((code for code, _name in settings.LANGUAGES if code != language), language)
    return Look(
        theme=_choice(request, "theme", THEMES),
        density=_choice(request, "density", DENSITIES),
        single_keys=_choice(request, "keys", ("on", "off")) == "on",
        html_lang=HTML_LANGUAGES.get(language, language),
        other_language=other,
        other_language_name=LANGUAGE_NAMES.get(other, other),
        other_html_lang=HTML_LANGUAGES.get(other, other),
    )


def _choice(request: HttpRequest | None, name: str, allowed: tuple[str, ...]) -> str:
    """The first allowed value is the default."""
    user: Any = getattr(request, "user", None)
    wanted = getattr(user, name, None) or (request.COOKIES.get(f"baton_{name}") if request else None)
    return str(wanted) if wanted in allowed else allowed[0]
