"""What lies below /api/ and is no address of the API."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def unknown_address(request: HttpRequest, rest: str) -> HttpResponse:
    """To the same address with a slash where that exists, keeping method and body; else there is nothing."""
    address = f"{request.path_info}/"
    if not rest.endswith("/") and _exists(address):
        response = HttpResponse(status=308)
        query = request.META.get("QUERY_STRING", "")
        response["Location"] = f"{request.path}/" + (f"?{query}" if query else "")
        return response
    raise Http404


def _exists(address: str) -> bool:
    try:
        return resolve(address).func is not unknown_address
    except Resolver404:
        return False
