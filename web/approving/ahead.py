"""Who will be asked after this decision if everybody agrees: worked out by letting the process go on in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.models import Role, User
from bpmn.texts import component_key, components
from tasks_inbox import approvals
from tasks_inbox.approvals import APPROVE, OUTCOME
from tasks_inbox.models import WorkItem
from web import process_words
from web.approving.rules import matched, roles_in
from workflows.route_ahead import Route, StepAhead, route_ahead

MOST = 10


def approvers_ahead(user: User, item: WorkItem) -> list[dict[str, Any]]:
    """The steps still to come that ask whether to approve, as the chain shows them; none for an ended task.

    Each says by which rule it is asked, or on what it depends. Two queries beside what host functions read.
    """
    if not item.is_open:
        return []
    route = route_ahead(item.instance, item.step, lambda element: _agreeing(item, element), actor=user)
    forms = approvals.approval_forms(item.instance.version_id)
    nodes = process_words.bundle_of(item).process.nodes
    steps = [step for step in route.steps if nodes[step.element].form in forms][:MOST]
    if not steps:
        return []
    names = {step.assignee for step in steps if step.assignee}
    people = {person.username: person for person in User.objects.filter(username__in=names)}
    roles = {role.code: role.name_in(get_language()) for role in Role.objects.all()}
    why = _rules(item, route)
    return [_line(item, step, people, roles, why) for step in steps]


def _agreeing(item: WorkItem, element: str) -> dict[str, Any]:
    """What somebody answers who agrees: approval where the form offers it, else its first way on."""
    bundle = process_words.bundle_of(item)
    node = bundle.process.nodes.get(element)
    schema = bundle.forms.get(node.form) if node is not None and node.form else None
    for component in components(schema) if schema else ():
        if component_key(component) == OUTCOME:
            values = [option.get("value") for option in component.get("values") or []]
            return {OUTCOME: APPROVE if APPROVE in values else next(iter(values), None)}
    return {}


def _line(
    item: WorkItem,
    step: StepAhead,
    people: Mapping[str, User],
    roles: Mapping[str, str],
    why: Mapping[str, str],
) -> dict[str, Any]:
    person = people.get(step.assignee)
    code = _role_of(step)
    role = roles.get(code, "")
    name = process_words.step_name(process_words.bundle_of(item), step.element)
    rule = why.get(code) or (_("the process asks for: %(role)s") % {"role": role} if role else "")
    return {
        "state": "next",
        "person": person,
        "kind": "" if person else "group",
        "name": person.display_name if person else role or name,
        "note": (role or name) if person else pgettext("approval route", "whoever takes it"),
        "rule": " · ".join(text for text in (rule, _depends(item, step.depends_on)) if text),
    }


def _role_of(step: StepAhead) -> str:
    """As which role somebody is asked: as the process's list of approvers says, else by the queue."""
    approver = step.variables.get("approver")
    if isinstance(approver, Mapping) and approver.get("role"):
        return str(approver["role"])
    return step.groups[0].partition("@")[0] if step.groups else ""


def _rules(item: WorkItem, route: Route) -> dict[str, str]:
    """Why a role would be asked, in the words of the rules that would name it."""
    bundle = process_words.bundle_of(item)
    found: dict[str, str] = {}
    for data in route.decided:
        for rule in matched(data):
            said = process_words.rule_words(bundle, str(data.get("decision", "")), rule)
            found |= dict.fromkeys(roles_in(data.get("value")), said)
    return found


def _depends(item: WorkItem, elements: Iterable[str]) -> str:
    bundle = process_words.bundle_of(item)
    names = [process_words.step_name(bundle, element) for element in elements]
    return _("may change with what “%(step)s” finds") % {"step": names[-1]} if names else ""
