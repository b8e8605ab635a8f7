"""Codes with values put into English, for consoles and logs; products put them into their readers' language."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from feel.errors import BudgetExceeded, FeelError, FeelSyntaxError, Finding, Warning

SENTENCES: Final[Mapping[str, str]] = {
    # syntax
    "syntax.unclosed-string": "a text is not closed: its last double quote is missing",
    "syntax.character": "the character {found} has no meaning here",
    "syntax.number": "the number {found} is too large",
    # names and calls
    "name.unknown": "there is no value named {name}",
    "function.unknown": "there is no function named {name}",
    "function.none": "a {found} was called as if it were a function",
    "function.external": "a function outside FEEL cannot be called",
    "function.result": "{function}: the function passed to it must give a {expected}, but gave {found}",
    "argument.unknown": "{function} has no argument named {argument}",
    "argument.missing": "{function} needs the argument {argument}",
    "argument.count": "{function} got {found} arguments but takes {expected}",
    "argument.null": "{function}: argument {position} ({argument}) is null",
    "argument.type": "{function}: argument {position} ({argument}) must be {expected}, but is {found}",
    # operators
    "arithmetic.null": "{left} {operator} {right} has no value, because one side is null",
    "arithmetic.kinds": "{left} {operator} {right} is not defined",
    "arithmetic.division-by-zero": "division by zero",
    "arithmetic.undefined": "the operation has no result",
    "arithmetic.overflow": "the result is too large",
    "arithmetic.local-and-zoned": "a local time and a time with a zone cannot be subtracted",
    "comparison.kinds": "{left} {operator} {right}: the two cannot be compared",
    "logic.no-boolean": "neither true nor false, but {found}",
    "condition.no-boolean": "the condition is neither true nor false, but {found}",
    # access
    "path.no-member": "there is no member {member}",
    "path.no-property": "a {kind} has no property {member}",
    "path.null": "{member} was asked of null",
    "filter.out-of-range": "position {position} lies outside a list of {length}",
    "filter.no-condition": "a filter must give true or false, but gave {found}",
    "iteration.domain": "a {found} cannot be gone through",
    "range.ends": "a range cannot go from {low} to {high}",
    "range.open": "a range with an open end cannot be compared",
    "range.text": "the text {found} shows no range",
    "context.duplicate-key": "the key {key} stands twice in a context",
    # built-ins
    "string.position": "{function}: position {position} lies outside a text of {length} characters",
    "string.length": "{function}: the length {length} is not positive",
    "string.pattern": "{function}: {pattern} is no regular expression",
    "list.items": "{function}: every item must be {expected}, but one is {found}",
    "list.position": "{function}: position {position} lies outside a list of {length}",
    "list.length": "{function}: the length {found} does not fit ({expected})",
    "number.domain": "{function} is not defined for {found}",
    "number.scale": "{function}: the scale {scale} is out of range",
    "number.text": "the text {found} shows no number",
    "number.separator": "{found} cannot separate digits",
    "temporal.text": "{found} is no {kind}",
    "temporal.range": "there is no such {kind}",
    "temporal.zone": "there is no time zone {found}",
    "assert.failed": "a condition does not hold: {cause}",
    # types and borders
    "type.unknown": "there is no type named {name}",
    "type.mismatch": "the value must be {expected}, but is {found}",
    "type.conflict": "{left} {operator} {right} can have no value",
    "border.not-data": "a {kind} is no data",
    "border.function": "the function {name} is no data",
    # budgets
    "budget.text": "the expression is longer than {allowed} characters",
    "budget.nesting": "the expression is nested deeper than {allowed} levels",
    "budget.names": "the expression has too many names of its own in one place, {allowed} are allowed",
    "budget.steps": "the evaluation took more than {allowed} steps",
    "budget.depth": "functions or values are nested too deep",
    "budget.list": "a list grew longer than {allowed} items",
    "budget.string": "a text grew longer than {allowed} characters",
    "budget.digits": "a number has more than {allowed} digits",
    "budget.exponent": "an exponent is larger than {allowed}",
    "budget.regex-time": "a regular expression took longer than {allowed} seconds",
    "budget.time": "the evaluation took longer than {allowed} seconds",
}
EXPECTED: Final[Mapping[str, str]] = {
    "close-paren": "a closing bracket )",
    "close-bracket": "a closing bracket ]",
    "close-brace": "a closing brace }",
    "close-angle": "a closing >",
    "open-paren": "an opening bracket (",
    "range-dots": "two points ..",
    "arrow": "an arrow ->",
    "expression": "a value",
    "operator": "an operator",
    "end": "the end",
    "name": "a name",
    "key": "a key",
    "colon": "a colon :",
    "comma": "a comma",
    "string": "a text in double quotes",
    "member": "a member's name",
    "type": "a type",
    "argument-name": "an argument's name",
}
CLOSING: Final = frozenset(["close-paren", "close-bracket", "close-brace", "close-angle"])


def describe(item: FeelError | Warning | Finding) -> str:
    """One English sentence for an error, a warning or a finding; never raises."""
    if isinstance(item, FeelSyntaxError):
        return f"line {item.line}, column {item.column}: {_syntax(item)}"
    if isinstance(item, BudgetExceeded):
        return fill(item.code, {"allowed": item.allowed})
    return fill(item.code, item.values, tuple(item.values.get("expected_codes", ())))


def fill(code: str, values: Mapping[str, Any], expected: tuple[str, ...] = ()) -> str:
    """The sentence of a code with its values put in; the code itself when it has no sentence."""
    if code == "syntax.expected":
        return _expected(expected, values)
    hint = HINTS.get(str(values.get("found", ""))) if code == "syntax.character" else None
    sentence = SENTENCES.get(code)
    if sentence is None:
        return code
    text = sentence.format_map(_Values({key: _shown(value) for key, value in values.items()}))
    return f"{text}: {hint}" if hint else text


def _syntax(error: FeelSyntaxError) -> str:
    return fill(error.code, error.values, error.expected)


HINTS: Final[Mapping[str, str]] = {
    "==": "equality is written with one =",
    "&": "conjunction is written and",
    "|": "disjunction is written or",
    "%": "the remainder is written modulo(a, b)",
    "'": "texts stand in double quotes",
    "!": "negation is written not( )",
    ";": "values are separated by commas",
    "\u201c": "texts stand in straight double quotes",
    "\u201d": "texts stand in straight double quotes",
}


def _expected(expected: tuple[str, ...], values: Mapping[str, Any]) -> str:
    after, found = str(values.get("after", "")), values.get("found", "")
    if found == "=" and after.endswith("="):
        return f"'==' has no meaning here: {HINTS['==']}"
    place = f" after '{after}'" if after else ""
    closing = [code for code in expected if code in CLOSING]
    if closing:
        text = f"{EXPECTED[closing[0]]} is missing{place}"
    elif expected == ("expression",):
        text = f"a value is missing{place}"
    elif "end" in expected:
        return f"'{found}' does not continue the expression{place}" if found else "the expression is not complete"
    else:
        words = " or ".join(EXPECTED.get(code, f"'{code}'") for code in expected if code != "operator")
        text = f"{words} is missing{place}"
    return f"{text}; found '{found}'" if found else text


def _shown(value: Any) -> str:
    from feel.border import to_text

    if isinstance(value, str):
        return value if len(value) <= 60 else value[:57] + "..."
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, Decimal) or value is None:
        return to_text(value)
    return to_text(value)[:60]


class _Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
