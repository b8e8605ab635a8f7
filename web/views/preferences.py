"""The switches in the frame of every page: theme, density, single-letter keys, language."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts.commands.profile import change_profile
from accounts.models import User
from web.look import DENSITIES, THEMES

ALLOWED: dict[str, tuple[str, ...]] = {"theme": THEMES, "density": DENSITIES, "keys": ("on", "off")}


@require_POST
def save_preference(request: HttpRequest) -> HttpResponse:
    """Keeps switches of a signed-in person in the profile; the browser has them in cookies already.

    Body: a JSON object of theme, density, keys. Anything else is refused with 400.
    """
    try:
        wanted: Any = json.loads(request.body)
    except json.JSONDecodeError:
        wanted = None
    if not isinstance(wanted, dict) or any(value not in ALLOWED.get(name, ()) for name, value in wanted.items()):
        return JsonResponse({"detail": _("This is not one of the choices.")}, status=HTTPStatus.BAD_REQUEST)
    if isinstance(request.user, User):
        values: dict[str, Any] = {name: value for name, value in wanted.items() if name != "keys"}
        if "keys" in wanted:
            values["letter_keys"] = wanted["keys"] == "on"
        change_profile(actor=request.user, **values)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Changes the language of this browser and, for a signed-in person, of the profile; goes back to `next`."""
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        change_profile(actor=request.user, language=language)
    return set_language(request)
