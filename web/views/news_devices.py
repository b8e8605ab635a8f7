"""The devices on which I hear of news while the product is closed: allow this one, remove any."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from notifications.commands import subscribe_to_push, unsubscribe_from_push
from notifications.devices import device_here, devices_of, remember
from notifications.push_key import PushKeyUnusable, public_key
from web.pages import json_body, reader, signed_in


def devices_shown(request: HttpRequest) -> dict[str, Any]:
    """What the page of choices shows of one's devices; without a key this installation can reach none."""
    here = device_here(request)
    rows = [{"device": device, "is_here": device.public_id == here} for device in devices_of(reader(request))]
    try:
        key = public_key()
    except PushKeyUnusable:
        key = ""
    return {"devices": rows, "is_allowed_here": any(row["is_here"] for row in rows), "push_key": key}


@require_POST
@signed_in
def allow_device(request: HttpRequest) -> HttpResponse:
    """This browser from now on; body: what its push service gave it, as ``PushSubscription.toJSON()`` has it."""
    body = json_body(request)
    keys = body.get("keys")
    given = keys if isinstance(keys, dict) else {}
    device = subscribe_to_push(
        actor=reader(request),
        endpoint=_text(body.get("endpoint")),
        p256dh=_text(given.get("p256dh")),
        auth=_text(given.get("auth")),
        browser=request.headers.get("User-Agent", ""),
    )
    response = JsonResponse({"id": str(device.public_id)}, status=HTTPStatus.CREATED)
    remember(request, response, device)
    if "renewed" not in body:
        messages.success(request, _("This device gets news now."))
    return response


@require_POST
@signed_in
def remove_device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """No more news to one of one's own devices."""
    unsubscribe_from_push(actor=reader(request), device_id=device_id)
    messages.success(request, _("No more news go to that device."))
    return redirect("profile_news")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
