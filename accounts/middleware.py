"""Every request runs in the language and time zone of its reader, and behind a second factor where one is due."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from zoneinfo import ZoneInfo

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import User
from accounts.rights import rights_of

GetResponse = Callable[[HttpRequest], HttpResponse]


class ReaderMiddleware:
    """The profile decides where it says something; else the language cookie or browser, and the company's zone.

    Stands after AuthenticationMiddleware and LocaleMiddleware.
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


class SecondFactorMiddleware:
    """Holders of the roles in settings.MFA_REQUIRED_ROLES set up a second factor before they do anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.login_pages = reverse("account_login").removesuffix("login/")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(self.login_pages) or not self._is_missing(request):
            return self.get_response(request)
        if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            return redirect("mfa_activate_totp")
        return HttpResponse(gettext("Set up a second factor first."), status=HTTPStatus.FORBIDDEN)

    def _is_missing(self, request: HttpRequest) -> bool:
        if not settings.MFA_REQUIRED_ROLES or not isinstance(request.user, User):
            return False
        if not rights_of(request.user).roles & set(settings.MFA_REQUIRED_ROLES):
            return False
        return not is_mfa_enabled(request.user)
