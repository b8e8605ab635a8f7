"""A signed-in browser without scripts, and small processes that run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.support import diagrams, running
from tests.support.records import kinds_kept
from workflows import registry
from workflows.models import ProcessInstance

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _own_handlers() -> Iterator[None]:
    with registry.temporarily(), kinds_kept():
        yield


@pytest.fixture
def as_(db: None) -> Callable[[User], Client]:
    """A client that is signed in as a person."""

    def signed_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in


def simple(key: str = "asking") -> bytes:
    """One task of alice."""
    return diagrams.diagram(
        key,
        "start -> answer -> end",
        start=diagrams.start(),
        answer=diagrams.user(assignee="alice"),
        end=diagrams.end(),
    )


@pytest.fixture
def asking(db: None) -> Callable[..., ProcessInstance]:
    """Start a process of one task of alice; keys other than "asking" make further processes."""
    deployed: set[str] = set()

    def start(key: str = "asking", actor: User | None = None, **variables: Any) -> ProcessInstance:
        if key not in deployed:
            deployed.add(key)
            running.deploy(simple(key))
        return running.start(key, actor=actor, **variables)

    return start


@pytest.fixture
def failing(db: None) -> Callable[[], ProcessInstance]:
    """Start a process that is stuck until a variable ``amount`` is a number."""
    running.deploy(
        diagrams.diagram(
            "failing",
            "start -> count -> answer -> end",
            start=diagrams.start(),
            count=diagrams.service("test.count", inputs={"amount": "amount"}, retries="0"),
            answer=diagrams.user(assignee="alice"),
            end=diagrams.end(),
        )
    )

    @registry.service_task("test.count")
    def count(step: Any, *, amount: int) -> dict[str, int]:
        return {"counted": amount + 1}

    return lambda: running.start("failing", amount="many")
