"""Checks the answers to a form on the server, as the browser's form would have let them be given."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from bpmn.forms import expressions, fields, options, rules, values
from bpmn.forms.errors import FieldError, FormRefused
from bpmn.forms.fields import MAPPINGS, MISSING, SCALARS, Component, Path
from bpmn.forms.shape import Part, shape_of
from bpmn.forms.vocabulary import CHOICES, EMPTY

MAX_ANSWER_SIZE = 1024 * 1024
MAX_ANSWER_DEPTH = 40
MAX_ITEMS = 1_000
MAX_ROUNDS = 10


class _Scope:
    """The form itself, or one item of a list: what its FEEL sees, put together where there is some."""

    __slots__ = ("_data", "_names", "_parent", "indexes", "this")

    def __init__(
        self, data: Mapping[str, Any], this: Any = None, parent: Any = None, indexes: tuple[int, ...] = ()
    ) -> None:
        self._data, self.this, self._parent, self.indexes = data, data if this is None else this, parent, indexes
        self._names: Mapping[str, Any] | None = None

    def names(self) -> Mapping[str, Any]:
        """As the data are when they are asked for first."""
        if self._names is None:
            self._names = expressions.scope_context(self._data, self.this, self._parent, self.indexes)
        return self._names

    def holds(self, value: Any) -> bool:
        """Whether a property is on: true itself, or FEEL that is true."""
        if expressions.is_expression(value):
            return expressions.evaluate(value, self.names()) is True
        return value is True


class Field(NamedTuple):
    """A field or list of the form as the person sees it, once per list item."""

    part: Part
    path: Path
    readonly: bool
    scope: _Scope


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
        self.answers = answers
        self.variables = variables
        self.today = today
        self.errors: dict[str, list[FieldError]] = {}
        self.cleaned: dict[str, Any] = {}
        self.data: dict[str, Any] = {}
        self.shape = shape_of(form)

    def run(self) -> dict[str, Any]:
        self._refuse_oversize()
        self.answers = _copied(dict(self.answers))
        self.data = self._first_data()
        shown = self._settled()
        for field in shown:
            self._check(field)
        self._refuse_others(self.answers, (), self.shape, {field.path for field in shown})
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
        for path, _ in self.shape.answerable:
            if path[0] in data:
                data[str(path[0])] = _copied(self.variables[str(path[0])])  # only these are written to
        for path, part in self.shape.answerable:
            answer = fields.get(self.answers, path)
            if answer is not MISSING and not part.is_fixed:
                fields.put(data, path, _copied(answer))
            elif not part.is_list and fields.get(data, path) is MISSING:
                fields.put(data, path, _default(part.component))
        return data

    def _settled(self) -> list[Field]:
        """Give computed fields their values and read-only ones their old ones until nothing changes any more.

        Gives the fields and lists that are shown then.
        """
        for _ in range(MAX_ROUNDS):
            shown = self._shown()
            given = [(field.path, self._given(field)) for field in shown if _is_given(field)]
            changed = [pair for pair in given if not values.same(fields.get(self.data, pair[0]), pair[1])]
            for path, value in changed:
                fields.put(self.data, path, _copied(value))
            if not changed:
                return shown
        return self._shown()

    def _given(self, field: Field) -> Any:
        """The value of a field in which nobody answers."""
        if not field.part.is_computed:
            return self._kept(field)
        return expressions.evaluate(str(field.part.component.get("expression") or ""), field.scope.names())

    def _kept(self, field: Field) -> Any:
        """The value of a read-only field: its variable's, or in a list whose items moved one of the old ones."""
        before = fields.get(self.variables, field.path)
        if (place := _last_index(field.path)) is not None:
            answer = fields.get(self.answers, field.path)
            items = fields.get(self.variables, field.path[:place])
            olds = [fields.get(item, field.path[place + 1 :]) for item in items] if isinstance(items, list) else []
            if answer is not MISSING and any(values.same(answer, old) for old in olds):
                return answer
        return _default(field.part.component) if before is MISSING else _copied(before)

    # --- what is shown --------------------------------------------------------------------------------------------

    def _shown(self) -> list[Field]:
        return self._visible(self.shape, (), _Scope(self.data))

    def _visible(self, parent: Part, prefix: Path, scope: _Scope) -> list[Field]:
        """The fields and lists that are not hidden, in order; list items one by one after their list."""
        found: list[Field] = []
        for part in parent.parts:
            if part.hide is not None and scope.holds(part.hide):
                continue
            path = (*prefix, *part.path)
            if not part.is_field and not part.is_list:
                found += self._visible(part, path, scope)
            elif path:
                found.append(Field(part, path, any(scope.holds(value) for value in part.kept), scope))
                if part.is_list:
                    found += self._items(part, path, scope)
        return found

    def _items(self, part: Part, path: Path, scope: _Scope) -> list[Field]:
        items = fields.get(self.data, path)
        if not isinstance(items, list):
            return []
        found: list[Field] = []
        for number, item in enumerate(items[:MAX_ITEMS]):
            inner = _Scope(self.data, item, scope.this, (*scope.indexes, number + 1))
            found += self._visible(part, (*path, number), inner)
        return found

    # --- answers --------------------------------------------------------------------------------------------------

    def _check(self, field: Field) -> None:
        part, path = field.part, field.path
        answer = fields.get(self.answers, path)
        if part.is_list:
            self._check_list(field, answer)
        elif part.is_computed:
            fields.put(self.cleaned, path, fields.get(self.data, path))
        elif field.readonly:
            if fields.get(self.variables, path) is MISSING or _last_index(path) is not None:
                fields.put(self.cleaned, path, self._kept(field))
        elif answer is not MISSING:
            self._check_answer(field, answer)
        elif part.is_required:
            self.report(path, FieldError("required"))
        elif fields.get(self.variables, path) is MISSING:
            fields.put(self.cleaned, path, _default(part.component))

    def _check_answer(self, field: Field, answer: Any) -> None:
        component, names = field.part.component, field.scope.names
        offered = None
        if component.get("type") in CHOICES:
            offered = options.option_values(component, self.variables, names)
        cleaned, error = values.check_value(component, answer, offered, self.today)
        if error is not None:
            self.report(field.path, error)
            return
        for broken in rules.check_rules(component, cleaned, names):
            self.report(field.path, broken)
        fields.put(self.cleaned, field.path, cleaned)

    def _check_list(self, field: Field, answer: Any) -> None:
        component, path, before = field.part.component, field.path, fields.get(self.variables, field.path)
        if answer is MISSING or answer is None:
            if before is MISSING:
                fields.put(self.cleaned, path, [])
        elif not isinstance(answer, list) or not all(isinstance(item, MAPPINGS) for item in answer):
            self.report(path, FieldError("type", {"expected": "list"}))
        elif len(answer) > MAX_ITEMS:
            self.report(path, FieldError("too-many", {"limit": MAX_ITEMS}))
        else:
            length = len(before) if isinstance(before, list) else int(component.get("defaultRepetitions") or 1)
            if (field.readonly or component.get("allowAddRemove") is False) and len(answer) != length:
                self.report(path, FieldError("list-length", {"length": length}))
            fields.put(self.cleaned, path, [{} for _ in answer])

    # --- what should not be there ---------------------------------------------------------------------------------

    def _refuse_others(self, answers: Any, prefix: Path, parent: Part, shown: set[Path]) -> None:
        """Answers to what is not on the form or hidden, and values that are no object where fields lie inside."""
        if not isinstance(answers, MAPPINGS):
            return
        known = dict(parent.answerable)
        refused: set[Path] = set()
        for leaf in fields.leaves(answers):
            if leaf:
                self._refuse_other(answers, leaf, _Place(prefix, known, shown, refused))

    def _refuse_other(self, answers: Any, leaf: Path, place: _Place) -> None:
        start = leaf[:1]
        while start not in place.known:
            if len(start) == len(leaf):
                self._refuse_stranger(answers, leaf, place)
                return
            start = leaf[: len(start) + 1]
        path = (*place.prefix, *start)
        if path in place.refused:
            return
        place.refused.add(path)
        if path not in place.shown:
            if fields.get(answers, start) is not None:
                self.report(path, FieldError("hidden"))
        elif place.known[start].is_list and isinstance(value := fields.get(answers, start), list):
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
    known: Mapping[Path, Part]
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
        if isinstance(value, SCALARS):
            if isinstance(value, float) and not math.isfinite(value):
                return FieldError("not-data")
        elif isinstance(value, MAPPINGS):
            if not all(isinstance(key, str) for key in value):
                return FieldError("not-data")
            pending += [(item, depth + 1) for pair in value.items() for item in pair]
        elif isinstance(value, list):
            pending += [(item, depth + 1) for item in value]
        else:
            return FieldError("not-data")
    return None


def _copied(value: Any) -> Any:
    """JSON data of its own."""
    if isinstance(value, SCALARS):
        return value
    if isinstance(value, MAPPINGS):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _is_given(field: Field) -> bool:
    return field.part.is_computed or (field.readonly and field.part.is_field)


def _default(component: Component) -> Any:
    default = component.get("defaultValue")
    return _copied(EMPTY.get(str(component.get("type"))) if default is None else default)
