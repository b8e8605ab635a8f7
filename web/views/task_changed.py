"""A decision about something that changed meanwhile: what was then and what is now, and the way to decide again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from bpmn.texts import component_key
from crm_core.history import RecordChange
from crm_core.marketing.models import MarketingPlan
from tasks_inbox import meanwhile, operations
from tasks_inbox.contents import Mark
from tasks_inbox.exceptions import FormChanged
from tasks_inbox.meanwhile import Difference, Meanwhile
from tasks_inbox.models import WorkItem, WorkItemEvent
from web import process_words
from web.errors import refusal_of
from web.pages import reader
from web.subjects import Subject, subject_of
from web.views.crm.changed_fields import words_for
from web.views.crm.plan_meanwhile import changed_meanwhile

APPROVALS = "approvals"
SINCE = "since"
LONGEST = 120


def refused(request: HttpRequest, refusal: FormChanged, item: WorkItem, seen: str) -> JsonResponse:
    """The refusal with what changed: as rows for the page (``html``), and the ``fields`` of the form it is about."""
    user = reader(request)
    found = meanwhile.changed_since(user, item, seen)
    came_from = request.GET.get("from", "")
    address = reverse("approval" if came_from == APPROVALS else "task", args=[item.pk])
    context = {
        "item": item,
        "rows": rows_of(user, item, found, seen),
        "form_itself": found.form_itself,
        "query": urlencode({SINCE: seen[:LONGEST]}),
        "address": address,
        "in_pane": came_from != APPROVALS,
    }
    plain = refusal_of(refusal)
    assert plain is not None
    body = {
        "detail": plain.sentence,
        "html": render_to_string("task/changed.html", context, request),
        "fields": [each.field for each in found.form],
    }
    return JsonResponse(body, status=HTTPStatus.CONFLICT)


def shown_since(
    request: HttpRequest, user: User, item: WorkItem, subject: Subject | None, history: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the pane says at its top to whom it was refused: asked for (``?since=``), or told by a failed held act."""
    seen = request.GET.get(SINCE, "")[:LONGEST] or _not_carried_out(user, item, history)
    if not seen or not item.is_open:
        return {}
    found = meanwhile.changed_since(user, item, seen)
    return {
        "changed_rows": rows_of(user, item, found, seen, subject=subject),
        "changed_form": found.form_itself,
        "outdated": {each.field: each.old for each in found.form if not each.hidden},
    }


def _not_carried_out(user: User, item: WorkItem, history: Iterable[Mapping[str, Any]]) -> str:
    """The mark of the person's own last act on the item, if it could not be carried out for such a change."""
    for line in history:
        event = line["event"]
        if event.item_id == item.pk and event.kind == WorkItemEvent.Kind.NOT_CARRIED_OUT:
            return str(event.data.get("seen", "")) if event.data.get("author") == user.username else ""
    return ""


# --- in words ---------------------------------------------------------------------------------------------------------


def rows_of(
    user: User, item: WorkItem, found: Meanwhile, seen: str, *, subject: Subject | None = None
) -> list[dict[str, Any]]:
    """Rows {label, old, new, hidden, who, at} in the reader's language: first the record's, then the form's."""
    rows = _record_rows(user, item, found.record, seen, subject) if found.record else []
    return rows + list(_form_rows(item, found.form))


def _record_rows(
    user: User, item: WorkItem, changes: tuple[Difference, ...], seen: str, subject: Subject | None
) -> list[dict[str, Any]]:
    subject = subject or subject_of(user, item)
    mark = Mark.read(seen)
    if subject is None or mark is None:
        return []
    if isinstance(subject.record, MarketingPlan):
        return changed_meanwhile(user, subject.record, mark.record)
    fields = {each.field: [each.old, each.new] for each in changes}
    rows = words_for([fields]).differences(type(subject.record), fields)
    hidden = {each.field for each in changes if each.hidden}
    by = _last_change(subject, mark.record)
    return [{**row, "hidden": row["name"] in hidden, **by} for row in rows]


def _last_change(subject: Subject, version: int) -> dict[str, Any]:
    rows = RecordChange.objects.filter(kind=subject.kind, record_id=subject.record.pk, record_version__gt=version)
    last = rows.select_related("by").order_by("-record_version").first()
    if last is None:
        return {}
    return {"who": last.by.display_name if last.by else _("System"), "at": last.at}


def _form_rows(item: WorkItem, changes: tuple[Difference, ...]) -> Iterable[dict[str, Any]]:
    schema = operations.form_of(item)
    if schema is None or not changes:
        return
    shown = process_words.form_in_language(process_words.bundle_of(item), schema)
    fields = dict(_fields(shown.get("components") or []))
    beside = False
    for each in changes:
        component = fields.get(each.field)
        if component is None or not component.get("label"):
            beside = True
            continue
        old, new = _words(component, each.old), _words(component, each.new)
        yield {"label": component["label"], "old": old, "new": new, "hidden": each.hidden}
    if beside:
        yield {"label": _("Other facts the form shows"), "old": None, "new": _("not as before")}


def _fields(components: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for component in components:
        if key := component_key(component):
            yield key.split(".")[0], component
        yield from _fields(component.get("components") or [])


def _words(component: Mapping[str, Any], value: Any) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_words(component, each) for each in value)
    if isinstance(value, dict):
        return ", ".join(str(each) for each in value.values() if isinstance(each, str | int | float))
    labels = {str(option.get("value")): str(option.get("label")) for option in component.get("values") or []}
    return labels.get(str(value), str(value))
