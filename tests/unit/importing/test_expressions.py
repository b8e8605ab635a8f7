"""Expressions of other dialects: the same meaning in FEEL, or none."""

from __future__ import annotations

import pytest

import feel
from bpmn.importing.juel import juel_to_feel
from bpmn.importing.python import python_to_feel
from bpmn.importing.templates import template_to_feel


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("${amount > 1000 && !approved}", "=amount > 1000 and not(approved)"),
        ("#{a eq 'x' or b ne 2}", '=a = "x" or b != 2'),
        ("${a == 'x' ? b : c.d[0]}", '=if a = "x" then b else c.d[1]'),
        ("${m['key'] mod 2 == 1}", "=modulo(m.key, 2) = 1"),
        ("${execution.getVariable('due') == null}", "=due = null"),
        ("${nrOfCompletedInstances/nrOfInstances >= 0.5}", "=numberOfCompletedInstances / numberOfInstances >= 0.5"),
        ("Order ${number}, “now”", '="Order " + string(number) + ", “now”"'),
        ("plain text", "plain text"),
        ("${bean.call()}", None),
        ("${a > }", None),
        ("a ${x} b ${y.z()}", None),
        ("${unclosed", None),
        ("${" + "(" * 5000 + "a" + ")" * 5000 + "}", None),
    ],
)
def test_juel(template: str, expected: str | None):
    """Operators and paths are clear, calls are not; hostile nesting is refused like anything unclear."""
    assert template_to_feel(template) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("x > 5 and y == 'a'", '(x > 5) and (y = "a")'),
        ("not done or len(items) == 0", "not(done) or (count(items) = 0)"),
        ("a not in ['x', 'y']", 'not(list contains(["x", "y"], a))'),
        ("d['k'] + l[0]", "d.k + l[1]"),
        ("x is None", "x = null"),
        ("__import__('os')", None),
        ("[i for i in x]", None),
        ("1 < x < 5", None),
        ("'%s' % x", None),
        ("x; y", None),
        ("(" * 300 + "x" + ")" * 300, None),
    ],
)
def test_python(expression: str, expected: str | None):
    """Read, never run: what is more than comparing and calculating has no counterpart."""
    assert python_to_feel(expression) == expected


@pytest.mark.parametrize(
    ("juel", "variables", "value"),
    [
        ("a + b * 2 > 7 && (c || !d)", {"a": 2, "b": 3, "c": False, "d": False}, True),
        ("empty list ? 'none' : 'some'", {"list": []}, "none"),
        ("(x + 1) % 3", {"x": 7}, 2),
    ],
)
def test_what_is_converted_gives_the_value(juel: str, variables: dict, value: object):
    """The FEEL text is run with data, so that precedence and names are proven and not only spelled."""
    text = juel_to_feel(juel)
    assert text is not None
    assert feel.evaluate(text, variables) == value
