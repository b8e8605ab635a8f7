"""Completions that wait some seconds for their author to take them back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tasks_inbox import commands, queries
from tasks_inbox.models import HeldAct, WorkItem, WorkItemEvent
from tests.support import diagrams, running
from workflows.models import ProcessInstance

SECONDS = 8
FORM = {
    "id": "note",
    "components": [
        {"type": "textfield", "key": "shown", "readonly": True},
        {"type": "textfield", "key": "note", "validate": {"required": True}},
    ],
}
WITH_FORM = '<zeebe:formDefinition formId="note"/>'


@pytest.fixture(autouse=True)
def _undo(settings: Any, clock: Any) -> None:
    """The suite runs without undo; here it is what is looked at."""
    settings.INBOX_UNDO_SECONDS = SECONDS


def hold(actor, item, **words):
    return commands.hold_completion(actor=actor, work_item_id=item.pk, **({"answers": {}} | words))


def shown(user, view=queries.View.MINE):
    return [item.pk for item in queries.page(user, view).items]


def kinds_of(item):
    return list(WorkItemEvent.objects.filter(item=item).order_by("pk").values_list("kind", flat=True))


def is_done(item):
    item.refresh_from_db()
    return item.status == WorkItem.Status.COMPLETED and not HeldAct.objects.exists() and not marked(item)


def marked(item):
    return ProcessInstance.objects.get(pk=item.instance.root_id).has_held_acts


@pytest.fixture
def ask_with_form(db: None, alice: Any) -> Any:
    """A task with a required note."""

    def run(group: str = "") -> WorkItem:
        running.deploy(
            diagrams.diagram(
                "noting",
                "start -> first -> end",
                start=diagrams.start(),
                first=diagrams.user(assignee="" if group else "alice", group=group, properties=WITH_FORM),
                end=diagrams.end(),
            ),
            **{"note.form": json.dumps(FORM).encode()},
        )
        return WorkItem.objects.get(instance=running.start("noting", shown="s"))

    return run
