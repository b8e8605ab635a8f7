"""Where the process of a task stands: marks for its diagram, and who did what, what is under way, what comes next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from config import clock
from config.composed import RECORD, answered, composed
from tasks_inbox import composing, likely
from tasks_inbox.models import WorkItem
from web import dates, process_words
from web.acted_for import acted_for
from workflows import queries as processes
from workflows.models import ProcessInstance
from workflows.queries import Mark, Path

STATES = {Mark.COMPLETED: "done", Mark.CURRENT: "current", Mark.INCIDENT: "incident"}
CHAIN_LIMIT = 60
NEXT_LIMIT = 12


def process_of(user: User, item: WorkItem) -> dict[str, Any]:
    """The context of the process tab: names of the elements, marks, and the steps as a list."""
    shown = standing_of_instance(user, item.instance)
    elements = shown["diagram_state"]["elements"]
    here = {item.element: elements[item.element]} if item.element in elements else {}
    shown["diagram_state"]["elements"] = here | elements  # the diagram opens where this task is
    return shown


def standing_of_instance(user: User, instance: ProcessInstance) -> dict[str, Any]:
    """The same for an instance the person may see; five queries, and now and then one for the usual times."""
    way = processes.path(instance)
    query = composed("chain", {RECORD: "root"}, lambda: _steps_of(RECORD))
    items: list[WorkItem] = answered(query, {"root": instance.root_id}, composing.ask)
    chain = [_step(user, each) for each in items] + _next(instance, way, items)
    return {**marks(instance.version_id, way), "chain": chain}


def _steps_of(root_id: UUID) -> QuerySet[WorkItem]:
    found = WorkItem.objects.in_context().select_related("ended_by").filter(instance__root=root_id)
    return found.order_by("created_at", "id")[:CHAIN_LIMIT]


def marks(version_id: Any, way: Path) -> dict[str, Any]:
    """The marks of a way on the diagram of a version, and the names of its elements."""
    bundle = process_words.definitions.version_bundle(version_id)
    texts = process_words.texts_of(bundle) or {}
    scopes = {node.scope for node in bundle.process.nodes.values() if node.scope}
    return {
        "diagram_state": {
            "elements": {
                name: {"state": STATES.get(passage.mark, "")}
                for name, passage in way.passages.items()
                if not (name in scopes and passage.mark == Mark.CURRENT)  # people are at a step inside it
            },
            "flows": sorted(way.flows),
        },
        "diagram_texts": {name: {"name": entry["name"]} for name, entry in texts.items() if "name" in entry},
    }


def _step(user: User, item: WorkItem) -> dict[str, Any]:
    name = process_words.task_name(item)
    person = item.ended_by or item.assignee
    who = acted_for(_("you") if person == user else person.display_name if person else "", item.on_behalf_of)
    if item.is_open:
        return {
            "element": item.element,
            "state": "now",
            "person": person,
            "kind": "" if person else "group",
            "name": name,
            "note": who or _("nobody has taken it"),
            "time": _("for %(span)s") % {"span": dates.span(clock.now() - item.created_at)},
        }
    withdrawn = item.status == WorkItem.Status.CANCELLED
    return {
        "element": item.element,
        "state": "silent" if withdrawn else "rejected" if item.outcome == "reject" else "done",
        "person": person,
        "kind": "" if person else "system",
        "name": name,
        "note": _("withdrawn") if withdrawn else who,
        "time": _("took %(span)s") % {"span": dates.span((item.ended_at or item.created_at) - item.created_at)},
        "text": str(item.answers.get("decision_reason") or item.answers.get("comment") or ""),
    }


def _next(instance: ProcessInstance, way: Path, items: list[WorkItem]) -> list[dict[str, Any]]:
    """The people's steps after the farthest one reached, as they stand in the diagram; none once it has ended."""
    if not instance.is_live:
        return []
    bundle = process_words.definitions.version_bundle(instance.version_id)
    order = process_words.people_steps(instance.version_id)
    reached = [order.index(item.element) for item in items if item.is_open and item.element in order]
    later = order[max(reached, default=-1) + 1 :]
    coming = [element for element in later[:NEXT_LIMIT] if element not in way.passages]
    usual = likely.usual_times(instance.process_key, instance.version_id, order) if coming else {}
    return [
        {
            "element": element,
            "state": "next",
            "name": process_words.step_name(bundle, element),
            "kind": "group",
            "note": _may_follow(usual.get(element)),
        }
        for element in coming
    ]


def _may_follow(usually: timedelta | None) -> str:
    if usually is None:
        return _("may follow")
    return _("may follow, usually %(span)s") % {"span": dates.span(usually)}
