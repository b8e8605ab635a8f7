"""Why a task came to whom it came: how it was given, the rule of the model, and the row of the table behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from bpmn import assigning, decision_words
from bpmn.assigning import Grounds
from tasks_inbox import acting, operations
from tasks_inbox.models import WorkItem, WorkItemEvent
from tasks_inbox.offers import offers_of
from web import process_words
from web.group_words import group_words
from web.subjects import subject_of
from workflows import records, registry
from workflows.models import HistoryEvent

Kind = WorkItemEvent.Kind
GIVING = frozenset(
    {
        *(Kind.CREATED, Kind.CLAIMED, Kind.RELEASED, Kind.TRANSFERRED, Kind.DELEGATED, Kind.HANDED_BACK),
        *(Kind.HANDED_OVER, Kind.RESTORED, Kind.ROUTED, Kind.BLOCKED),
    }
)
BY_MODEL = frozenset({Kind.CREATED, Kind.CLAIMED, Kind.RELEASED, Kind.ROUTED, Kind.BLOCKED})
"""After these the rule of the model still says why."""
_RULES = {
    "head of(": gettext_lazy("The process gives it to the head of the unit."),
    "manager of(": gettext_lazy("The process gives it to the manager."),
}
_OWN_RULE = gettext_lazy("The process chose the person by a rule of its own.")


def why_of(user: User, item: WorkItem) -> list[str]:
    """Sentences in the reader's language, the nearest reason first. Values the reader may not see are in none."""
    said = [_signing()] if item.signing else []
    last = _last_giving(item)
    said += _given(item, last, user)
    if item.on_behalf_of is not None:
        said.append(_("Meant for %(name)s, who is away.") % {"name": item.on_behalf_of.display_name})
    elif (absent := acting.for_whom(user, item)) is not None:
        said.append(_("You stand in for %(name)s.") % {"name": absent.display_name})
    if not item.signing and (last is None or last.kind in BY_MODEL):
        said += _by_the_model(user, item)
    if any(offer.escalated and offer.user_id == user.pk for offer in offers_of(item)):
        said.append(_("It is late: it was raised to you as well."))
    return said


def _signing() -> str:
    return _("Your signature is asked for.")


def _last_giving(item: WorkItem) -> WorkItemEvent | None:
    """The act that brought the task where it is; one query."""
    rows = WorkItemEvent.objects.filter(item=item, kind__in=GIVING).select_related("actor")
    return rows.order_by("-at", "-id").first()


def _given(item: WorkItem, event: WorkItemEvent | None, user: User) -> list[str]:
    if event is None:
        return []
    who = {"name": event.actor.display_name if event.actor is not None else _("System")}
    reason = str(event.data.get("reason") or event.data.get("note") or "")
    match event.kind:
        case Kind.CLAIMED:
            said = _("You took it from the queue.") if event.actor == user else _("%(name)s took it from the queue.")
        case Kind.TRANSFERRED:
            said = _("%(name)s passed it on.")
        case Kind.DELEGATED:
            said = _("%(name)s asks for the work to be done; it goes back to them afterwards.")
        case Kind.HANDED_BACK:
            said = _("%(name)s has done the work and handed it back.")
        case Kind.HANDED_OVER:
            said = _("%(name)s handed it over with the open work of somebody else.")
        case Kind.RESTORED:
            said = _("It went back to whom it was meant for.")
        case Kind.ROUTED:
            said = _("The process found nobody for it, so the administrators have it.")
        case Kind.BLOCKED:
            said = _("The process found nobody for it.")
        case _:
            return []
    said = said % who if "%(name)s" in said else said
    return [_("%(sentence)s “%(reason)s”") % {"sentence": said, "reason": reason} if reason else said]


# --- the rule of the model --------------------------------------------------------------------------------------------


def _by_the_model(user: User, item: WorkItem) -> list[str]:
    bundle = process_words.bundle_of(item)
    if item.element not in bundle.process.nodes:
        return []
    grounds = assigning.grounds_of(bundle.process, item.element, functions=_functions())
    variables = operations.step_variables(item)
    said = _rule(item, grounds, variables)
    return said + _decided(user, item, grounds)


def _functions() -> frozenset[str]:
    return frozenset(registry.host_functions())


