"""Every request runs in the language and time zone of its reader."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

GetResponse = Callable[[HttpRequest], HttpResponse]


class ReaderMiddleware:
    """The profile decides where it says something; else the language cookie or browser, and the company's zone.

    Stands after AuthenticationMiddleware and LocaleMiddleware. Reads the user only when there is a session, so that
    anonymous and cached pages stay without a query.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        language, zone = "", ""
        if user.is_authenticated:
            language, zone = user.language, user.zone
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        with timezone.override(ZoneInfo(zone or settings.TIME_ZONE)):
            return self.get_response(request)
