"""Callers of the API: one client per person, by token or by session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from api.models import TokenScope
from api.tokens import issue_token
from tests.support.records import kinds_kept
from workflows import registry

URL = "/api/v1"


@pytest.fixture(autouse=True)
def _own_ground(settings: Any) -> Iterator[None]:
    """The API's addresses alone, empty counters of requests, and handlers of one's own."""
    settings.ROOT_URLCONF = "tests.api.addresses"
    cache.clear()
    with registry.temporarily(), kinds_kept():
        yield
    cache.clear()


def token_of(user: User, scope: str = TokenScope.FULL, hours: float = 1) -> str:
    """A fresh token of a person."""
    return issue_token(user, scope=scope, valid=timedelta(hours=hours))[1]


def caller(user: User, scope: str = TokenScope.FULL) -> APIClient:
    """A client that speaks for a person by token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token_of(user, scope)}", HTTP_ACCEPT_LANGUAGE="en")
    return client


def error(response: Any, status: int, code: str | None = None) -> dict[str, Any]:
    """The error of a refusal, after checking its shape."""
    body = response.json()
    assert response.status_code == status, (response.status_code, body)
    assert set(body) == {"error"}, body
    assert {"code", "message"} <= set(body["error"]) <= {"code", "message", "fields", "detail"}, body
    assert isinstance(body["error"]["message"], str)
    assert body["error"]["message"]
    if code is not None:
        assert body["error"]["code"] == code, body
    return body["error"]


def queries_of(act: Callable[[], Any]) -> int:
    """How many statements an act takes; the first run warms what is kept in memory."""
    act()
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)
