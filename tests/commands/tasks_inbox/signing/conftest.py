"""A task of alice to which signers are added, and what is done with them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from bpmn.commands import store_versions
from tasks_inbox import commands
from tasks_inbox.models import Signer, WorkItem
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows import commands as processes

Where = Signer.Where
FORM = {
    "id": "plan",
    "type": "default",
    "components": [
        {"type": "number", "key": "amount", "label": "Amount", "validate": {"required": True}},
        {
            "type": "radio",
            "key": "outcome",
            "label": "Decision",
            "values": [{"label": "Yes", "value": "approve"}, {"label": "No", "value": "reject"}],
            "validate": {"required": True},
        },
        {
            "type": "textarea",
            "key": "decision_reason",
            "label": "Reason",
            "validate": {"required": True},
            "conditional": {"hide": '=outcome = null or outcome = "approve"'},
        },
        {"type": "textarea", "key": "comment", "label": "Comment"},
    ],
}
OPINION = {"id": "opinion", "type": "default", "components": [{"type": "number", "key": "risk", "label": "Risk"}]}
WITH_FORM = '<zeebe:formDefinition formId="plan"/>'


def headers(**named: str) -> str:
    inner = "".join(f'<zeebe:header key="{key}" value="{value}"/>' for key, value in named.items())
    return f"<zeebe:taskHeaders>{inner}</zeebe:taskHeaders>"


@pytest.fixture
def plan(db: None):
    """A task of alice with a form, and one after it."""

    def run(*, form: bool = True, actor: Any = None, record: Any = None, variables: Any = None, **named: str):
        properties = (WITH_FORM if form else "") + (headers(**named) if named else "")
        drawn = diagram(
            "planning",
            "start -> first -> second -> end",
            start=start(),
            first=user(assignee="alice", properties=properties),
            second=user(assignee="manager"),
            end=end(),
        )
        files = {"planning.bpmn": drawn, "plan.form": orjson.dumps(FORM), "opinion.form": orjson.dumps(OPINION)}
        store_versions(actor=None, files=files)
        instance = processes.start_process(
            actor=actor, process_key="planning", variables=variables or {"amount": 5}, record=record
        )
        return WorkItem.objects.get(instance=instance, element="first")

    return run


def add(actor, item, *people, where=Where.BESIDE, note=""):
    return commands.add_signers(actor=actor, work_item_id=item.pk, people=people, where=where, note=note)


def item_of(signer):
    return WorkItem.objects.get(instance=signer.item.instance_id, step=signer.step)


def fresh(item):
    return WorkItem.objects.get(pk=item.pk)


def sign(person, signer, outcome="approve", **more):
    item = item_of(signer)
    return commands.complete_work_item(actor=person, work_item_id=item.pk, answers={"outcome": outcome, **more})


def answer(person, item, outcome="approve", **more):
    answers = {"amount": 7, "outcome": outcome, **more}
    return commands.complete_work_item(actor=person, work_item_id=item.pk, answers=answers)


def everybody(item):
    """Every open human step has exactly one open item, and nobody else has one."""
    from workflows import queries

    instance = running.reload(item.instance)
    steps = [step.step for step in queries.view(instance).steps] if instance.is_live else []
    items = WorkItem.objects.filter(instance=instance, status=WorkItem.Status.OPEN)
    assert sorted(items.values_list("step", flat=True)) == sorted(steps)
    return {each.assignee.username for each in items.select_related("assignee") if each.assignee}


def remove(actor, signer):
    return commands.remove_signer(actor=actor, signer_id=signer.pk)
