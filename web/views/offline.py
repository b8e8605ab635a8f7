"""What a browser needs when the server is out of reach: the offline page and the worker that keeps it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache


def offline(request: HttpRequest) -> HttpResponse:
    """The page the worker shows when no other can be fetched; the same for everybody."""
    return render(request, "offline.html")


@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker's script, at the root so that it covers every page."""
    return render(request, "offline/worker.js", content_type="text/javascript")
