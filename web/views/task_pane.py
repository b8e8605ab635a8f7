"""Everything the detail of a task shows, put together for the pane beside the list and for its own page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import scopes
from accounts.models import User
from bpmn.models import ProcessVersion
from crm_core.attachments.queries import attachments_of
from tasks_inbox import acting, queries, standing
from tasks_inbox.exceptions import WorkItemUnknown
from tasks_inbox.models import WorkItem
from web import clocks, dates, process_words
from web.components import money
from web.subjects import Subject, subject_of
from web.views.approvals_plans import marketing_plan_document
from web.views.signers import signers_of
from web.views.substituting import question
from web.views.task_aside import aside_of
from web.views.task_changed import shown_since
from web.views.task_form import form_of
from web.views.task_history import comments_of, history_of, sent_back
from web.views.task_menu import menu_of
from web.views.task_process import process_of

DOCUMENTS = {"marketing_plan": ("task/plan_document.html", marketing_plan_document)}
CUSTOMER_FACTS = ("kind", "lifecycle_stage", "area", "industry", "phone", "email", "sla_factor", "credit_limit", "note")


def item_for(user: User, item_id: UUID) -> WorkItem:
    """The task, if the person may see it; raises WorkItemUnknown."""
    item = queries.visible_item(user, item_id)
    if item is None:
        raise WorkItemUnknown
    return item


def pane(request: HttpRequest, user: User, item: WorkItem, *, keep: bool = False) -> dict[str, Any]:
    """The context of the detail; ``keep`` lets it stay although its row leaves the list."""
    may = standing.standing_of(user, item)
    subject = subject_of(user, item)
    clocks.attach([item], {(item.record_kind, item.record_id): subject})
    files = list(attachments_of(user, item.record_kind, item.record_id)) if subject else []
    comments = comments_of(item)
    history = history_of(item, user)
    changed = shown_since(request, user, item, subject, history)
    outdated = changed.pop("outdated", {})
    form = form_of(user, item, readonly=not may.may_complete, subject=subject, outdated=outdated)
    version = ProcessVersion.objects.only("number").get(pk=item.instance.version_id)
    return {
        "item": item,
        "keep": keep,
        "may": may,
        "menu": menu_of(user, item, may),
        "mine": item.assignee_id == user.pk,
        "acts_for": acting.for_whom(user, item),
        "name": process_words.task_name(item),
        "process": process_words.process_name(item.instance.version_id),
        "process_version": version.number,
        "step": process_words.step_words(item),
        "subject": subject,
        "record_facts": record_facts(user, subject),
        "form": form,
        "files": files,
        "comments": comments,
        "history": history,
        "sent_back": sent_back(item, history),
        "tabs": _tabs(subject, len(files), len(history), len(comments)),
        "came_from": request.GET.get("from", ""),
        **changed,
        **question(user, item),
        **aside_of(user, item),
        **signers_of(user, item),
        **process_of(user, item),
        **_document(user, item, subject, form.variables),
    }


def _document(user: User, item: WorkItem, subject: Subject | None, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The record as a document beside the form, for kinds that people read as one."""
    template, document = DOCUMENTS.get(subject.kind if subject else "", ("", None))
    if document is None or subject is None:
        return {}
    return {"record_document": template, **document(user, item, subject, variables)}


def _tabs(subject: Subject | None, files: int, events: int, comments: int) -> list[dict[str, Any]]:
    tabs: list[dict[str, Any]] = [{"label": _("Form"), "controls": "task-tab-form", "selected": True}]
    if subject is not None:
        tabs.append({"label": subject.kind_label, "controls": "task-tab-record", "count": files})
    tabs.append({"label": _("Process"), "controls": "task-tab-process"})
    tabs.append({"label": _("History"), "controls": "task-tab-history", "count": events})
    tabs.append({"label": _("Discussion"), "controls": "task-tab-discussion", "count": comments})
    return tabs


def record_facts(user: User, subject: Subject | None) -> list[dict[str, Any]]:
    """Facts of the record and its customer; what this person may not see says so."""
    if subject is None:
        return []
    record = subject.record
    facts: list[dict[str, Any]] = [{"label": _("Number"), "value": subject.number}]
    if getattr(record, "sla_started_at", None) is not None and record.is_open:
        facts.append({"label": _("Promised to the customer"), "value": _promise(record)})
    if hasattr(record, "get_status_display"):
        facts.append({"label": _("Status"), "value": record.get_status_display()})
    if subject.fact:
        facts.append({"label": _fact_label(record), "value": subject.fact})
    customer = subject.customer
    return facts if customer is None else facts + _customer_facts(user, customer, of_its_own=customer is record)


def _promise(record: Any) -> str:
    """By when the request is to be resolved, or why its clock stands still."""
    if record.is_paused:
        return clocks.promise_paused(record)
    return dates.until(record.resolve_due) if record.resolve_due is not None else ""


def _fact_label(record: Any) -> str:
    """What the fact that decides is called."""
    if hasattr(record, "budget_total"):
        return _("Budget")
    return _("Level") if hasattr(record, "to_level") else _("Severity")


def _customer_facts(user: User, customer: Any, *, of_its_own: bool) -> list[dict[str, Any]]:
    hidden = scopes.mask_for(user, "customer")
    facts: list[dict[str, Any]] = []
    if not of_its_own:
        facts.append({"label": _("Customer"), "value": customer.name, "masked": "name" in hidden})
    facts.append({"label": _("Level"), "value": customer.level})
    for name in CUSTOMER_FACTS:
        value = getattr(customer, name)
        display = getattr(customer, f"get_{name}_display", None)
        shown = display() if display else money(value) if name == "credit_limit" else value
        if shown in {"", None}:
            continue
        label = str(customer._meta.get_field(name).verbose_name)
        facts.append({"label": label[:1].upper() + label[1:], "value": shown, "masked": name in hidden})
    return facts
