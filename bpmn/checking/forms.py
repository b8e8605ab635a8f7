"""Whether a form can be shown and its answers checked: components, keys, options, rules and FEEL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

import feel
from bpmn.bundle import Form
from bpmn.checking.expressions import SYNTAX, reason_values
from bpmn.checking.report import Report
from bpmn.findings import Severity
from bpmn.forms import fields
from bpmn.forms.expressions import is_expression
from bpmn.forms.rules import compile_pattern
from bpmn.forms.values import as_decimal
from bpmn.forms.vocabulary import CHOICES, CONTAINERS, KEYED, REFUSED, SCHEMA_VERSION, SUPPORTED
from bpmn.json_lines import JsonLines, Path
from bpmn.texts import component_key

MAX_COMPONENTS = 1_000
_NUMBERS = ("min", "max", "minLength", "maxLength")
_FEEL_ONLY = ("expression", "valuesExpression", "columnsExpression")
_SILENT = frozenset({"name.unknown"})


def check_form(form: Form, lines: JsonLines, report: Report) -> None:
    """Everything about one form file, of whose parts ``lines`` knows where they stand."""
    version = form.get("schemaVersion")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        line = lines.of("schemaVersion")
        report.add(Severity.WARNING, "form-newer", None, line, version=version, known=SCHEMA_VERSION)
    if not form.get("id"):
        report.add(Severity.WARNING, "form-without-id")
    line = lines.of("components")
    if not isinstance(form.get("components"), list):
        report.add(Severity.ERROR, "form-no-components", None, line)
        return
    checker = _FormChecker(lines, report)
    checker.walk(form, (), ())
    if checker.count > MAX_COMPONENTS:
        report.add(Severity.ERROR, "form-too-large", None, line, count=checker.count, limit=MAX_COMPONENTS)


class _FormChecker:
    def __init__(self, lines: JsonLines, report: Report) -> None:
        self.lines = lines
        self.report = report
        self.place: Path = ()
        """Where the component that is being checked stands in the file."""
        self.count = 0
        self.taken: dict[fields.Path, str] = {}

    def error(self, code: str, component: Mapping[str, Any], **values: Any) -> None:
        self.add(Severity.ERROR, code, component, values)

    def warn(self, code: str, component: Mapping[str, Any], **values: Any) -> None:
        self.add(Severity.WARNING, code, component, values)

    def add(self, severity: Severity, code: str, component: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        name, line = str(component.get("label") or "")[:80], self.lines.of(*self.place)
        self.report.add(severity, code, component_key(component) or None, line, name=name, **values)

    def walk(self, parent: Mapping[str, Any], prefix: fields.Path, place: Path) -> None:
        """The components of ``parent``, which stands at ``place``; ``prefix`` is the path of its fields."""
        if len(place) > 2 * fields.MAX_DEPTH:
            self.error("form-too-deep", parent, limit=fields.MAX_DEPTH)
            return
        for number, component in enumerate(parent.get("components") or []):
            self.place = (*place, "components", number)
            self.count += 1
            if self.count > MAX_COMPONENTS:
                return
            if not isinstance(component, Mapping):
                self.report.add(Severity.ERROR, "form-component", None, self.lines.of(*self.place))
                continue
            self.check(component, prefix)
            if component.get("type") in CONTAINERS:
                path = (*prefix, *fields.segments(component))
                inside = (*path, "[]") if component.get("type") == "dynamiclist" else path
                self.walk(component, inside, self.place)

    def check(self, component: Mapping[str, Any], prefix: fields.Path) -> None:
        kind = component.get("type")
        if kind in REFUSED:
            self.error("form-component-refused", component, type=str(kind))
            return
        if kind not in SUPPORTED:
            self.error("form-component-unknown", component, type=str(kind)[:80])
            return
        if kind in KEYED or kind == "dynamiclist":
            self._check_path(component, prefix)
        if kind in CHOICES:
            self._check_options(component)
        if kind == "expression" and not is_expression(component.get("expression")):
            self.error("form-expression-missing", component)
        if kind == "image":
            self._check_image(component)
        self._check_rules(component)
        self._check_feel(component)

    def _check_path(self, component: Mapping[str, Any], prefix: fields.Path) -> None:
        own = fields.segments(component)
        path = (*prefix, *own)
        if not own:
            self.error("form-key-missing", component)
        elif path in self.taken:
            self.error("form-key-twice", component, key=fields.name(path))
        elif any(path[:end] in self.taken for end in range(1, len(path))) or any(
            other[: len(path)] == path and other[len(path) :][:1] != ("[]",) for other in self.taken
        ):
            self.error("form-key-inside", component, key=fields.name(path))
        if own and component.get("type") != "dynamiclist":
            self.taken.setdefault(path, str(component.get("type")))

    def _check_options(self, component: Mapping[str, Any]) -> None:
        sources = [name for name in ("valuesKey", "values", "valuesExpression") if component.get(name) is not None]
        if not sources:
            self.error("form-options-missing", component)
        elif len(sources) > 1:
            self.warn("form-options-several", component, used=sources[0])
        static = component.get("values")
        if static is None:
            return
        if not isinstance(static, list) or not all(
            isinstance(option, Mapping) and "value" in option for option in static
        ):
            self.error("form-options-wrong", component)
            return
        seen = [str(option.get("value")) for option in static]
        for value in sorted({value for value in seen if seen.count(value) > 1}):
            self.error("form-option-twice", component, value=value)

    def _check_image(self, component: Mapping[str, Any]) -> None:
        source = component.get("source")
        if isinstance(source, str) and source and not source.startswith("data:image/"):
            self.error("form-remote-image", component, source=source[:80])

    def _check_rules(self, component: Mapping[str, Any]) -> None:
        rules = component.get("validate")
        if rules is None:
            return
        if not isinstance(rules, Mapping):
            self.error("form-rule", component, rule="validate")
            return
        for name in _NUMBERS:
            value = rules.get(name)
            if value not in (None, "") and not is_expression(value) and as_decimal(value) is None:
                self.error("form-rule", component, rule=name)
        pattern = rules.get("pattern")
        if pattern:
            try:
                compile_pattern(str(pattern))
            except regex.error as error:
                self.error("form-pattern", component, pattern=str(pattern)[:80], reason=str(error))

    # --- FEEL -----------------------------------------------------------------------------------------------------

    def _check_feel(self, component: Mapping[str, Any]) -> None:
        conditional = component.get("conditional")
        rules = component.get("validate")
        places: list[tuple[str, Any]] = [
            ("hide", conditional.get("hide") if isinstance(conditional, Mapping) else None),
            ("readonly", component.get("readonly")),
            ("disabled", component.get("disabled")),
            *((name, component.get(name)) for name in _FEEL_ONLY),
            ("dataSource", component.get("dataSource") if component.get("type") == "table" else None),
            *((name, rules.get(name)) for name in _NUMBERS if isinstance(rules, Mapping)),
        ]
        for name, text in places:
            if is_expression(text):
                self._check_text(component, name, text[1:])
            elif name in {"hide", *_FEEL_ONLY} and isinstance(text, str) and text:
                self.error("form-must-be-feel", component, property=name, text=text[:80])
        if is_expression(component.get("disabled")):
            self.warn("form-disabled-feel", component)

    def _check_text(self, component: Mapping[str, Any], name: str, text: str) -> None:
        for found in feel.check(text, {}):
            if found.code in _SILENT:
                continue
            values = {"property": name, "text": text.strip()[:120], **reason_values(found)}
            if found.code.startswith(SYNTAX):
                self.error("feel-syntax", component, **values)
            elif found.code == "function.unknown":
                self.error("form-function", component, function=found.values.get("name", ""), **values)
            else:
                self.warn("feel-doubtful", component, **values)
