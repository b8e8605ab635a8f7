"""A browser without scripts for every person of the cast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User

HTMX = {"HX-Request": "true"}


@pytest.fixture
def as_(db) -> Callable[[User], Client]:
    """A client that is signed in as a person."""

    def signed_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in
