"""Camunda 7's attributes (and Flowable's and Activiti's of the same name) in the Camunda 8 dialect."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bpmn.importing.editing import extend, extensions, zeebe
from bpmn.importing.place import Place
from bpmn.importing.templates import has_template, is_one_expression, template_to_feel
from bpmn.importing.writing import quoted

Handler = Callable[[Place, str], bool]
"""Takes an attribute's value; gives whether it is settled, so that the attribute can go."""

_ENGINE_ONLY = (
    "asyncBefore", "asyncAfter", "async", "exclusive", "jobPriority", "taskPriority", "historyTimeToLive",
    "modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "diagramRelationId",
)  # fmt: skip
"""How the other engine runs something; nothing of it changes what a process does here."""
_DEPLOYED_FORM = re.compile(r"camunda-forms:(?:deployment|app):(?:.*/)?(?P<name>[^/]+?)(?:\.\w+)?")
_PAGE = re.compile(r"(?:embedded|app):(?:deployment:|app:)?(?:.*/)?(?P<name>[^/{}]+?)(?:\.\w+)?")
_COMMA = re.compile(r"\s*,(?![^{}]*\})\s*")
"""Between names, not inside an expression."""
_PERIOD = re.compile(r"P(?=\w)[\dYMWD.]*(?:T(?=\w)[\dHMS.]+)?")
_JOBS = frozenset({"serviceTask", "sendTask", "businessRuleTask", "messageEventDefinition"})


def _only(kinds: frozenset[str], handler: Handler) -> Handler:
    """The same for elements of these kinds; elsewhere the attribute means nothing that is known."""
    return lambda place, value: place.kind in kinds and handler(place, value)


def _dropped(place: Place, value: str) -> bool:
    return place.dropped(value)


def _dropped_if(harmless: str) -> Handler:
    return lambda place, value: value == harmless and place.dropped(value)


def _setting(extension: str, key: str) -> Handler:
    return lambda place, value: place.set(extension, key, value)


def _candidates(key: str) -> Handler:
    """Names between commas stay as they are; with expressions among them they are a list."""

    def handler(place: Place, value: str) -> bool:
        if is_one_expression(value) or not has_template(value):
            return place.set("assignmentDefinition", key, value)
        parts = [template_to_feel(part) for part in _COMMA.split(value)]
        if None in parts:
            return False
        items = (str(part)[1:] if str(part).startswith("=") else quoted(str(part)) for part in parts)
        feel = f"=[{', '.join(items)}]"
        extend(place.element, "assignmentDefinition", **{key: feel})
        return place.converted(value, feel)

    return handler


def _date(key: str) -> Handler:
    def handler(place: Place, value: str) -> bool:
        if not _PERIOD.fullmatch(value):
            return place.set("taskSchedule", key, value)
        feel = f"=now() + duration({quoted(value)})"
        extend(place.element, "taskSchedule", **{key: feel})
        return place.converted(value, feel)

    return handler


def _form_reference(place: Place, value: str) -> bool:
    return not has_template(value) and place.set("formDefinition", "formId", value)


def _form_key(place: Place, value: str) -> bool:
    """A form of the form editor goes by its name; a page of one's own has to be drawn anew."""
    deployed, page = _DEPLOYED_FORM.fullmatch(value), _PAGE.fullmatch(value)
    if deployed is not None:
        return place.set("formDefinition", "formId", deployed["name"], value)
    if page is None or not place.set("formDefinition", "formId", page["name"], value):
        return False
    place.changes.open("form-wanted", place.element, form=page["name"])
    return True


def _external(place: Place, value: str) -> bool:
    """An external task: its topic is the type of its job."""
    topic = place.get("topic")
    if place.get("type") != "external" or not topic:
        return False
    feel = template_to_feel(topic)
    if feel is None:
        return False
    extend(place.owner, "taskDefinition", type=feel)
    for name in ("type", "topic"):
        place.take(name, f"taskDefinition type {feel}")
    return True


def _decision(place: Place, value: str) -> bool:
    """The decision and its result; Camunda 7 gives a list of rows unless told otherwise, Camunda 8 the answer."""
    feel = template_to_feel(value)
    if feel is None:
        return False
    result = place.get("resultVariable") or "decisionResult"
    extend(place.element, "calledDecision", decisionId=feel, resultVariable=result)
    place.converted(value, f"{feel} → {result}")
    place.take("resultVariable", result)
    if place.get("mapDecisionResult") == "singleEntry":
        place.take("mapDecisionResult", result)
    elif place.get("mapDecisionResult") is None:
        place.changes.open("decision-list", place.element, decision=value, variable=result)
    return True


def _collection(place: Place, value: str) -> bool:
    feel = template_to_feel(value)
    if feel is None:
        return False
    feel = feel if feel.startswith("=") else f"={feel}"
    extend(place.element, "loopCharacteristics", inputCollection=feel)
    item = place.take("elementVariable", "inputElement")
    if item is not None:
        extend(place.element, "loopCharacteristics", inputElement=item)
    return place.converted(value, feel)


def _binding(extension: str) -> Handler:
    """``latest`` is what Camunda 8 does by itself, ``deployment`` means the same there."""

    def handler(place: Place, value: str) -> bool:
        if value == "deployment":
            extend(place.element, extension, bindingType="deployment")
            return place.converted(value, "bindingType deployment")
        return value == "latest" and place.dropped(value)

    return handler


def _starters(place: Place, value: str) -> bool:
    """The groups that may start a process are the roles of its property ``startableBy``."""
    if has_template(value):
        return False
    properties = extend(place.element, "properties")
    properties.append(extensions(place.element).makeelement(zeebe("property"), name="startableBy", value=value))
    return place.converted(value, "startableBy")


_USER_TASK = frozenset({"userTask"})
_FORMS = frozenset({"userTask", "startEvent"})
_CALL, _PROCESS, _RULE = frozenset({"callActivity"}), frozenset({"process"}), frozenset({"businessRuleTask"})
_LOOP = frozenset({"multiInstanceLoopCharacteristics"})

ATTRIBUTES: Mapping[str, Handler] = {
    **dict.fromkeys(_ENGINE_ONLY, _dropped),
    "isStartableInTasklist": _dropped_if("true"),
    "assignee": _only(_USER_TASK, _setting("assignmentDefinition", "assignee")),
    "candidateUsers": _only(_USER_TASK, _candidates("candidateUsers")),
    "candidateGroups": _only(_USER_TASK, _candidates("candidateGroups")),
    "dueDate": _only(_USER_TASK, _date("dueDate")),
    "followUpDate": _only(_USER_TASK, _date("followUpDate")),
    "priority": _only(_USER_TASK, _setting("priorityDefinition", "priority")),
    "formRef": _only(_FORMS, _form_reference),
    "formKey": _only(_FORMS, _form_key),
    "formRefBinding": _only(_FORMS, _binding("formDefinition")),
    "versionTag": _only(_PROCESS, _setting("versionTag", "value")),
    "candidateStarterGroups": _only(_PROCESS, _starters),
    "type": _only(_JOBS, _external),
    "topic": _only(_JOBS, _external),
    "decisionRef": _only(_RULE, _decision),
    "decisionRefBinding": _only(_RULE, _binding("calledDecision")),
    "calledElementBinding": _only(_CALL, _binding("calledElement")),
    "collection": _only(_LOOP, _collection),
}
