"""What the style page shows: invented customers, tasks and one small process."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override


def nav() -> list[dict[str, Any]]:
    """The rail with every kind of entry."""
    return [
        {"key": "inbox", "label": _("Inbox"), "icon": "inbox", "url": "#inbox", "count": 14, "current": True, "go": "i"},
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
        {"icon": "history", "who": _("Credit limit"), "old": "¥200,000", "new": "¥300,000", "at": now - timedelta(days=3)},
    ]


def chain(*, wang: str, sun: str, zhao: str, liu: str) -> list[dict[str, Any]]:
    """An approval chain with every state."""
    return [
        {"state": "done", "person": wang, "name": wang, "note": _("Manager, approved"), "time": _("took 2 h")},
        {"state": "rejected", "person": sun, "name": sun, "note": _("Finance, returned"), "time": _("took 1 d"), "text": _("“Lower the discount.”")},
        {"state": "silent", "kind": "system", "name": _("Service capacity"), "note": _("no opinion"), "time": _("3 d limit")},
        {"state": "now", "person": zhao, "name": _("You"), "note": _("Director"), "time": _("for 6 h")},
        {"state": "next", "person": liu, "name": liu, "note": _("HQ marketing"), "rule": _("budget > ¥100,000 → HQ marketing")},
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


_NAMES: Final = {
    "received": "Complaint", "classify": "Classify", "major": "Major?", "investigate": "Investigate",
    "refund": "Pay the refund", "reply": "Reply to the customer", "closed": "Closed", "flow-3": "yes", "flow-4": "no",
}  # fmt: skip


def diagram_texts() -> dict[str, str]:
    """The names of the small process in the language of the request."""
    words = {
        "Complaint": _("Complaint"), "Classify": _("Classify"), "Major?": _("Major?"), "Investigate": _("Investigate"),
        "Pay the refund": _("Pay the refund"), "Reply to the customer": _("Reply to the customer"), "Closed": _("Closed"),
        "yes": _("yes"), "no": _("no"),
    }  # fmt: skip
    return {element: words[name] for element, name in _NAMES.items() if words[name] != name}


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
        "ask": {"label": _("Ask other departments"), "service": _("Maintenance"), "finance": _("Finance"), "sales": _("Sales")},
        "remind": {"label": _("Remind at 80 %")},
        "severity": {"label": _("Severity"), "major": _("Major"), "normal": _("Normal")},
        "people": {"label": _("Give it to"), "wang": _("Wang Fang"), "li": _("Li Wei")},
    }


FORM: Final[dict[str, Any]] = {
    "type": "default",
    "schemaVersion": 19,
    "id": "sample",
    "components": [
        {"id": "intro", "type": "text", "text": "Find out why the chiller stopped, and who answers for it."},
        {
            "id": "f-cause", "type": "select", "key": "cause", "label": "Root cause", "layout": {"row": "a", "columns": 8},
            "values": [{"value": "facility", "label": "Facility fault"}, {"value": "people", "label": "Staff"}],
        },
        {
            "id": "f-since", "type": "datetime", "key": "since", "subtype": "date", "dateLabel": "Overdue since",
            "layout": {"row": "a", "columns": 8},
        },
        {
            "id": "f-found", "type": "textarea", "key": "found", "label": "What you found",
            "description": "In the words of the customer.", "validate": {"required": True},
        },
        {
            "id": "f-harm", "type": "number", "key": "harm", "label": "Harm to the customer", "layout": {"row": "b", "columns": 8},
            "appearance": {"prefixAdorner": "¥"}, "validate": {"min": 0, "required": True},
        },
        {
            "id": "f-people", "type": "taglist", "key": "people", "label": "Give it to", "layout": {"row": "b", "columns": 8},
            "values": [{"value": "wang", "label": "Wang Fang"}, {"value": "li", "label": "Li Wei"}],
        },
        {
            "id": "f-severity", "type": "radio", "key": "severity", "label": "Severity",
            "values": [{"value": "major", "label": "Major"}, {"value": "normal", "label": "Normal"}],
        },
        {
            "id": "f-ask", "type": "checklist", "key": "ask", "label": "Ask other departments",
            "values": [
                {"value": "service", "label": "Maintenance"}, {"value": "finance", "label": "Finance"}, {"value": "sales", "label": "Sales"},
            ],
        },
        {"id": "f-remind", "type": "checkbox", "key": "remind", "label": "Remind at 80 %"},
        {"id": "f-send", "type": "button", "action": "submit", "label": "Submit"},
    ],
}  # fmt: skip


def _bounds(element: str, x: int, y: int, width: int, height: int) -> str:
    return (
        f'<bpmndi:BPMNShape id="{element}_di" bpmnElement="{element}">'
        f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
    )


def _edge(flow: str, *points: tuple[int, int]) -> str:
    inner = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<bpmndi:BPMNEdge id="{flow}_di" bpmnElement="{flow}">{inner}</bpmndi:BPMNEdge>'


DIAGRAM: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="sample" targetNamespace="http://bpmn.io/schema/bpmn">'
    '<bpmn:process id="complaint" isExecutable="true">'
    '<bpmn:startEvent id="received" name="Complaint"/><bpmn:userTask id="classify" name="Classify"/>'
    '<bpmn:exclusiveGateway id="major" name="Major?"/><bpmn:userTask id="investigate" name="Investigate"/>'
    '<bpmn:serviceTask id="refund" name="Pay the refund"/><bpmn:userTask id="reply" name="Reply to the customer"/>'
    '<bpmn:endEvent id="closed" name="Closed"/>'
    '<bpmn:sequenceFlow id="flow-1" sourceRef="received" targetRef="classify"/>'
    '<bpmn:sequenceFlow id="flow-2" sourceRef="classify" targetRef="major"/>'
    '<bpmn:sequenceFlow id="flow-3" name="yes" sourceRef="major" targetRef="investigate"/>'
    '<bpmn:sequenceFlow id="flow-4" name="no" sourceRef="major" targetRef="refund"/>'
    '<bpmn:sequenceFlow id="flow-5" sourceRef="investigate" targetRef="reply"/>'
    '<bpmn:sequenceFlow id="flow-6" sourceRef="refund" targetRef="reply"/>'
    '<bpmn:sequenceFlow id="flow-7" sourceRef="reply" targetRef="closed"/>'
    '</bpmn:process><bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="complaint">'
    + _bounds("received", 152, 102, 36, 36)
    + _bounds("classify", 240, 80, 100, 80)
    + '<bpmndi:BPMNShape id="major_di" bpmnElement="major" isMarkerVisible="true"><dc:Bounds x="395" y="95" width="50" height="50"/>'
    '<bpmndi:BPMNLabel><dc:Bounds x="396" y="72" width="48" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>'
    + _bounds("investigate", 510, 80, 100, 80)
    + _bounds("refund", 510, 200, 100, 80)
    + _bounds("reply", 680, 80, 100, 80)
    + _bounds("closed", 842, 102, 36, 36)
    + _edge("flow-1", (188, 120), (240, 120))
    + _edge("flow-2", (340, 120), (395, 120))
    + _edge("flow-3", (445, 120), (510, 120))
    + _edge("flow-4", (420, 145), (420, 240), (510, 240))
    + _edge("flow-5", (610, 120), (680, 120))
    + _edge("flow-6", (610, 240), (730, 240), (730, 160))
    + _edge("flow-7", (780, 120), (842, 120))
    + "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"
)
