"""The refusal of a decision about something that changed since it was read, with the difference as data."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import get_language

from accounts.models import User
from api.errors import Refused
from api.masking import record_mask
from bpmn import queries as definitions
from bpmn.texts import component_key, localise_form
from tasks_inbox import meanwhile, operations
from tasks_inbox.exceptions import FormChanged
from tasks_inbox.meanwhile import Difference
from tasks_inbox.models import WorkItem
from workflows import records


def changed_meanwhile(user: User, item: WorkItem, refusal: FormChanged, seen: str) -> Refused:
    """409 with ``{"changes": [{in, field, label, old, new, hidden}]}``; values the person may not see are null."""
    found = meanwhile.changed_since(user, item, seen, also_hidden=record_mask(user, item.record_kind))
    changes = [_row("record", each, _field_label(item, each.field)) for each in found.record]
    labels = dict(_labels(item))
    changes += [_row("form", each, labels.get(each.field, each.field)) for each in found.form]
    if found.form_itself:
        changes.append(
            {"in": "process", "field": "form", "label": item.form, "old": None, "new": None, "hidden": False}
        )
    return Refused(HTTPStatus.CONFLICT, "task-form-changed", refusal.sentence, detail={"changes": changes})


def _row(where: str, each: Difference, label: str) -> dict[str, Any]:
    return {
        "in": where,
        "field": each.field,
        "label": label,
        "old": each.old,
        "new": each.new,
        "hidden": each.hidden,
    }


def _field_label(item: WorkItem, name: str) -> str:
    try:
        return str(getattr(records.kind(item.record_kind).model._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        return name


def _labels(item: WorkItem) -> Iterable[tuple[str, str]]:
    """The labels of the form's fields in the language of the request."""
    schema = operations.form_of(item)
    if schema is None:
        return
    language = get_language() or ""
    texts = definitions.version_bundle(item.instance.version_id).texts.get(language)
    pending = list(localise_form(schema, texts, language).get("components") or [])
    while pending:
        component = pending.pop()
        pending.extend(component.get("components") or [])
        if component.get("label"):
            yield component_key(component).split(".")[0], str(component["label"])
