"""The chain of a decision: who asked, who said what since, who is asked now, and who comes after by which rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from bpmn.texts import component_key, components
from tasks_inbox import operations
from tasks_inbox.approvals import OUTCOME
from tasks_inbox.models import WorkItem
from web import dates, process_words
from web.acted_for import acted_for
from web.approving.kinds import Variables
from web.views.approvals_chain import to_come, under_way

STATES = {"revise": "rejected", "return": "rejected", "reject": "rejected", "decline": "silent"}
MOST = 60
NO_RULE: Callable[[str], str] = lambda role: ""  # noqa: E731


def asked(person: User | None, words: str, at: datetime, text: str = "") -> dict[str, Any]:
    """The first step: who asked for the decision, when, with what words."""
    return {
        "state": "done",
        "person": person,
        "kind": "" if person else "system",
        "name": person.display_name if person else _("System"),
        "note": words,
        "time": dates.ago(at),
        "text": text,
    }


def decisions_of(item: WorkItem, elements: Iterable[str], since: datetime) -> list[WorkItem]:
    """The tasks at these steps of the item's process since a moment, in the order they came; two queries."""
    rows = (
        WorkItem.objects.in_context()
        .select_related("ended_by")
        .prefetch_related("candidates")
        .filter(instance__root=item.instance.root_id, element__in=list(elements), created_at__gte=since)
        .order_by("created_at", F("ended_at").asc(nulls_last=True), "id")
    )
    return list(rows[:MOST])


def chain_of(  # noqa: PLR0917
    user: User,
    item: WorkItem,
    first: dict[str, Any],
    decisions: Iterable[WorkItem],
    variables: Variables,
    *,
    rule_of: Callable[[str], str] = NO_RULE,
    words: Callable[[WorkItem], str] | None = None,
) -> list[dict[str, Any]]:
    """The whole chain: ``first``, what was decided, who decides now, and those of the route still to come."""
    rows = list(decisions)
    decided = [said(each, (words or outcome_words)(each)) for each in rows if not each.is_open]
    waiting = [under_way(user, each) | {"note": process_words.task_name(each)} for each in rows if each.is_open]
    return [first, *decided, *waiting, *to_come(item, variables, rule_of)]


def said(item: WorkItem, words: str) -> dict[str, Any]:
    """One decision: by whom, for whom, how it ended in ``words``, how long it took, what was written."""
    answers = item.answers
    withdrawn = item.status == WorkItem.Status.CANCELLED
    person = item.ended_by or item.assignee
    conditions = [str(row.get("text", "")) for row in answers.get("new_conditions") or [] if isinstance(row, dict)]
    texts = [answers.get("opinion"), answers.get("decision_reason") or answers.get("comment"), *conditions]
    span = dates.span((item.ended_at or item.created_at) - item.created_at)
    name = acted_for(person.display_name, item.on_behalf_of) if person else process_words.task_name(item)
    return {
        "state": "silent" if withdrawn else STATES.get(item.outcome, "done"),
        "person": person,
        "kind": "" if person else "group",
        "name": name,
        "note": words,
        "time": _("after %(span)s") % {"span": span} if withdrawn else _("took %(span)s") % {"span": span},
        "text": "\n".join(str(text) for text in texts if text),
    }


def outcome_words(item: WorkItem) -> str:
    """What somebody decided, as the button they pressed was called."""
    if item.status == WorkItem.Status.CANCELLED:
        return _("withdrawn")
    schema = operations.form_of(item)
    if schema is not None and item.outcome:
        shown = process_words.form_in_language(process_words.bundle_of(item), schema)
        for component in components(shown):
            if component_key(component) == OUTCOME:
                labels = {
                    str(option.get("value")): str(option.get("label")) for option in component.get("values") or []
                }
                return labels.get(item.outcome, process_words.task_name(item))
    return process_words.task_name(item)
