"""Requests that may be sent twice: the same key of the same person on the same route acts once and answers the same.

A row is stored before the command runs and filled with the answer after it. A request that was interrupted in between
is never carried out again: its repetition is told that the outcome is unknown. What was refused leaves no row.
"""

from __future__ import annotations

import hashlib
import re
import time
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.errors import Refused
from api.models import IdempotentRequest
from config import clock

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
LEASE = timedelta(minutes=2)
WAIT_SECONDS = 5.0
KEPT_HEADERS = ("Content-Type", "Location", "ETag")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class AlreadyAnswered(Exception):
    """The request was carried out before; ``response`` is what was answered."""

    def __init__(self, row: IdempotentRequest) -> None:
        super().__init__(row.key)
        self.response = HttpResponse(bytes(row.body), status=row.status or 200)
        for name, value in row.headers.items():
            self.response[name] = value
        self.response["Idempotent-Replayed"] = "true"


def begin(request: Request, actor: User) -> IdempotentRequest | None:
    """Take the request's key; None without one.

    Raises AlreadyAnswered, and Refused for a bad key, another body under the same key, an interrupted request, and
    one that is still being carried out after WAIT_SECONDS.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise Refused(
            HTTPStatus.BAD_REQUEST, "idempotency-key-invalid", _("The key is 1 to 255 visible ASCII characters.")
        )
    now = clock.now()
    names = {"user": actor, "route": _route(request), "key": key}
    IdempotentRequest.objects.filter(**names, expires_at__lte=now).delete()
    digest = digest_of(request)
    row = IdempotentRequest(**names, digest=digest, lease_ends=now + LEASE, expires_at=now + KEPT)
    deadline = time.monotonic() + WAIT_SECONDS
    while not _stored(row):
        earlier = IdempotentRequest.objects.filter(**names).first()
        late = time.monotonic() > deadline
        if earlier is not None:
            _judge(earlier, digest, late=late)
        elif late:
            raise _in_progress()
        time.sleep(0.03)
    return row


def finish(row: IdempotentRequest, response: Response) -> None:
    """Keep the answer for repetitions, or give the key back when the request was refused and so changed nothing."""
    if 400 <= response.status_code < 500:
        row.delete()
        return
    row.status, row.body = response.status_code, response.content
    row.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    row.save(update_fields=["status", "body", "headers"])


def digest_of(request: Request) -> str:
    """The same for the same values, whatever the order of names or the boundary of a form."""
    digest = hashlib.sha256()
    data: Any = request.data
    if isinstance(data, MultiValueDict):
        for name in sorted(data):
            for value in data.getlist(name):
                digest.update(orjson.dumps([name, _plain(value)]))
    else:
        digest.update(orjson.dumps(data, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS))
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return str(value)
    content = hashlib.sha256()
    for chunk in value.chunks():
        content.update(chunk)
    value.seek(0)
    return [value.name, content.hexdigest()]


def _route(request: Request) -> str:
    return hashlib.sha256(f"{request.method} {request.get_full_path()}".encode()).hexdigest()


def _stored(row: IdempotentRequest) -> bool:
    """Whether the row is ours now: exactly one of several requests with one key stores it."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _judge(earlier: IdempotentRequest, digest: str, *, late: bool) -> None:
    if earlier.digest != digest:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            _("This key was used for another request. Use a new one."),
        )
    if earlier.status is not None:
        raise AlreadyAnswered(earlier)
    if earlier.lease_ends <= clock.now():
        raise Refused(
            HTTPStatus.CONFLICT,
            "outcome-unknown",
            _("An earlier request with this key was interrupted. Look what became of it, then use a new key."),
        )
    if late:
        raise _in_progress()


def _in_progress() -> Refused:
    return Refused(
        HTTPStatus.CONFLICT,
        "request-in-progress",
        _("A request with this key is still being carried out."),
        headers={"Retry-After": "2"},
    )
