"""FEEL, the expression language of DMN 1.5: text to syntax to closure, values in and values out.

    >>> import feel
    >>> feel.evaluate("if amount > 5000 then \"high\" else \"low\"", {"amount": 6200})
    'high'

`compile` gives an expression that threads may share; `Expression.evaluate` runs it on a context of plain Python data
under a clock and a budget. Nulls that came from errors carry their reason in the result's warnings.
"""

from feel.api import (
    Expression,
    Result,
    UnaryTestsExpression,
    built_ins,
    check,
    compile,
    compile_node,
    compile_unary_tests,
    evaluate,
    names_used,
    parse,
    parse_unary_tests,
    unary_test,
)
from feel.border import from_python, to_json, to_python, to_text
from feel.describe import describe
from feel.errors import BudgetExceeded, FeelError, FeelSyntaxError, Finding, NotData, Warning
from feel.functions import Function, HostFunction, Parameter, host_function
from feel.limits import Budget, Clock, FixedClock, SystemClock
from feel.run import Run, Values

__all__ = [
    "Budget",
    "BudgetExceeded",
    "Clock",
    "Expression",
    "FeelError",
    "FeelSyntaxError",
    "Finding",
    "FixedClock",
    "Function",
    "HostFunction",
    "NotData",
    "Parameter",
    "Result",
    "Run",
    "SystemClock",
    "UnaryTestsExpression",
    "Values",
    "Warning",
    "built_ins",
    "check",
    "compile",
    "compile_node",
    "compile_unary_tests",
    "describe",
    "evaluate",
    "from_python",
    "host_function",
    "names_used",
    "parse",
    "parse_unary_tests",
    "to_json",
    "to_python",
    "to_text",
    "unary_test",
]
