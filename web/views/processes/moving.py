"""Moving running processes to another version: looked at in groups, chosen for, and begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bpmn.bundle import Bundle
from bpmn.model import Kind
from bpmn.models import ProcessDefinition, ProcessVersion
from web import process_words
from web.move_words import PROBLEMS, REMARKS, STANDINGS
from web.pages import reader, signed_in
from web.views.processes.reading import definition_of
from workflows.exceptions import WorkflowError
from workflows.migrating import Problem, Reason, Remark, RemarkKind, commands, queries
from workflows.migrating.choices import NO_CHOICE, Choice
from workflows.migrating.queries import Group, Standing
from workflows.refusals import sentence_of

NO_TARGETS = frozenset({Kind.START_EVENT, Kind.BOUNDARY_EVENT})
AT, LEAVE, AGAIN, END = "at", "leave", "again", ":end"
"""Names of the fields, each followed by a group (and an element); ``END`` is the choice to end a step."""


@require_http_methods(["GET", "POST"])
@signed_in
def process_move(request: HttpRequest, key: str) -> HttpResponse:
    """The preview of a move between two versions; what is chosen is judged anew with every look."""
    user = reader(request)
    queries.require_mover(user)
    definition = definition_of(key)
    versions = list(definition.versions.order_by("-number"))
    running = queries.running_by_version(key)
    sent = request.POST if request.method == "POST" else request.GET
    source, target = _pair(versions, running, sent)
    context: dict[str, Any] = {
        "definition": definition,
        "name": process_words.process_name(versions[0].pk) if versions else definition.name,
        "versions": [{"version": row, "running": running.get(row.number, 0)} for row in versions],
        "source": source,
        "target": target,
        "reason": sent.get("reason", "")[:1000],
    }
    if source is None or target is None:
        return render(request, "processes/move.html", context)
    choices = _choices(sent)
    try:
        if request.method == "POST" and sent.get("act") == "move":
            batch = commands.start_migration(
                actor=user,
                process_key=key,
                source=source.number,
                target=target.number,
                choices=choices,
                reason=context["reason"],
            )
            return redirect("move", batch.pk)
        seen = queries.preview_migration(
            actor=user, process_key=key, source=source.number, target=target.number, choices=choices
        )
    except WorkflowError as refusal:
        context["refusal"] = sentence_of(refusal) or str(refusal)
        seen = queries.preview_migration(actor=user, process_key=key, source=source.number, target=target.number)
        choices = {}
    return render(request, "processes/move.html", context | _preview(definition, seen, source, target, choices))


def _pair(
    versions: list[ProcessVersion], running: Mapping[int, int], sent: QueryDict
) -> tuple[ProcessVersion | None, ProcessVersion | None]:
    """From which version to which: as asked, else from the oldest on which something runs to the live one."""
    by_number = {str(row.number): row for row in versions}
    live = next((row for row in versions if row.status == ProcessVersion.Status.LIVE), None)
    target = by_number.get(sent.get("to", ""), live)
    others = [row for row in reversed(versions) if target is None or row.pk != target.pk]
    used = [row for row in others if running.get(row.number)]
    source = by_number.get(sent.get("from", ""), used[0] if used else None)
    return (source, target) if source is not None and source != target else (None, target)


def _choices(sent: QueryDict) -> dict[str, Choice]:
    """What was chosen, by group; fields nobody offers are left out."""
    found: dict[str, Choice] = {}
    for field in sent:
        name, _sign, rest = field.partition("/")
        key, _sign, element = rest.partition("/")
        value = str(sent[field])
        if name not in {AT, LEAVE, AGAIN} or not value:
            continue
        choice = found.get(key, NO_CHOICE)
        if name == LEAVE:
            choice = replace(choice, leave=True)
        elif name == AGAIN:
            choice = replace(choice, replan=(*choice.replan, element))
        elif value == END:
            choice = replace(choice, end=(*choice.end, element))
        else:
            choice = replace(choice, mapping={**choice.mapping, element: value})
        found[key] = choice
    return found


# --- as shown -------------------------------------------------------------------------------------------------------


def _preview(
    definition: ProcessDefinition,
    seen: queries.Preview,
    source: ProcessVersion,
    target: ProcessVersion,
    choices: Mapping[str, Choice],
) -> dict[str, Any]:
    old, new = (process_words.definitions.version_bundle(row.pk) for row in (source, target))
    groups = [_group(group, old, new, choices.get(group.key, NO_CHOICE)) for group in seen.groups]
    moving = sum(row["count"] for row in groups if row["standing"] is Standing.SAFE and not row["leave"])
    facts = [
        {"label": label, "value": str(seen.count(standing))}
        for standing, label in (
            (Standing.SAFE, _("Can move")),
            (Standing.CHOICE, _("Need a choice")),
            (Standing.CANNOT, _("Cannot move")),
        )
    ]
    submit = ngettext("Move %(number)s process", "Move %(number)s processes", moving) % {"number": moving}
    return {"groups": groups, "facts": facts, "moving": moving, "submit": submit, "total": seen.total}


def _group(group: Group, old: Bundle, new: Bundle, choice: Choice) -> dict[str, Any]:
    word, tone, icon = STANDINGS[group.standing]
    where = ", ".join(process_words.step_name(old, element) for element in group.open or group.at)
    return {
        "key": group.key,
        "standing": group.standing,
        "word": word,
        "tone": tone,
        "icon": icon,
        "where": where or _("nowhere"),
        "count": group.count,
        "suspended": group.suspended,
        "examples": group.examples,
        "leave": choice.leave,
        "problems": [problem_words(problem, old, new) for problem in group.problems],
        "asked": _asked(group, old, new, choice),
        "remarks": [_remark(group.key, remark, old, new) for remark in group.remarks],
    }


def problem_words(problem: Problem, old: Bundle, new: Bundle) -> str:
    """What stands in the way, in a sentence."""
    bundle = new if problem.reason in {Reason.STARVES} else old
    known = problem.element in bundle.process.nodes
    name = process_words.step_name(bundle, problem.element) if known else problem.element
    return str(PROBLEMS[problem.reason]) % {"step": name}


def _asked(group: Group, old: Bundle, new: Bundle, choice: Choice) -> list[dict[str, Any]]:
    """A question for every element in the way that a choice can solve, and for what was chosen already."""
    wanted = [problem.within or problem.element for problem in group.problems if problem.is_choice]
    elements = dict.fromkeys([*wanted, *choice.mapping, *choice.end])
    return [
        {
            "field": f"{AT}/{group.key}/{element}",
            "step": process_words.step_name(old, element),
            "options": _options(new, element, END if element in choice.end else choice.mapping.get(element, "")),
        }
        for element in elements
        if element in old.process.nodes
    ]


def _options(new: Bundle, element: str, chosen: str) -> Iterable[dict[str, Any]]:
    offered = [("", _("stays on its version")), (END, _("ends"))]
    for node in new.process.nodes.values():
        if node.kind not in NO_TARGETS and not node.for_compensation:
            step = process_words.step_name(new, node.id)
            offered.append((node.id, _("goes on at “%(step)s”") % {"step": step}))
    return [{"value": value, "label": label, "chosen": value == chosen} for value, label in offered]


def _remark(key: str, remark: Remark, old: Bundle, new: Bundle) -> dict[str, Any]:
    timed = remark.kind in {RemarkKind.KEEPS_DUE, RemarkKind.PLANS_AGAIN}
    names = {
        "step": process_words.step_name(old, remark.element),
        "target": process_words.step_name(new, remark.target) if remark.target else "",
    }
    return {
        "words": str(REMARKS[remark.kind]) % names,
        "again": f"{AGAIN}/{key}/{remark.element}" if timed else "",
        "chosen": remark.kind is RemarkKind.PLANS_AGAIN,
        "step": names["step"],
    }
