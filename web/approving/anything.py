"""Deciding on anything no kind of its own knows: what the form shows to be read, the rules decided, the chain.

So the approvals of processes a company draws itself, a discount as well as a purchase, have the same page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from bpmn.texts import component_key, components
from tasks_inbox import approvals, operations, seeing
from tasks_inbox.models import WorkItem
from web import process_words
from web.approving import changes
from web.approving.chain import asked, chain_of, decisions_of
from web.approving.checks import panel
from web.approving.kinds import ApprovalKind, Variables
from web.approving.rules import as_checks, decided_in, why_asked
from web.subjects import Subject
from web.views.crm.words import day_words
from workflows import queries as processes
from workflows import records


def _fits(item: WorkItem, subject: Subject | None) -> bool:
    return True


def _document(user: User, item: WorkItem, subject: Subject | None, variables: Variables) -> dict[str, Any]:
    instance = item.instance
    record = subject.record if subject is not None else None
    number = getattr(record, "version", None)
    decided = decided_in(item)
    rows = list(as_checks(item, decided))
    shown: dict[str, Any] = {
        "asked_by": instance.started_by,
        "asked_at": instance.started_at,
        "read": list(_read(user, item, variables)),
        "seen_number": number,
        "changed": _changed(user, item, record, number),
        "approval_chain": chain_of(
            user,
            item,
            asked(instance.started_by, _("asked for it"), instance.started_at),
            decisions_of(item, _deciding(item), instance.started_at),
            variables,
            rule_of=why_asked(item, [each.decision for each in decided]),
        ),
    }
    return shown | ({"checks": panel(rows)} if rows else {})


def _changed(user: User, item: WorkItem, record: Any, number: int | None) -> list[Any]:
    """What differs on the record from when the person saw it last; nothing for one without a history."""
    seen = seeing.seen_before(user, item, number) if number is not None else None
    if seen is None or not hasattr(record, "record_kind"):
        return []
    every = {column.name for column in record._meta.concrete_fields}
    return list(changes.changed_since(user, record, seen, every).values())


def _deciding(item: WorkItem) -> list[str]:
    """The steps of the process that ask whether to approve."""
    forms = approvals.approval_forms(item.instance.version_id)
    nodes = process_words.bundle_of(item).process.nodes.values()
    return [node.id for node in nodes if node.form in forms] or [item.element]


def _read(user: User, item: WorkItem, variables: Variables) -> Iterator[dict[str, Any]]:
    """The read-only fields of the form as facts, in the reader's language; what is hidden from them says so."""
    schema = operations.form_of(item)
    if schema is None:
        return
    shown = process_words.form_in_language(process_words.bundle_of(item), schema)
    values: Mapping[str, Any] = variables
    if item.record_kind in records.kinds():
        values = processes.mask(dict(variables), records.kind(item.record_kind).mask_for(user))
    for component in components(shown):
        key = component_key(component)
        if key and (component.get("readonly") or component.get("disabled")):
            value, label = values.get(key), str(component.get("label") or key)
            hidden = value != variables.get(key)
            yield {"label": label, "value": "" if hidden else _words(component, value), "masked": hidden}


def _words(component: Mapping[str, Any], value: Any) -> str:
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_words(component, each) for each in value)
    if component.get("type") == "datetime" and isinstance(value, str):
        return _day(value)
    return str(_options(component).get(str(value), value))


def _options(component: Mapping[str, Any]) -> dict[str, str]:
    options: Iterable[Any] = component.get("values") or []
    return {str(option.get("value")): str(option.get("label")) for option in options if isinstance(option, dict)}


def _day(text: str) -> str:
    try:
        return day_words(date.fromisoformat(text[:10])) if len(text) == len("2026-01-01") else text
    except ValueError:
        return text


KIND = ApprovalKind(_fits, "approvals/anything.html", _document, whole=False, may_fail=False)
