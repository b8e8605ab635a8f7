"""Every request runs in the language and time zone of its reader, and behind a second factor where one is due."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from zoneinfo import ZoneInfo

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts import idle
from accounts.models import User
from accounts.rights import rights_of
from config import clock

GetResponse = Callable[[HttpRequest], HttpResponse]


class KeptLanguageMiddleware:
    """Whatever language a request ran in, its thread gets back the one it had: sockets and jobs use threads again.

    Stands before LocaleMiddleware, whose own answer still needs the reader's language.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(translation.get_language()):
            return self.get_response(request)


class ReaderMiddleware:
    """The profile decides where it says something; else the language cookie or browser, and the company's zone.

    Stands after AuthenticationMiddleware and LocaleMiddleware.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        language, zone = "", ZoneInfo(settings.TIME_ZONE)
        if user.is_authenticated:
            language, zone = user.language, user.time_zone
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        with timezone.override(zone):
            return self.get_response(request)


class IdleMiddleware:
    """A login nobody used for longer than settings.SESSION_IDLE_MINUTES ends, and the login page says why.

    What an open screen fetches by itself (X-Live) is no use of it. Stands after MessageMiddleware.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            if idle.is_idle(request.session):
                self._end(request)
            elif request.headers.get("X-Live") != "1" and idle.note_use(request.session):
                UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=clock.now())
        return self.get_response(request)

    def _end(self, request: HttpRequest) -> None:
        logout(request)
        sentence = gettext("You were signed out because nothing happened for a while. Your drafts are kept.")
        messages.info(request, sentence)


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
