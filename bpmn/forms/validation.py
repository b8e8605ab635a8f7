"""Checks the answers to a form on the server, as the browser's form would have let them be given."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bpmn.forms import expressions, fields, options, rules, values
from bpmn.forms.errors import FieldError, FormRefused
from bpmn.forms.fields import MAPPINGS, MISSING, Component, Path
from bpmn.forms.vocabulary import CHOICES, COMPUTED, EMPTY, KEYED

MAX_ANSWER_SIZE = 1024 * 1024
MAX_ANSWER_DEPTH = 40
MAX_ITEMS = 1_000
MAX_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Field:
    """A field or list of the form as the person sees it, once per list item; ``context`` is what its FEEL sees."""

    component: Component
    path: Path
    readonly: bool
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Scope:
    """The form itself, or one item of a list."""

    this: Any
    names: Mapping[str, Any]
    indexes: tuple[int, ...] = ()


def validate(
    form: Component, answers: Mapping[str, Any], variables: Mapping[str, Any], *, today: date | None = None
) -> dict[str, Any]:
    """The variables that answering ``form`` sets. Raises FormRefused with every error by field key.

    ``variables`` are what the person saw. Refused are answers to fields that are not on the form or that the form
    hides, missing required ones, wrong types, values that are no option, and broken rules. Read-only and disabled
    fields keep their value whatever is sent; computed fields are computed here. A visible field left out keeps its
    variable, or gets its default. ``today`` is the day that no date may lie before where the form says so.
    """
    return _Validation(form, answers, variables, today).run()


class _Validation:
    def __init__(
        self, form: Component, answers: Mapping[str, Any], variables: Mapping[str, Any], today: date | None
    ) -> None:
        self.form = form
        self.answers = answers
        self.variables = variables
        self.today = today
        self.errors: dict[str, list[FieldError]] = {}
        self.cleaned: dict[str, Any] = {}
        self.data: dict[str, Any] = {}
        self.own_fields = self._answerable(form, ())

    def run(self) -> dict[str, Any]:
        self._refuse_oversize()
        self.answers = _copied(dict(self.answers))
        self.data = self._first_data()
        shown = self._settled()
        for field in shown:
            self._check(field)
        self._refuse_others(self.answers, (), self.form, {field.path for field in shown})
        if self.errors:
            raise FormRefused({key: tuple(errors) for key, errors in self.errors.items()})
        return self.cleaned

    def report(self, path: Path, error: FieldError) -> None:
        self.errors.setdefault(fields.name(path), []).append(error)

    def _refuse_oversize(self) -> None:
        if not isinstance(self.answers, MAPPINGS):
            raise FormRefused({"": (FieldError("not-data"),)})
        if (error := _not_data(self.answers)) is not None:
            raise FormRefused({"": (error,)})

    # --- the data conditions see ----------------------------------------------------------------------------------

    def _first_data(self) -> dict[str, Any]:
        """What the browser holds: the variables, the answers over them, and defaults where there is neither."""
        data = dict(self.variables)
        for top in {path[0] for path, _ in self.own_fields if path[0] in data}:
            data[str(top)] = _copied(data[str(top)])  # only these are written to
        for path, component in self.own_fields:
            answer = fields.get(self.answers, path)
            if answer is not MISSING and not _fixed(component):
                fields.put(data, path, _copied(answer))
            elif fields.get(data, path) is MISSING and component.get("type") != "dynamiclist":
                fields.put(data, path, _default(component))
        return data

    def _answerable(self, parent: Component, prefix: Path) -> list[tuple[Path, Component]]:
        """Fields outside lists, and lists as a whole."""
        found = []
        for child in fields.children(parent):
            path = (*prefix, *fields.segments(child))
            if child.get("type") in KEYED or child.get("type") == "dynamiclist":
                if path:
                    found.append((path, child))
            else:
                found += self._answerable(child, path)
        return found

    def _settled(self) -> list[Field]:
        """Give computed fields their values and read-only ones their old ones until nothing changes any more.

        Gives the fields and lists that are shown then.
        """
        for _ in range(MAX_ROUNDS):
            changed = False
            shown = self._shown()
            for field in shown:
                if field.component.get("type") in COMPUTED:
                    value = expressions.evaluate(str(field.component.get("expression") or ""), field.context)
                elif field.readonly and field.component.get("type") in KEYED:
                    value = self._kept(field)
                else:
                    continue
                if not values.same(fields.get(self.data, field.path), value):
                    fields.put(self.data, field.path, _copied(value))
                    changed = True
            if not changed:
                return shown
        return self._shown()

    def _kept(self, field: Field) -> Any:
        """The value of a read-only field: its variable's, or in a list whose items moved one of the old ones."""
        before = fields.get(self.variables, field.path)
        if (place := _last_index(field.path)) is not None:
            answer = fields.get(self.answers, field.path)
            items = fields.get(self.variables, field.path[:place])
            olds = [fields.get(item, field.path[place + 1 :]) for item in items] if isinstance(items, list) else []
            if answer is not MISSING and any(values.same(answer, old) for old in olds):
                return answer
        return _default(field.component) if before is MISSING else _copied(before)

    # --- what is shown --------------------------------------------------------------------------------------------

    def _shown(self) -> list[Field]:
        return self._visible(self.form, (), _Scope(self.data, expressions.scope_context(self.data)))

    def _visible(self, parent: Component, prefix: Path, scope: _Scope) -> list[Field]:
        """The fields and lists that are not hidden, in order; list items one by one after their list."""
        found: list[Field] = []
        for child in fields.children(parent):
            if _holds(_hide(child), scope.names):
                continue
            path = (*prefix, *fields.segments(child))
            kind = child.get("type")
            if path and (kind in KEYED or kind == "dynamiclist"):
                kept = _holds(child.get("readonly"), scope.names) or _holds(child.get("disabled"), scope.names)
                found.append(Field(child, path, kept, scope.names))
                found += self._items(child, path, scope) if kind == "dynamiclist" else ()
            elif kind not in KEYED and kind != "dynamiclist":
                found += self._visible(child, path, scope)
        return found

    def _items(self, component: Component, path: Path, scope: _Scope) -> list[Field]:
        items = fields.get(self.data, path)
        if not isinstance(items, list):
            return []
        found: list[Field] = []
        for number, item in enumerate(items[:MAX_ITEMS]):
            indexes = (*scope.indexes, number + 1)
            names = expressions.scope_context(self.data, item, scope.this, indexes)
            found += self._visible(component, (*path, number), _Scope(item, names, indexes))
        return found

    # --- answers --------------------------------------------------------------------------------------------------

    def _check(self, field: Field) -> None:
        component, path = field.component, field.path
        kind = component.get("type")
        answer = fields.get(self.answers, path)
        if kind == "dynamiclist":
            self._check_list(field, answer)
        elif kind in COMPUTED:
            fields.put(self.cleaned, path, fields.get(self.data, path))
        elif field.readonly:
            if fields.get(self.variables, path) is MISSING or _last_index(path) is not None:
                fields.put(self.cleaned, path, self._kept(field))
        elif answer is not MISSING:
            self._check_answer(field, answer)
        elif _is_required(component):
            self.report(path, FieldError("required"))
        elif fields.get(self.variables, path) is MISSING:
            fields.put(self.cleaned, path, _default(component))

    def _check_answer(self, field: Field, answer: Any) -> None:
        component = field.component
        offered = None
        if component.get("type") in CHOICES:
            offered = options.option_values(component, self.variables, lambda: field.context)
        cleaned, error = values.check_value(component, answer, offered, self.today)
        if error is not None:
            self.report(field.path, error)
            return
        for broken in rules.check_rules(component, cleaned, lambda: field.context):
            self.report(field.path, broken)
        fields.put(self.cleaned, field.path, cleaned)

    def _check_list(self, field: Field, answer: Any) -> None:
        path, before = field.path, fields.get(self.variables, field.path)
        if answer is MISSING or answer is None:
            if before is MISSING:
                fields.put(self.cleaned, path, [])
        elif not isinstance(answer, list) or not all(isinstance(item, MAPPINGS) for item in answer):
            self.report(path, FieldError("type", {"expected": "list"}))
        elif len(answer) > MAX_ITEMS:
            self.report(path, FieldError("too-many", {"limit": MAX_ITEMS}))
        else:
            length = len(before) if isinstance(before, list) else int(field.component.get("defaultRepetitions") or 1)
            if (field.readonly or field.component.get("allowAddRemove") is False) and len(answer) != length:
                self.report(path, FieldError("list-length", {"length": length}))
            fields.put(self.cleaned, path, [{} for _ in answer])

    # --- what should not be there ---------------------------------------------------------------------------------

    def _refuse_others(self, answers: Any, prefix: Path, parent: Component, shown: set[Path]) -> None:
        """Answers to what is not on the form or hidden, and values that are no object where fields lie inside."""
        if not isinstance(answers, MAPPINGS):
            return
        known = dict(self.own_fields if parent is self.form else self._answerable(parent, ()))
        refused: set[Path] = set()
        for leaf in fields.leaves(answers):
            if leaf:
                self._refuse_other(answers, leaf, _Place(prefix, known, shown, refused))

    def _refuse_other(self, answers: Any, leaf: Path, place: _Place) -> None:
        start = next((leaf[:end] for end in range(1, len(leaf) + 1) if leaf[:end] in place.known), None)
        if start is None:
            self._refuse_stranger(answers, leaf, place)
            return
        path, value = (*place.prefix, *start), fields.get(answers, start)
        if path in place.refused:
            return
        place.refused.add(path)
        if path not in place.shown:
            if value is not None:
                self.report(path, FieldError("hidden"))
        elif place.known[start].get("type") == "dynamiclist" and isinstance(value, list):
            for number, item in enumerate(value[:MAX_ITEMS]):
                self._refuse_others(item, (*path, number), place.known[start], place.shown)

    def _refuse_stranger(self, answers: Any, leaf: Path, place: _Place) -> None:
        groups = {key[:end] for key in place.known for end in range(1, len(key))}
        unknown = next((leaf[:end] for end in range(1, len(leaf) + 1) if leaf[:end] not in groups), None)
        path = (*place.prefix, *(unknown or leaf))
        if path in place.refused:
            return
        place.refused.add(path)
        if unknown is not None:
            self.report(path, FieldError("unknown"))
        elif fields.get(answers, leaf) not in (None, {}):  # a value where fields lie inside
            self.report(path, FieldError("type", {"expected": "mapping"}))


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of the answers: where it lies, which fields it may hold, which are shown, which were looked at."""

    prefix: Path
    known: Mapping[Path, Component]
    shown: set[Path]
    refused: set[Path]


def _last_index(path: Path) -> int | None:
    """Where the innermost list index stands in a path."""
    return next((place for place in range(len(path) - 1, -1, -1) if isinstance(path[place], int)), None)


def _not_data(answers: Any) -> FieldError | None:
    """Why ``answers`` are no JSON data of a bearable size."""
    size, pending = 0, [(answers, 0)]
    while pending:
        value, depth = pending.pop()
        size += len(value) if isinstance(value, str) else 8
        if size > MAX_ANSWER_SIZE or depth > MAX_ANSWER_DEPTH:
            return FieldError("too-large", {"limit": MAX_ANSWER_SIZE})
        if isinstance(value, MAPPINGS):
            if not all(isinstance(key, str) for key in value):
                return FieldError("not-data")
            pending += [(item, depth + 1) for pair in value.items() for item in pair]
        elif isinstance(value, list):
            pending += [(item, depth + 1) for item in value]
        elif not _is_scalar(value):
            return FieldError("not-data")
    return None


def _copied(value: Any) -> Any:
    """JSON data of its own."""
    if isinstance(value, MAPPINGS):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _is_scalar(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, (str, int))


def _hide(component: Component) -> Any:
    conditional = component.get("conditional")
    return conditional.get("hide") if isinstance(conditional, MAPPINGS) else None


def _holds(value: Any, scope: Mapping[str, Any]) -> bool:
    """Whether a property is on: true itself, or FEEL that is true."""
    if expressions.is_expression(value):
        return expressions.evaluate(value, scope) is True
    return value is True


def _fixed(component: Component) -> bool:
    return component.get("readonly") is True or component.get("disabled") is True


def _is_required(component: Component) -> bool:
    rules_given = component.get("validate")
    return isinstance(rules_given, MAPPINGS) and rules_given.get("required") is True


def _default(component: Component) -> Any:
    default = component.get("defaultValue")
    return _copied(EMPTY.get(str(component.get("type"))) if default is None else default)
