"""What of an instance's variables a form gets to see."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from bpmn.forms import expressions, fields
from bpmn.forms.fields import MISSING, Component
from bpmn.forms.vocabulary import KEYED

_OWN = frozenset({"this", "parent", "i", "_this_", "_parent_", "_i_", "item", "partial"})


def prefill(form: Component, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The part of ``variables`` that the form shows: its fields, and what its conditions, options and texts read."""
    picked: dict[str, Any] = {}
    for name in sorted(names_read(form)):
        if name in variables:
            picked[name] = copy.deepcopy(variables[name])
    for path in _paths(form, ()):
        value = fields.get(variables, path)
        if value is not MISSING and fields.get(picked, path) is MISSING:
            fields.put(picked, path, copy.deepcopy(value))
    return picked


def names_read(form: Component) -> frozenset[str]:
    """The variables that conditions, options, tables, computed fields and templates of a form read."""
    names: set[str] = set()
    pending = list(fields.children(form))
    while pending:
        component = pending.pop()
        pending.extend(fields.children(component))
        for text in expressions.texts_in(component):
            names |= expressions.names_in(text)
        for source in ("valuesKey", "dataSource"):
            name = component.get(source)
            if isinstance(name, str) and name and not expressions.is_expression(name):
                names.add(name)
    return frozenset(names - _OWN)


def _paths(parent: Component, prefix: fields.Path) -> list[fields.Path]:
    paths = []
    for child in fields.children(parent):
        path = (*prefix, *fields.segments(child))
        if child.get("type") in KEYED or child.get("type") == "dynamiclist":
            if path:
                paths.append(path)
        else:
            paths += _paths(child, path)
    return paths
