"""What a signer sees and answers: the task's form to read, and below it whether they approve, with a comment.

A model that names another form in the task header ``signerForm`` gets that one instead, as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from bpmn.forms import names_read
from bpmn.texts import component_key
from tasks_inbox.models import WorkItem

FORM_HEADER = "signerForm"
OUTCOME, COMMENT, BY = "outcome", "comment", "by"
APPROVE, REJECT = "approve", "reject"


def form_for(item: WorkItem, deployed: Any) -> Any:
    """The form of a signer's item; ``deployed`` is the one its step names, if there is one."""
    if has_own_form(item):
        return deployed
    shown: dict[str, Any] = deployed if deployed is not None else {"type": "default", "components": []}
    return {**shown, "components": [*_to_read(shown.get("components") or []), *_questions()]}


def has_own_form(item: WorkItem) -> bool:
    """Whether the model gives signers a form of their own."""
    return bool(item.headers.get(FORM_HEADER))


def without_decision(item: WorkItem, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables without outcome and comment of others, which are no beginning of a signer's own."""
    if has_own_form(item):
        return dict(variables)
    return {name: value for name, value in variables.items() if name not in {OUTCOME, COMMENT}}


def own_answers(item: WorkItem, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """What a signer answered, without what they were only shown."""
    if has_own_form(item):
        return dict(cleaned)
    return {key: cleaned[key] for key in (OUTCOME, COMMENT) if cleaned.get(key) not in (None, "")}


def signature(answers: Mapping[str, Any], actor: User) -> dict[str, Any]:
    """The answers as the process takes them: who really signed goes with them."""
    return {**answers, BY: actor.username}


def may_reject(deployed: Any) -> bool:
    """Whether a task's form knows rejection, so that a signer's has a place in the model."""
    pending = list(deployed.get("components") or []) if deployed is not None else []
    while pending:
        component = pending.pop()
        pending.extend(component.get("components") or [])
        if component_key(component) == OUTCOME:
            return any(option.get("value") == REJECT for option in component.get("values") or [])
    return False


def _to_read(components: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Everything but the decision and what belongs to it, read only."""
    for component in components:
        if component_key(component) in {OUTCOME, COMMENT} or _follows_decision(component):
            continue
        kept = {**component, "readonly": True}
        if component.get("components"):
            kept["components"] = list(_to_read(component["components"]))
        yield kept


def _follows_decision(component: Mapping[str, Any]) -> bool:
    """Whether its own condition asks how the task was decided."""
    condition = component.get("conditional")
    return condition is not None and OUTCOME in names_read({"components": [{**component, "components": []}]})


def _questions() -> list[dict[str, Any]]:
    options = [
        {"label": pgettext("signer", "Approve"), "value": APPROVE},
        {"label": pgettext("signer", "Reject"), "value": REJECT},
    ]
    return [
        {
            "type": "radio",
            "id": "signer_outcome",
            "key": OUTCOME,
            "label": _("Decision"),
            "values": options,
            "validate": {"required": True},
        },
        {
            "type": "textarea",
            "id": "signer_comment",
            "key": COMMENT,
            "label": _("Comment"),
            "validate": {"maxLength": 4000},
        },
    ]