def _rule(item: WorkItem, grounds: Grounds, variables: Mapping[str, Any]) -> list[str]:
    named = assigning.names_in(grounds.assignee, functions=_functions())
    approver = _approver(variables, named)
    offered = [offer.group_key for offer in offers_of(item) if offer.group_key]
    if approver is not None:
        return [_approver_words(approver)]
    if item.assignee_id is not None and not offered:
        role = next((words for name in named if (words := _role_of(name))), "")
        if role:
            return [_("The process gives it to %(role)s.") % {"role": role}]
        if grounds.assignee.startswith("="):
            rule = grounds.assignee[1:].strip()
            return [str(next((words for start, words in _RULES.items() if rule.startswith(start)), _OWN_RULE))]
        return [_("The process names the person.")] if grounds.assignee else []
    if offered:
        groups = ", ".join(group_words(offered).values())
        return [_("Offered to: %(groups)s.") % {"groups": groups}]
    return []


def _role_of(name: str) -> str:
    """What the usual variables for people stand for."""
    words = {
        "requester": _("whoever asked for it"),
        "starter": _("whoever started it"),
        "owner": _("whoever looks after the customer"),
        "handler": _("whoever handles the request"),
        "agent": _("whoever took the call"),
        "technician": _("the technician of the visit"),
        "manager": _("the manager in charge"),
    }
    return words.get(name, "")


def _approver(variables: Mapping[str, Any], named: Iterable[str]) -> Mapping[str, Any] | None:
    """What the rule for approvers found, where the assignment rests on it: {role, person, group, rule}."""
    for name in named:
        value = variables.get(name)
        found = value.get("found", value) if isinstance(value, Mapping) else None
        if isinstance(value, Mapping) and isinstance(found, Mapping) and "rule" in found:
            return {"role": value.get("role"), **found}
    return None


def _approver_words(approver: Mapping[str, Any]) -> str:
    role = str(approver.get("role") or "")
    name = {"role": group_words([role]).get(role, role) if role else pgettext("approver", "approver")}
    match approver.get("rule"):
        case "role":
            return _("The route asks for the role “%(role)s”: the nearest holder who may decide has it.") % name
        case "head":
            return (
                _("The route asks for the role “%(role)s”: nobody near may decide, so the head further up does.") % name
            )
        case "group":
            return _("The route asks for the role “%(role)s”: nobody holds it, so one of the group decides.") % name
    return _("The route asks for the role “%(role)s”.") % name


def _decided(user: User, item: WorkItem, grounds: Grounds) -> list[str]:
    """Which rule of which table sent it here; its inputs only where nothing of the record is hidden from the reader."""
    if not grounds.decisions:
        return []
    rows = HistoryEvent.objects.filter(
        instance=item.instance_id,
        kind=HistoryEvent.Kind.DECIDED,
        element__in=grounds.decisions,
        at__lte=item.created_at,
    )
    event = rows.order_by("-sequence").first()
    if event is None:
        return []
    table = process_words.step_name(process_words.bundle_of(item), event.element)
    words = _rule_words(item, event)
    sees_all = _sees_all(user, item)
    explained = decision_words.explain(event.data.get("trace") or {}, with_values=sees_all)
    said = [_("%(table)s: %(rule)s") % {"table": table, "rule": words}] if words else []
    if sees_all:
        explained = explained[:-1]  # the last one repeats the answer as data
    return said + explained[-1:] if sees_all or not said else said


def _rule_words(item: WorkItem, event: HistoryEvent) -> str:
    """What the rule that held says about itself."""
    steps = (event.data.get("trace") or {}).get("trace", {}).get("steps", ())
    tables = [table for step in steps if step.get("kind") == "decision" for table in step.get("tables", ())]
    numbers = [rule["number"] for table in tables[-1:] for rule in table.get("matched", ())]
    bundle = process_words.bundle_of(item)
    decision = str(event.data.get("decision", ""))
    return "; ".join(words for number in numbers[:3] if (words := process_words.rule_words(bundle, decision, number)))


def _sees_all(user: User, item: WorkItem) -> bool:
    kinds = records.kinds()
    if not item.record_kind or item.record_kind not in kinds:
        return not item.record_kind
    masks = [kinds[kind].mask_for(user) for kind in {item.record_kind, "customer"} if kind in kinds]
    return not any(masks) and subject_of(user, item) is not None
