"""What there is to choose from in a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bpmn.forms import expressions
from bpmn.forms.fields import Component

MAX_OPTIONS = 10_000


def option_values(
    component: Component, variables: Mapping[str, Any], context: Callable[[], Mapping[str, Any]]
) -> list[Any]:
    """The values of a choice field: from the variable ``valuesKey``, the list ``values``, or ``valuesExpression``.

    As in the browser the first of the three that is given counts, a list under ``valuesKey`` is the variable's value
    from before the form was opened, and what is no option is left out.
    """
    source: Any
    if component.get("valuesKey") is not None:
        source = variables.get(component["valuesKey"])
    elif component.get("values") is not None:
        source = component["values"]
    elif expressions.is_expression(component.get("valuesExpression")):
        source = expressions.evaluate(component["valuesExpression"], context())
    else:
        source = None
    if not isinstance(source, list):
        return []
    return [_value(option) for option in source[:MAX_OPTIONS] if _is_option(option)]


def _is_option(option: Any) -> bool:
    if isinstance(option, Mapping):
        return option.get("value") is not None
    return isinstance(option, (str, int, float, bool))


def _value(option: Any) -> Any:
    return option["value"] if isinstance(option, Mapping) else option
