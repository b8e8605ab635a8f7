"""Tasks to look at: of small diagrams, and of the shipped level change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import User
from crm_core.levels.commands import request_level_change
from tasks_inbox.models import WorkItem
from tests.crm import customer, deploy
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
    deployed: set[str] = set()

    def run(*, group: str = "", assignee: str = "", properties: str = "", actor: User | None = None, **variables: Any):
        first = diagrams.user(group=group, assignee=assignee, properties=properties)
        key = f"asking-{group or assignee}".replace("@", "-").lower()
        if key not in deployed:
            deployed.add(key)
            running.deploy(
                diagrams.diagram(
                    key,
                    "start -> first -> second -> end",
                    start=diagrams.start(),
                    first=first,
                    second=diagrams.user(group=group, assignee=assignee),
                    end=diagrams.end(),
                )
            )
        instance = running.start(key, actor=actor, **variables)
        return WorkItem.objects.get(instance=instance, element="first")

    return run


@pytest.fixture
def level_processes(db: Any, clock: Any) -> None:
    """The shipped level change is live; the clock stands still."""
    deploy("customer-level-change", "level-review")


@pytest.fixture
def level_task(level_processes: None, alice: User) -> WorkItem:
    """The first task of a level change of alice's customer: her request to complete."""
    change = request_level_change(actor=alice, customer_id=customer(alice).pk)
    return WorkItem.objects.get(record_id=str(change.pk))


@pytest.fixture
def approval(level_task: WorkItem, alice: User, manager: User) -> WorkItem:
    """The decision the manager is asked for after alice completed her request."""
    from tasks_inbox.commands import complete_work_item

    answers = {"proposed_level": "silver", "reason": "strategic", "justification": "They open a second house in May."}
    complete_work_item(actor=alice, work_item_id=level_task.pk, answers=answers)
    return WorkItem.objects.get(record_id=level_task.record_id, status="open")
