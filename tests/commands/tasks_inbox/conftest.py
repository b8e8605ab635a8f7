"""One task in the inbox of a queue or of a person, made by a real process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import User
from tasks_inbox.models import WorkItem
from tests.support import diagrams, running
from tests.support.records import kinds_kept
from workflows import registry

Ask = Callable[..., WorkItem]


@pytest.fixture(autouse=True)
def _own_handlers() -> Iterator[None]:
    with registry.temporarily(), kinds_kept():
        yield


@pytest.fixture
def ask(db: None) -> Ask:
    """Start a process of two tasks, "first" then "second"; returns the work item of the first."""

    def run(*, group: str = "", assignee: str = "", properties: str = "", actor: User | None = None, **variables: Any):
        first = diagrams.user(group=group, assignee=assignee, properties=properties)
        key = "asking"
        running.deploy(
            diagrams.diagram(
                key,
                "start -> first -> second -> end",
                start=diagrams.start(),
                first=first,
                second=diagrams.user(group=group),
                end=diagrams.end(),
            )
        )
        instance = running.start(key, actor=actor, **variables)
        return WorkItem.objects.get(instance=instance, element="first")

    return run
