"""The last net under the API: whatever Django itself refuses below /api/ gets the API's shape too."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from api.errors import plain


class ApiErrorMiddleware:
    """Turns pages and plain texts that refuse a request below /api/ into the API's JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code < 400 or not request.path_info.startswith("/api/"):
            return response
        if response.headers.get("Content-Type", "").startswith(("application/json", "application/vnd.oai.openapi")):
            return response
        answer = plain(response.status_code)
        shaped = HttpResponse(orjson.dumps(answer.body), status=answer.status, content_type="application/json")
        for name in ("Allow", "Retry-After"):
            if name in response:
                shaped[name] = response[name]
        return shaped
