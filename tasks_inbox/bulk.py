"""Which tasks can be done many at once: completed without being opened, approved where their process allows it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from bpmn import forms
from bpmn import queries as definitions
from bpmn.texts import component_key, components
from tasks_inbox import approvals, operations
from tasks_inbox.models import WorkItem

LIMIT = 100
"""How many at once."""
APPROVE_HEADER = "bulkApprove"
"""With this header "true" a task may be approved beside others of its kind, without being opened."""


def kind_of(item: WorkItem) -> str:
    """What tasks must share to be done alike: the element of one version of a process."""
    return f"{item.instance.version_id}:{item.element}"


def may_complete_blind(item: WorkItem) -> bool:
    """Whether the task asks nothing that must be answered: it has no form, or none with a required field."""
    return not item.form or not _asks(item.instance.version_id, item.form)


def may_approve_blind(item: WorkItem) -> bool:
    """Whether the task is an approval whose process allows to approve many."""
    allowed = str(item.headers.get(APPROVE_HEADER, "")).strip().lower() == "true"
    return allowed and approvals.is_approval(item)


def done_blind(item: WorkItem) -> str:
    """What can be done with this task and others of its kind without opening them: "approve", "complete" or ""."""
    if not item.is_open or item.held_by_id is not None:
        return ""
    if may_approve_blind(item):
        return approvals.APPROVE
    return "complete" if may_complete_blind(item) else ""


def usual_answers(item: WorkItem, *, approve: bool = False) -> dict[str, Any]:
    """What the form holds when it is opened, with the approval where that is given; its process must be read."""
    schema = operations.form_of(item)
    answers = forms.prefill(schema, operations.step_variables(item)) if schema is not None else {}
    return answers | ({approvals.OUTCOME: approvals.APPROVE} if approve else {})


@lru_cache(maxsize=2048)
def _asks(version_id: UUID, form: str) -> bool:
    schema = definitions.version_bundle(version_id).forms.get(form)
    return schema is not None and any(_must_be_answered(component) for component in components(schema))


def _must_be_answered(component: Any) -> bool:
    """A required field, and the decision, which nobody else can take."""
    if not isinstance(component, dict) or component.get("readonly") or component.get("disabled"):
        return False
    return component_key(component) == approvals.OUTCOME or bool((component.get("validate") or {}).get("required"))
