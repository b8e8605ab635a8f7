"""Conditions, timers and scripts of any other tool as dialect texts."""

from __future__ import annotations

import re

import feel
from bpmn.checking.timers import is_literal
from bpmn.importing.changes import Changes
from bpmn.importing.editing import Element, bpmn, extend, extension, local
from bpmn.importing.python import python_to_feel
from bpmn.importing.spiff import SPIFF
from bpmn.importing.templates import has_template, is_one_expression, template_to_feel
from bpmn.markup import prefixed
from bpmn.model import TimerKind
from feel import syntax

_QUOTED = re.compile(r"\s*(['\"])(?P<inner>[^'\"]*)\1\s*")
_ASSIGNMENT = re.compile(r"\s*(?P<name>[A-Za-z_]\w*)\s*=(?!=)\s*(?P<value>[^\n;]+?);?\s*")
_LABEL = re.compile(r"[^\W\d][\w.]*")
_PLAIN_LANGUAGES = {"", "feel", "https://www.omg.org/spec/DMN/20191111/FEEL/".lower(), "python", "juel"}
_TESTS = (syntax.Comparison, syntax.And, syntax.Or, syntax.Between, syntax.In)
_CONDITIONS = ("conditionExpression", "completionCondition", "loopCondition")


def convert(root: Element, changes: Changes) -> None:
    """Convert a tree in place."""
    python = SPIFF in root.nsmap.values()
    for name in _CONDITIONS:
        for condition in root.iter(bpmn(name)):
            _convert_condition(condition, changes, python=python)
    for cardinality in root.iter(bpmn("loopCardinality")):
        _convert_condition(cardinality, changes, python=True, literal=True)
    for kind in TimerKind:
        for timer in root.iter(bpmn(kind.value)):
            _convert_timer(kind, timer, changes)
    for task in root.iter(bpmn("scriptTask")):
        _convert_script(task, changes)


def _convert_condition(condition: Element, changes: Changes, *, python: bool, literal: bool = False) -> None:
    text = (condition.text or "").strip()
    if not text or text.startswith("=") or (literal and text.isdigit()):
        return
    language = condition.get("language", "").lower()
    found = _condition(text, language, python=python)
    if found is None:
        changes.open("keep-expression", condition, text=text[:200])
        return
    condition.attrib.pop("language", None)
    condition.text = found
    changes.done("converted", condition, what=local(condition), before=text, after=found)


def _condition(text: str, language: str, *, python: bool) -> str | None:
    """A condition as FEEL; a bare word is a variable only where conditions are ``python``, else somebody's label."""
    if has_template(text):
        return template_to_feel(text) if is_one_expression(text) else None
    if language not in _PLAIN_LANGUAGES or (not language and not python and _LABEL.fullmatch(text)):
        return None
    plain = python_to_feel(text)
    if plain is None and _is_feel_test(text):
        plain = text
    return None if plain is None else f"={plain}"


def _is_feel_test(text: str) -> bool:
    """Whether a text is FEEL already and only lacks its ``=``: it compares something."""
    try:
        return isinstance(feel.parse(text), _TESTS)
    except (feel.FeelError, feel.BudgetExceeded, RecursionError):
        return False


def _convert_timer(kind: TimerKind, timer: Element, changes: Changes) -> None:
    text = (timer.text or "").strip()
    if not text or text.startswith("=") or is_literal(kind, text):
        return
    quoted = _QUOTED.fullmatch(text)
    if quoted and is_literal(kind, quoted["inner"].strip()):
        after: str | None = quoted["inner"].strip()
    else:
        after = template_to_feel(text) if has_template(text) else None
    if after is None:
        changes.open("keep-expression", timer, text=text[:200])
        return
    timer.text = after
    changes.done("converted", timer, what=local(timer), before=text, after=after)


def _convert_script(task: Element, changes: Changes) -> None:
    """One FEEL expression, or one Python assignment, with the variable it sets."""
    script = task.find(bpmn("script"))
    if script is None or any(extension(task, name) is not None for name in ("script", "taskDefinition")):
        return
    text, language = (script.text or "").strip(), task.get("scriptFormat", "").lower()
    results = {str(key): str(value) for key, value in task.items() if str(key).endswith("}resultVariable")}
    found, variable = _script(text, language, next(iter(results.values()), None))
    if found is None or variable is None or len(set(results.values())) > 1:
        changes.open("keep-script", task, language=language or "?", text=text[:200])
        return
    for key, value in results.items():
        changes.done("converted", task, what=prefixed(key), before=value, after=variable)
    for key in (*results, "scriptFormat"):
        task.attrib.pop(key, None)
    task.remove(script)
    extend(task, "script", expression=f"={found}", resultVariable=variable)
    changes.done("converted", task, what="script", before=text, after=f"{variable} = {found}")


def _script(text: str, language: str, variable: str | None) -> tuple[str | None, str | None]:
    """The FEEL of a script and the variable it sets, None where either is not clear."""
    if language == "feel":
        return text.removeprefix("=").strip() or None, variable
    if language == "juel":
        found = template_to_feel(text)
        return (found[1:] if found and found.startswith("=") else None), variable
    assigned = _ASSIGNMENT.fullmatch(text) if language in {"", "python"} else None
    return (python_to_feel(assigned["value"]), assigned["name"]) if assigned else (None, None)
