"""What the style page shows: invented customers, tasks and one small process."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

SAMPLES: Final = Path(__file__).resolve().parent.parent / "samples"


def nav() -> list[dict[str, Any]]:
    """The rail with every kind of entry."""
    return [
        {
            "key": "inbox",
            "label": _("Inbox"),
            "icon": "inbox",
            "url": "#inbox",
            "count": 14,
            "current": True,
            "go": "i",
        },
        {"key": "approvals", "label": _("Approvals"), "icon": "stamp", "url": "#approvals", "count": 5, "go": "a"},
        {"key": "customers", "label": _("Customers"), "icon": "building-2", "url": "#customers", "go": "c"},
        {"key": "processes", "label": _("Processes"), "icon": "workflow", "url": "#processes", "desk": True, "go": "p"},
        {"key": "people", "label": _("People"), "icon": "users-round", "url": "#people", "desk": True},
    ]


def rows(now: datetime) -> list[dict[str, Any]]:
    """Rows of a list: unread, current, plain, with a fact that is a tag."""
    hour = timedelta(hours=1)

    def due(left: timedelta, total: timedelta) -> SimpleNamespace:
        return SimpleNamespace(due_at=now + left, opened_at=now + left - total)

    return [
        {
            "id": "1",
            "title": _("Pay the refund by hand"),
            "sub": [_("Qinghe Dental"), _("Complaint · 9 of 11")],
            "fact": "¥3,200",
            "unread": True,
            "due_item": due(-hour, 8 * hour),
        },
        {
            "id": "2",
            "title": _("Investigate the complaint"),
            "sub": [_("Lanting Hotels"), _("Complaint · 4 of 11")],
            "fact": _("Major"),
            "fact_tone": "danger",
            "current": True,
            "due_item": due(1.2 * hour, 7 * hour),
        },
        {
            "id": "3",
            "title": _("Call about the renewal"),
            "sub": [_("Hengtai Textiles"), _("Renewal · 1 of 6")],
            "fact": "¥128,000",
            "due_item": due(3 * hour, 7 * hour),
        },
    ]


def events(now: datetime, who: str) -> list[dict[str, Any]]:
    """Three events of a timeline: a warning with text, a plain one, a changed value."""
    return [
        {
            "icon": "triangle-alert",
            "tone": "danger",
            "who": _("Complaint SR-20418"),
            "what": _("is now major"),
            "at": now - timedelta(hours=3),
            "body": _("Third complaint in 90 days."),
        },
        {"icon": "phone", "who": who, "what": _("called Ms Tang"), "at": now - timedelta(hours=5)},
        {
            "icon": "history",
            "who": _("Credit limit"),
            "old": "¥200,000",
            "new": "¥300,000",
            "at": now - timedelta(days=3),
        },
    ]


def chain(*, wang: str, sun: str, zhao: str, liu: str) -> list[dict[str, Any]]:
    """An approval chain with every state."""
    return [
        {"state": "done", "person": wang, "name": wang, "note": _("Manager, approved"), "time": _("took 2 h")},
        {
            "state": "rejected",
            "person": sun,
            "name": sun,
            "note": _("Finance, returned"),
            "time": _("took 1 d"),
            "text": _("“Lower the discount.”"),
        },
        {
            "state": "silent",
            "kind": "system",
            "name": _("Service capacity"),
            "note": _("no opinion"),
            "time": _("3 d limit"),
        },
        {"state": "now", "person": zhao, "name": _("You"), "note": _("Director"), "time": _("for 6 h")},
        {
            "state": "next",
            "person": liu,
            "name": liu,
            "note": _("HQ marketing"),
            "rule": _("budget > ¥100,000 → HQ marketing"),
        },
    ]


def tabs() -> list[dict[str, Any]]:
    """Tabs that switch panels of the page."""
    return [
        {"label": _("Waiting for me"), "controls": "panel-mine", "selected": True, "count": 5},
        {"label": _("Done by me"), "controls": "panel-done"},
        {"label": _("Started by me"), "controls": "panel-started", "count": 3},
    ]


def chips() -> list[dict[str, str]]:
    """Two filters in force."""
    return [
        {"name": _("Customer"), "value": _("Lanting Hotels"), "remove_url": "#"},
        {"name": _("is"), "value": _("unclaimed"), "remove_url": "#"},
    ]


def pairs() -> list[dict[str, Any]]:
    """Facts of a record, one of them not for these eyes."""
    return [
        {"label": _("Region"), "value": _("East · Hangzhou")},
        {"label": _("Credit"), "value": "¥300,000"},
        {"label": _("Tax number"), "masked": True},
    ]


def customers(li: str, wang: str, chen: str) -> list[dict[str, Any]]:
    """Rows of a table with numbers."""
    return [
        {"name": _("Lanting Hotels"), "owner": li, "value": 412000, "chosen": True},
        {"name": _("Hengtai Textiles"), "owner": wang, "value": 128000},
        {"name": _("Huaxin Logistics"), "owner": chen, "value": 94500},
    ]


def diagram_state() -> dict[str, Any]:
    """Where the small complaint process stands."""
    return {
        "elements": {
            "received": {"state": "done"},
            "classify": {"state": "done", "badge": _("18 min")},
            "major": {"state": "done"},
            "investigate": {"state": "current"},
            "refund": {"state": "incident", "badge": _("stopped")},
            "reply": {"state": "next"},
            "closed": {"state": "next"},
        },
        "flows": ["flow-1", "flow-2", "flow-3"],
    }


def diagram_texts() -> dict[str, str]:
    """The names of the small process in the language of the request."""
    return {
        "received": _("Complaint"),
        "classify": _("Classify"),
        "major": _("Major?"),
        "investigate": _("Investigate"),
        "refund": _("Pay the refund"),
        "reply": _("Reply to the customer"),
        "closed": _("Closed"),
        "flow-3": _("yes"),
        "flow-4": _("no"),
    }


def form_texts() -> dict[str, dict[str, str]]:
    """The labels of the sample form in the language of the request; none in English."""
    with override("en"):
        english = _form_words()
    return {key: words for key, words in _form_words().items() if words != english[key]}


def _form_words() -> dict[str, dict[str, str]]:
    return {
        "intro": {"text": _("Find out why the chiller stopped, and who answers for it.")},
        "cause": {"label": _("Root cause"), "facility": _("Facility fault"), "people": _("Staff")},
        "since": {"label": _("Overdue since"), "dateLabel": _("Overdue since")},
        "found": {"label": _("What you found"), "description": _("In the words of the customer.")},
        "harm": {"label": _("Harm to the customer")},
        "ask": {
            "label": _("Ask other departments"),
            "service": _("Maintenance"),
            "finance": _("Finance"),
            "sales": _("Sales"),
        },
        "remind": {"label": _("Remind at 80 %")},
        "severity": {"label": _("Severity"), "major": _("Major"), "normal": _("Normal")},
        "people": {"label": _("Give it to"), "wang": _("Wang Fang"), "li": _("Li Wei")},
    }


def form_schema() -> dict[str, Any]:
    """A form with one component of every kind."""
    schema: dict[str, Any] = json.loads((SAMPLES / "complaint.form").read_text(encoding="utf-8"))
    return schema


def diagram() -> str:
    """A small complaint process with its drawing."""
    return (SAMPLES / "complaint.bpmn").read_text(encoding="utf-8")
