"""What the tests of these commands share: the audit log at a glance, and who was told after the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from accounts import changes
from accounts.models import AuditEvent


@pytest.fixture
def audited() -> Callable[[str], AuditEvent]:
    """The newest audit entry of an event; fails when there is none."""

    def newest(event: str) -> AuditEvent:
        return AuditEvent.objects.filter(event=event).latest("pk")

    return newest


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """``with told() as heard``: the changes announced once the block is committed."""

    @contextmanager
    def listening() -> Iterator[list[changes.Change]]:
        heard: list[changes.Change] = []
        changes.subscribe(heard.append)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                yield heard
        finally:
            changes.unsubscribe(heard.append)

    return listening
