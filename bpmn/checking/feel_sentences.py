"""What is wrong with an expression, or why it has no value, in the reader's language: from FEEL's codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

FEEL_SENTENCES: Mapping[str, str] = {
    # --- the text -------------------------------------------------------------------------------------------------
    "syntax.unclosed-string": _("a text is not closed: its last double quote is missing"),
    "syntax.character": _("“{found}” has no meaning here"),
    "syntax.number": _("the number {found} is too large"),
    "budget.text": _("the expression is longer than {allowed} characters"),
    "budget.nesting": _("the expression is nested deeper than {allowed} levels"),
    "budget.names": _("the expression has too many names of its own in one place, {allowed} are allowed"),
    # --- names and calls ------------------------------------------------------------------------------------------
    "name.unknown": _("there is no value “{name}”"),
    "function.unknown": _("there is no function “{name}”"),
    "function.none": _("a {found} was called as if it were a function"),
    "function.external": _("a function outside FEEL cannot be called"),
    "function.result": _("{function}: the function passed to it must give a {expected}, but gave {found}"),
    "argument.unknown": _("{function} has no argument “{argument}”"),
    "argument.missing": _("{function} needs the argument “{argument}”"),
    "argument.count": _("{function} got {found} arguments but takes {expected}"),
    "argument.null": _("{function}: argument {position} ({argument}) is empty (null)"),
    "argument.type": _("{function}: argument {position} ({argument}) must be {expected}, but is {found}"),
    # --- operators ------------------------------------------------------------------------------------------------
    "arithmetic.null": _("{left} {operator} {right} has no value, because one side is empty (null)"),
    "arithmetic.kinds": _("{left} {operator} {right} is not defined"),
    "arithmetic.division-by-zero": _("division by zero"),
    "arithmetic.undefined": _("the operation has no result"),
    "arithmetic.overflow": _("the result is too large"),
    "arithmetic.local-and-zoned": _("a time without a zone and one with a zone cannot be subtracted"),
    "comparison.kinds": _("{left} {operator} {right}: the two cannot be compared"),
    "logic.no-boolean": _("neither true nor false, but {found}"),
    "condition.no-boolean": _("the condition is neither true nor false, but {found}"),
    # --- members, lists, ranges -----------------------------------------------------------------------------------
    "path.no-member": _("there is no member “{member}”"),
    "path.no-property": _("a {kind} has no property “{member}”"),
    "path.null": _("“{member}” was asked of an empty value (null)"),
    "filter.out-of-range": _("position {position} lies outside a list of {length}"),
    "filter.no-condition": _("a filter must give true or false, but gave {found}"),
    "iteration.domain": _("a {found} cannot be gone through"),
    "range.ends": _("a range cannot go from {low} to {high}"),
    "range.open": _("a range with an open end cannot be compared"),
    "range.text": _("the text {found} shows no range"),
    "context.duplicate-key": _("the key “{key}” stands twice in a context"),
    # --- built-in functions ---------------------------------------------------------------------------------------
    "string.position": _("{function}: position {position} lies outside a text of {length} characters"),
    "string.length": _("{function}: the length {length} is not positive"),
    "string.pattern": _("{function}: {pattern} is no regular expression"),
    "list.items": _("{function}: every item must be {expected}, but one is {found}"),
    "list.position": _("{function}: position {position} lies outside a list of {length}"),
    "list.length": _("{function}: the length {found} does not fit ({expected})"),
    "number.domain": _("{function} is not defined for {found}"),
    "number.scale": _("{function}: the scale {scale} is out of range"),
    "number.text": _("the text {found} shows no number"),
    "number.separator": _("{found} cannot separate digits"),
    "temporal.text": _("{found} is no {kind}"),
    "temporal.range": _("there is no such {kind}"),
    "temporal.zone": _("there is no time zone {found}"),
    "assert.failed": _("a condition does not hold: {cause}"),
    # --- types and borders ----------------------------------------------------------------------------------------
    "type.unknown": _("there is no type “{name}”"),
    "type.mismatch": _("the value must be {expected}, but is {found}"),
    "type.conflict": _("{left} {operator} {right} can have no value"),
    "border.not-data": _("a {kind} is no data"),
    "border.function": _("the function {name} is no data"),
    # --- budgets --------------------------------------------------------------------------------------------------
    "budget.steps": _("the evaluation took more than {allowed} steps"),
    "budget.depth": _("functions or values are nested too deep"),
    "budget.list": _("a list grew longer than {allowed} items"),
    "budget.string": _("a text grew longer than {allowed} characters"),
    "budget.digits": _("a number has more than {allowed} digits"),
    "budget.exponent": _("an exponent is larger than {allowed}"),
    "budget.regex-time": _("a regular expression took longer than {allowed} seconds"),
    "budget.time": _("the evaluation took longer than {allowed} seconds"),
}

EXPECTED: Mapping[str, str] = {
    "close-paren": _("a closing bracket )"),
    "close-bracket": _("a closing bracket ]"),
    "close-brace": _("a closing brace }}"),
    "close-angle": _("a closing >"),
    "open-paren": _("an opening bracket ("),
    "range-dots": _("two points .."),
    "arrow": _("an arrow ->"),
    "expression": _("a value"),
    "end": _("the end"),
    "name": _("a name"),
    "key": _("a key"),
    "colon": _("a colon :"),
    "comma": _("a comma"),
    "string": _("a text in double quotes"),
    "member": _("a member's name"),
    "type": _("a type"),
    "argument-name": _("an argument's name"),
}
_CLOSING = ("close-paren", "close-bracket", "close-brace", "close-angle")

HINTS: Mapping[str, str] = {
    "==": _("equality is written with one ="),
    "&": _("conjunction is written and"),
    "|": _("disjunction is written or"),
    "%": _("the remainder is written modulo(a, b)"),
    "'": _("texts stand in double quotes"),
    "!": _("negation is written not( )"),
    ";": _("values are separated by commas"),
    "“": _("texts stand in straight double quotes"),
    "”": _("texts stand in straight double quotes"),
}


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def feel_sentence(code: str, values: Mapping[str, Any], otherwise: str) -> str:
    """The sentence of a FEEL finding or reason, after its place where ``values`` has ``text_line`` and
    ``text_column``; ``otherwise`` where there is none for its code.
    """
    if code == "syntax.expected" and "expected_codes" in values:
        said = _expected(values)
    elif code in FEEL_SENTENCES:
        said = gettext(FEEL_SENTENCES[code]).format_map(_Values(values)) + _hint(code, values)
    else:
        return otherwise
    if not code.startswith("syntax.") or "text_line" not in values:
        return said
    place = gettext("line {line}, column {column}: {reason}")
    return place.format(line=values["text_line"], column=values["text_column"], reason=said)


def _hint(code: str, values: Mapping[str, Any]) -> str:
    hint = HINTS.get(str(values.get("found", ""))) if code == "syntax.character" else None
    return f": {gettext(hint)}" if hint else ""


def _expected(values: Mapping[str, Any]) -> str:
    """What is missing or too much, after what, and what stands there instead."""
    codes: Sequence[str] = values["expected_codes"]
    after, found = str(values.get("after", "")), str(values.get("found", ""))
    if found == "=" and after.endswith("="):
        return gettext("“{found}” has no meaning here").format(found="==") + f": {gettext(HINTS['=='])}"
    closing = [code for code in codes if code in _CLOSING]
    if not closing and "end" in codes:
        if not found:
            return gettext("the expression is not complete")
        return gettext("“{found}” does not continue the expression after “{after}”").format(found=found, after=after)
    wanted = closing[:1] or [code for code in codes if code != "operator"]
    words = gettext(" or ").join(gettext(EXPECTED[c]).format() if c in EXPECTED else f"“{c}”" for c in wanted)
    if not after:
        said = gettext("{what} is missing").format(what=words)
    else:
        said = gettext("{what} is missing after “{after}”").format(what=words, after=after)
    return said + (gettext("; found “{found}”").format(found=found) if found else "")
