"""What every page behind the login does first: know its reader, and say no in the shape the browser asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.models import User

P = ParamSpec("P")
Page = TypeVar("Page", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], Page]


def signed_in(view: View[P, Page]) -> View[P, Page]:
    """Lets people who are signed in through; others go to the sign-in page, requests of scripts get 401."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if isinstance(request.user, User):
            return view(request, *args, **kwargs)
        if is_partial(request):
            sentence = _("You are signed out. Your text is kept; sign in again to go on.")
            return JsonResponse({"detail": sentence}, status=HTTPStatus.UNAUTHORIZED)
        return redirect_to_login(request.get_full_path())

    return cast(View[P, Page], checked)


def reader(request: HttpRequest) -> User:
    """The person who is signed in; only behind ``signed_in``."""
    assert isinstance(request.user, User)
    return request.user


def is_partial(request: HttpRequest) -> bool:
    """Whether a script asked, not the person's address bar."""
    return bool(request.headers.get("HX-Request")) or request.headers.get("X-Requested-With") == "XMLHttpRequest"


def json_body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent; anything else counts as an empty one."""
    try:
        body = json.loads(request.body)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def page_number(request: HttpRequest) -> int:
    """The page asked for, from 1 to 1000."""
    return page_in(request.GET.get("page", "1"))


def page_in(text: str) -> int:
    """The page a text names, from 1 to 1000; the first for what names none."""
    return min(max(int(text), 1), 1000) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def events(response: HttpResponse, **names: Any) -> HttpResponse:
    """The response with events for the page's modules: ``toast={"text": ...}``, ``advance=None``; _ stands for -."""
    response["HX-Trigger"] = json.dumps({name.replace("_", "-"): detail for name, detail in names.items()})
    return response
