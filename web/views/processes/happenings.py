"""The history of a run in words; values of variables are left out, they stand masked in their own list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from bpmn import decision_words
from bpmn.bundle import Bundle
from tasks_inbox.models import WorkItemEvent
from web import process_words
from web.acted_for import acted_for
from workflows.models import HistoryEvent

Kind = HistoryEvent.Kind
ICONS = {
    Kind.STIMULUS: "play",
    Kind.ENTERED: "arrow-right",
    Kind.COMPLETED: "check",
    Kind.CANCELLED: "circle-x",
    Kind.FLOW: "corner-down-right",
    Kind.VARIABLES: "pencil",
    Kind.CALLED: "cog",
    Kind.LOOKED_UP: "search",
    Kind.DECIDED: "table-2",
    Kind.CONDITION: "split",
    Kind.WARNING: "triangle-alert",
    Kind.INCIDENT: "circle-alert",
    Kind.ENDED: "flag",
    Kind.SUSPENDED: "circle-pause",
    Kind.RESUMED: "circle-play",
    Kind.REKEYED: "link",
    Kind.MIGRATED: "git-compare",
    Kind.TASK: "user",
    Kind.OPERATED: "pencil",
}


def happenings(bundle: Bundle, events: Iterable[HistoryEvent], *, in_full: bool) -> list[dict[str, Any]]:
    """One entry an event: when, who, what, at which step, and the one detail worth reading.

    What went wrong is told ``in_full`` to operators only: the message of an error may hold values.
    """
    shown = list(events)
    absent = _absent(shown)
    return [
        {
            "at": event.at,
            "sequence": event.sequence,
            "who": event.actor,
            "who_words": _who(event, absent),
            "icon": ICONS.get(Kind(event.kind), "history"),
            "what": _what(event),
            "step": _step(bundle, event),
            "element": event.element,
            "detail": _detail(event) if in_full or event.kind != Kind.INCIDENT else "",
            "why": _why(event) if in_full else [],
        }
        for event in shown
    ]


def _absent(events: Iterable[HistoryEvent]) -> dict[str, User]:
    """The people for whom somebody else acted, by username; no query where nobody did."""
    names = {str(name) for event in events if event.kind == Kind.TASK and (name := event.data.get("on_behalf_of"))}
    return {person.username: person for person in User.objects.filter(username__in=names)} if names else {}


def _who(event: HistoryEvent, absent: Mapping[str, User]) -> str:
    if event.actor is None:
        return ""
    return acted_for(event.actor.display_name, absent.get(str(event.data.get("on_behalf_of"))))


def _what(event: HistoryEvent) -> str:
    if event.kind == Kind.STIMULUS:
        return _asked_for(event.data)
    act = event.data.get("act")
    if event.kind == Kind.TASK and act in WorkItemEvent.Kind.values:
        return str(WorkItemEvent.Kind(act).label)
    return _operated(str(act)) if event.kind == Kind.OPERATED else event.get_kind_display()


def _operated(act: str) -> str:
    """What an operator did."""
    words = {
        "modify": _("Path changed by hand"),
        "restart": _("Begun again in its midst"),
        "resolve": _("Solved by hand"),
        "retry": _("Tried again by hand"),
        "cancel": _("Cancelled"),
        "set-variables": _("Values set by hand"),
        "recall": _("Request taken back"),
        "reject": _("Request rejected"),
    }
    return words.get(act, str(Kind.OPERATED.label))


def _step(bundle: Bundle, event: HistoryEvent) -> str:
    if not event.element or event.kind == Kind.LOOKED_UP:
        return event.element
    flow = bundle.process.flows.get(event.element)
    if flow is not None:
        names = (process_words.step_name(bundle, flow.source), process_words.step_name(bundle, flow.target))
        return " → ".join(names)
    return process_words.step_name(bundle, event.element)


def _asked_for(data: Mapping[str, Any]) -> str:
    """What set the process going, by the name of the stimulus."""
    words = {
        "StartInstance": _("Started"),
        "CompleteStep": _("Step completed"),
        "FailStep": _("Step failed"),
        "ThrowError": _("Error thrown"),
        "Escalate": _("Escalated"),
        "FireTimer": _("Time reached"),
        "Receive": _("Message or signal received"),
        "ChildFinished": _("Called process ended"),
        "Retry": _("Tried again"),
        "Resolve": _("Solved by hand"),
        "Modify": _("Path changed by hand"),
        "GoBack": _("Sent back"),
        "Detour": _("Sent back, to come straight back"),
        "SetVariables": _("Values set by hand"),
        "Cancel": _("Cancelled"),
    }
    return words.get(str(data.get("type")), _("Moved on"))


def _detail(event: HistoryEvent) -> str:
    """Reasons, messages and names; never the value of a variable."""
    read: Callable[[Mapping[str, Any]], Any] = DETAILS.get(Kind(event.kind), lambda data: "")
    return str(read(event.data) or "")


def _names(data: Mapping[str, Any]) -> str:
    changed = data.get("values")
    return ", ".join(sorted(str(name) for name in changed)) if isinstance(changed, Mapping) else ""


def _versions(data: Mapping[str, Any]) -> str:
    reason = data.get("reason")
    return f"{data.get('before')} → {data.get('after')}" + (f" · {reason}" if reason else "")


def _why(event: HistoryEvent) -> list[str]:
    """Which rule of a decision held, or why an expression has no value; such sentences show values."""
    if event.kind == Kind.DECIDED:
        return decision_words.explain(event.data.get("trace") or {})
    reasons = event.data.get("reasons") or ()
    return [decision_words.reason(reason) for reason in reasons[:1] if isinstance(reason, Mapping)]


DETAILS: dict[Kind, Callable[[Mapping[str, Any]], Any]] = {
    Kind.STIMULUS: lambda data: data.get("reason"),
    Kind.OPERATED: lambda data: data.get("reason"),
    Kind.CANCELLED: lambda data: data.get("reason"),
    Kind.VARIABLES: _names,
    Kind.INCIDENT: lambda data: data.get("message"),
    Kind.SUSPENDED: lambda data: data.get("reason"),
    Kind.MIGRATED: _versions,
    Kind.ERASED: lambda data: data.get("reason"),
    Kind.TASK: lambda data: data.get("reason"),
    Kind.CONDITION: lambda data: data.get("condition"),
    Kind.DECIDED: lambda data: data.get("decision"),
    Kind.WARNING: lambda data: data.get("expression") or data.get("timer"),
}
