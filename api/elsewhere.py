"""What lies below /api/ and is no address of the API."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from api.errors import plain


@csrf_exempt
def unknown_address(request: HttpRequest, rest: str) -> HttpResponse:
    """To the same address with a slash where that exists, keeping method and body; else there is nothing."""
    if not rest.endswith("/") and _exists(f"{request.path_info}/"):
        response = HttpResponse(status=HTTPStatus.PERMANENT_REDIRECT)
        query = request.META.get("QUERY_STRING", "")
        response["Location"] = f"{request.path}/" + (f"?{query}" if query else "")
        return response
    return JsonResponse(plain(HTTPStatus.NOT_FOUND).body, status=HTTPStatus.NOT_FOUND)


def _exists(address: str) -> bool:
    try:
        return resolve(address).func is not unknown_address
    except Resolver404:
        return False
