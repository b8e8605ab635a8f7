"""A service request in words: its clock, its facts, and what happened to it."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import User
from crm_core.service import queries
from crm_core.service.models import ComplaintFlag, RequestKind, ServiceRequest
from crm_core.service.queries import Sla, SlaState
from web.components import money
from web.tags.people import person
from web.tags.states import ago
from web.views.crm.changed_fields import words_for
from web.views.crm.words import day_words

STATES: Final = {SlaState.BREACHED: "late", SlaState.WARNING: "soon", SlaState.PAUSED: "paused"}
ICONS: Final = {
    "received": "inbox",
    "escalated": "triangle-alert",
    "clock-paused": "pause",
    "clock-resumed": "play",
    "replied": "reply",
    "answered": "reply",
    "customer-answered": "message-square",
    "assigned": "user-check",
    "compensation-paid": "banknote",
    "severity-changed": "gauge",
}
TONES: Final = {"escalated": "danger", "answered": "success", "clock-paused": "warning", "compensation-paid": "success"}
STORY: Final = 60


def clock_of(row: ServiceRequest, sla: Sla) -> dict[str, Any]:
    """The promise and how much of it is used: state, percent, and the words beside it."""
    hours = f"{abs(sla.left):.1f}".removesuffix(".0")
    promised = f"{row.sla_hours:.1f}".removesuffix(".0")
    words = {
        SlaState.PAUSED: _("paused"),
        SlaState.BREACHED: _("%(hours)s business hours late") % {"hours": hours},
        SlaState.KEPT: _("kept"),
        SlaState.MISSED: _("missed"),
    }
    return {
        "state": STATES.get(sla.state, ""),
        "used": max(0, min(100, round(sla.fraction * 100))),
        "words": words.get(sla.state) or _("%(hours)s business hours left") % {"hours": hours},
        "due": sla.due if row.is_open and not row.is_paused else None,
        "promised": _("%(hours)s business hours promised") % {"hours": promised},
        "is_open": row.is_open,
        "is_paused": row.is_open and row.is_paused,
        "since": row.sla_paused_at,
        "why": row.sla_pause_reason,
        "tone": {"late": "danger", "soon": "warning"}.get(STATES.get(sla.state, ""), ""),
    }


def request_facts(row: ServiceRequest) -> list[dict[str, Any]]:
    """What is known of a request; what is empty is left out."""
    flags = dict(ComplaintFlag.choices)
    customer = row.customer
    link = (
        format_html('<a class="link" href="{}">{}</a>', reverse("customer", args=[customer.pk]), customer)
        if customer
        else _("unknown")
    )
    pairs = [
        (_("Customer"), link),
        (_("Contact"), row.contact),
        (_("Kind"), row.get_kind_display()),
        (_("Category"), row.get_category_display() if row.category else ""),
        (_("Channel"), row.get_channel_display()),
        (_("Customer tier"), row.get_tier_display()),
        (_("It touches"), ", ".join(str(flags.get(flag, flag)) for flag in row.flags)),
        (_("Handler"), person(row.handler) if row.handler else _("nobody yet")),
        (_("Queue"), row.queue),
        (_("Contract"), row.contract_no),
        (_("Harm"), money(row.harm) if row.harm else ""),
        (_("Asked for"), row.demand),
        (_("Escalation level"), row.escalation_level or ""),
        (_("First response"), ago(row.first_responded_at) if row.first_responded_at else ""),
        (_("Findings"), row.findings),
        (_("Resolution"), row.resolution),
        (_("Compensation"), _compensation(row)),
        (_("Promised for"), day_words(row.commit_on) if row.commit_on else ""),
        (_("Reply"), row.reply),
        (_("Satisfaction"), _("%(score)s of 5") % {"score": row.satisfaction} if row.satisfaction else ""),
        (_("Verdict"), row.get_upheld_display() if row.upheld else ""),
        (_("Improvement"), row.improvement),
    ]
    return [{"label": label, "value": value} for label, value in pairs if value not in (None, "")]


def story_of(user: User, row: ServiceRequest) -> list[dict[str, Any]]:
    """What happened, newest first, as events of a timeline."""
    changes = list(queries.history_of(user, row.pk)[:STORY])
    words = words_for(change.fields for change in changes)
    told = _sentences(row)
    events = []
    for change in changes:
        fields = [
            entry
            for entry in words.differences(ServiceRequest, queries.shown_fields(user, change))
            if not entry["name"].startswith(("sla_", "resolve_due", "first_response"))
        ]
        body = [change.note] if change.note else []
        body += [f"{entry['label']}: {_change(entry)}" for entry in fields]
        events.append(
            {
                "icon": ICONS.get(change.act, "history"),
                "tone": TONES.get(change.act, ""),
                "who": change.by.display_name if change.by else _("System"),
                "what": told.get(change.act) or _("changed the request"),
                "at": change.at,
                "body": "\n".join(body),
            }
        )
    return events


def _change(entry: dict[str, str]) -> str:
    return f"{entry['old']} → {entry['new']}" if entry["old"] else entry["new"] or "–"


def _compensation(row: ServiceRequest) -> str:
    if not row.compensation_kind:
        return ""
    amount = f" {money(row.compensation)}" if row.compensation else ""
    return f"{row.get_compensation_kind_display()}{amount}"


def _sentences(row: ServiceRequest) -> dict[str, str]:
    is_complaint = row.kind == RequestKind.COMPLAINT
    return {
        "received": _("took in the complaint") if is_complaint else _("took in the request"),
        "classified": _("classified it"),
        "routed": _("handed it to a queue"),
        "assigned": _("gave it to a handler"),
        "linked": _("linked it to an earlier complaint"),
        "first-response": _("responded first"),
        "investigated": _("wrote down what was found"),
        "proposed": _("proposed a solution"),
        "mediated": _("mediated"),
        "replied": _("replied to the customer"),
        "answered": _("answered and closed it"),
        "customer-answered": _("wrote down the customer's answer"),
        "customer-accepted": _("the customer accepted"),
        "customer-not-accepted": _("the customer did not accept"),
        "clock-paused": _("paused the clock"),
        "clock-resumed": _("let the clock run on"),
        "clock-extended": _("extended the promise"),
        "severity-changed": _("changed the severity"),
        "escalated": _("escalated it"),
        "promise-due-soon": _("reminded that four fifths of the time are used"),
        "promise-late": _("reminded that it is late"),
        "promise-unanswered": _("reminded that nobody has answered yet"),
        "withdrawal-sent": _("is withdrawing it for the customer"),
        "compensation-changed": _("changed the compensation"),
        "compensation-paid": _("paid the compensation"),
        "outside-body-noted": _("noted that the customer turned to others"),
        "return-visit-scored": _("asked the customer back"),
        "improved": _("wrote down what was improved"),
        "learned": _("wrote down what was learned"),
    }
