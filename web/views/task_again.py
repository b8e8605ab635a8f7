"""What the page shows after an act beside the work: the part beside the facts, or the whole task anew."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_GET

from web.pages import events, reader, signed_in
from web.views.task_aside import aside_of
from web.views.task_pane import item_for, pane


@require_GET
@signed_in
def task_aside(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The part alone, when something of it changed; the due moment in the head comes with it."""
    user = reader(request)
    return render(request, "task/acts/aside.html", {"again": True, **aside_of(user, item_for(user, item_id))})


def shown_again(request: HttpRequest, item_id: UUID, text: str) -> HttpResponse:
    """The task anew after an act that changes whose it is; pages without a pane are loaded again."""
    user = reader(request)
    if _is_on_approval(request):
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    item = item_for(user, item_id)
    response = render(request, "task/pane.html", pane(request, user, item, keep=True))
    response["HX-Retarget"], response["HX-Reswap"] = "#task-pane", "innerHTML"
    return events(response, close_dialog=None, refresh_lists=None, toast={"text": text})


def changed(text: str) -> HttpResponse:
    """The answer to an act beside the work: the dialog closes, the part and the lists are read again."""
    done = {"close_dialog": None, "task_changed": None, "refresh_lists": None, "toast": {"text": text}}
    return events(HttpResponse(status=204), **done)


def _is_on_approval(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    path = getattr(htmx, "current_url_abs_path", None) if htmx else None
    try:
        return bool(path) and resolve(str(path).partition("?")[0]).url_name == "approval"
    except Resolver404:
        return False
