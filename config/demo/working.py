"""How people of the demo company do their tasks: they answer the real form, in their own language."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from accounts.models import User
from config import clock
from config.demo.answers import Answerer
from config.demo.cases import EN, ZH, known_case
from tasks_inbox import commands, operations
from tasks_inbox.models import WorkItem
from workflows import records
from workflows.exceptions import RecordNotFound

NO_FORM: Mapping[str, Any] = {"components": []}


def complete(actor: User, item: WorkItem, chance: random.Random, given: Mapping[str, Any] | None = None) -> WorkItem:
    """Complete a task with plausible answers, ``given`` ones first; raises what completing a task raises."""
    answers = answers_to(actor, item, chance, given)
    return commands.complete_work_item(actor=actor, work_item_id=item.pk, answers=answers)


def answers_to(
    actor: User, item: WorkItem, chance: random.Random, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What this person would answer to the task's form. Raises FormRefused for a form that takes nothing of ours."""
    record = record_of(item)
    case = known_case(getattr(record, "subject", ""))
    answerer = Answerer(
        element=item.element,
        language=language_of(actor, record),
        chance=chance,
        now=clock.now(),
        facts=case.answers if case is not None else {},
    )
    form = operations.form_of(item) or NO_FORM
    return answerer.fill(form, operations.step_variables(item), given or {})


def record_of(item: WorkItem) -> Any:
    """The record a task is about, None without one."""
    try:
        return records.resolve(item.record_kind, item.record_id) if item.record_kind else None
    except RecordNotFound:
        return None


def language_of(actor: User, record: Any = None) -> str:
    """English between people who write it: colleagues without a Chinese name, and customers with an English one."""
    customer = getattr(record, "customer", record)
    of_customer = str(getattr(customer, "name", ""))
    return EN if not actor.native_name or (of_customer and of_customer.isascii()) else ZH
