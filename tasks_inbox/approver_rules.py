"""What happens when nobody is found for a task, or the same person would approve twice in a row.

An item opens like any other. What is to be done by rule is requested as a delivery and done after commit in a
transaction of its own, so that no advance runs inside another and many items of one step are as easy as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from accounts import queries as people
from bpmn.approver_rules import BLOCK, MERGE, NOBODY_FOUND, SAME_APPROVER, SKIP, SKIP_OUTCOME
from bpmn.forms import FormRefused
from bpmn.texts import component_key, components
from tasks_inbox import operations
from tasks_inbox.approvals import APPROVE, OUTCOME
from tasks_inbox.models import Draft, WorkItem, WorkItemEvent
from tasks_inbox.offers import offers_of
from workflows.families import Family
from workflows.models import ProcessInstance
from workflows.operations import request_operation

BY_RULE = "complete-by-rule"
ADMIN_ROLE = "admin"
Kind = WorkItemEvent.Kind


def apply(instance: ProcessInstance, items: Sequence[WorkItem]) -> list[WorkItemEvent]:
    """Do what the model says about new items with nobody, or with who approved just before; gives further events.

    Asks the database nothing about items that have somebody and no such header.
    """
    assert connection.in_atomic_block
    return [event for item in items if (event := _applied(instance, item)) is not None]


def complete_by_rule(family: Family, instance_id: UUID, variables: Mapping[str, Any]) -> None:
    """Complete an item as a rule says, if it is still as it was when it opened; nobody is its author."""
    rows = WorkItem.objects.select_for_update().filter(pk=variables["item"], status=WorkItem.Status.OPEN)
    item = rows.first()
    if item is None or item.version != variables["version"] or item.held_by_id is not None:
        return
    item.instance = family.member(instance_id)
    if variables["rule"] == SKIP:
        operations.complete_as(family, item, _skipped(item), kind=Kind.SKIPPED, data={"rule": NOBODY_FOUND})
    elif variables["rule"] == MERGE:
        _merge(family, item)


def _applied(instance: ProcessInstance, item: WorkItem) -> WorkItemEvent | None:
    if item.signing:
        return None if item.assignee_id is not None or offers_of(item) else _to_administrators(item)
    if item.assignee_id is None:
        return _for_nobody(instance, item) if _is_for_nobody(item) else None
    if item.headers.get(SAME_APPROVER) == MERGE and _approved_just_before(item) is not None:
        _request(instance, item, MERGE)
    return None


def _is_for_nobody(item: WorkItem) -> bool:
    """Nobody is offered the item; with a rule for that also: nobody works in its queues who may do it."""
    offers = offers_of(item)
    if not offers or NOBODY_FOUND not in item.headers:
        return not offers
    barred = operations.excluded_people(item)
    if any(offer.user_id is not None and offer.user_id not in barred for offer in offers):
        return False
    keys = [offer.group_key for offer in offers if offer.user_id is None]
    return not any(people.members_of(key).exclude(pk__in=barred).exists() for key in keys)


def _for_nobody(instance: ProcessInstance, item: WorkItem) -> WorkItemEvent | None:
    rule = item.headers.get(NOBODY_FOUND)
    if rule == BLOCK:
        return operations.new_event(item, Kind.BLOCKED, data={"rule": NOBODY_FOUND})
    if rule == SKIP:
        _request(instance, item, SKIP)
        return None
    return _to_administrators(item)


def _to_administrators(item: WorkItem) -> WorkItemEvent:
    """Whatever the model says or does not say: a task is never left with nobody unless it is to wait so."""
    key = people.group_near(ADMIN_ROLE, item.org_unit) if item.org_unit is not None else ADMIN_ROLE
    operations.offer_to(item, key)
    return operations.new_event(item, Kind.ROUTED, data={"rule": NOBODY_FOUND, "to": key})


def _request(instance: ProcessInstance, item: WorkItem, rule: str) -> None:
    request_operation(instance, BY_RULE, {"item": str(item.pk), "version": item.version, "rule": rule})


def _approved_just_before(item: WorkItem) -> WorkItem | None:
    """The last step people did in the instance, if the one who has this item approved there, for the same person."""
    done = WorkItem.objects.filter(instance=item.instance_id, status=WorkItem.Status.COMPLETED)
    last = done.exclude(pk=item.pk).alias(told=Max("events__pk")).order_by("-ended_at", "-told").first()
    if last is None or last.outcome != APPROVE:
        return None
    same = last.ended_by_id == item.assignee_id and last.on_behalf_of_id == item.on_behalf_of_id
    return last if same else None


def _merge(family: Family, item: WorkItem) -> None:
    """Give the approver's earlier answers, as far as this form asks for them; where it asks for more they are asked."""
    earlier = _approved_just_before(item)
    approver = item.assignee
    if earlier is None or approver is None or Draft.objects.filter(item=item).exists():
        return
    asked = _asked(item)
    answers = {key: value for key, value in earlier.answers.items() if key in asked}
    try:
        accepted = operations.validated_answers(item, answers, actor=approver)
    except FormRefused:
        return
    if OUTCOME in asked and accepted.get(OUTCOME) != APPROVE:
        return
    data = {"rule": SAME_APPROVER, "earlier": str(earlier.pk), "approver": approver.username}
    operations.complete_as(family, item, accepted, kind=Kind.MERGED, data=data)


def _skipped(item: WorkItem) -> dict[str, Any]:
    return {OUTCOME: item.headers.get(SKIP_OUTCOME) or APPROVE} if OUTCOME in _asked(item) else {}


def _asked(item: WorkItem) -> set[str]:
    schema = operations.form_of(item)
    return {key for component in components(schema) if (key := component_key(component))} if schema else set()
