"""Why a decision answered as it did, in the reader's language: which rule held, and what kept the nearest one out.

Works on the stored answer of `dmn` (codes with values), so that old decisions can be explained in any language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

import feel
from bpmn.checking.feel_sentences import feel_sentence

Plain = Mapping[str, Any]
REASONS: Mapping[str, str] = {
    "dmn.no-rule-matches": _("no rule of the table {table} holds"),
    "dmn.several-rules-match": _("several rules of the table {table} hold, but only one may"),
    "dmn.rules-disagree": _("the rules of the table {table} that hold give different answers"),
    "dmn.input-not-allowed": _("the input {input} of the table {table} has a value that is not allowed"),
    "dmn.outputs-not-comparable": _("the answers of the table {table} cannot be compared"),
    "dmn.output-not-a-number": _("an answer of the table {table} is no number"),
    "dmn.sum-out-of-range": _("the sum of the table {table} is too large"),
    "dmn.input-mismatch": _("the input “{name}” is not of the type {type}"),
    "dmn.result-mismatch": _("the answer of {element} is not of the type {type}"),
    "dmn.condition-not-boolean": _("a condition at {element} is neither true nor false"),
    "dmn.expression-unreadable": _("the expression at {element} cannot be read"),
}
"""Why a decision has no value, by the codes of ``dmn``."""


def explain(answer: Plain, *, with_values: bool = True) -> list[str]:
    """The answer of `dmn.Evaluation.to_json` as sentences, the asked decision last.

    Without values only rules are named: for readers who may not see the data that was decided on.
    """
    said: list[str] = []
    for step in answer.get("trace", {}).get("steps", ()):
        if step.get("kind") == "decision":
            said += _step(step, with_values)
    if with_values and answer.get("value") is None and answer.get("warnings"):
        said.append(gettext("There is no value: {reason}.").format(reason=reason(answer["warnings"][0])))
    return said


def reason(warning: Plain) -> str:
    """Why a part became null, from a warning's code and values."""
    code = str(warning["code"])
    if code in REASONS:
        return gettext(REASONS[code]).format_map(defaultdict(str, warning.get("values", {})))
    return feel_sentence(code, warning.get("values", {}), code)


def _step(step: Plain, with_values: bool) -> Iterator[str]:
    name = step.get("name") or step["id"]
    for table in step.get("tables", ()):
        yield f"{name}: {_outcome(table, with_values)}"
        nearest = table.get("nearest")
        if nearest and with_values:
            yield _nearest(nearest)
    if asked := [source["name"] for source in step.get("sources", ()) if source["kind"] == "decision"]:
        yield gettext("{name} builds on: {decisions}.").format(name=name, decisions=", ".join(asked))
    if with_values:
        yield gettext("{name} gives {value}.").format(name=name, value=_shown(step.get("value")))


def _outcome(table: Plain, with_values: bool) -> str:
    numbers = [rule["number"] for rule in table["matched"]]
    shown = ", ".join(str(number) for number in numbers)
    inputs = _inputs(table) if with_values else ""
    match table["outcome"]:
        case "matched":
            held = ngettext("rule {numbers} holds{inputs}.", "rules {numbers} hold{inputs}.", len(numbers))
            return held.format(numbers=shown, inputs=inputs) + _notes(table["matched"])
        case "conflict":
            conflict = gettext("rules {numbers} hold, but exclude one another{inputs}.")
            return conflict.format(numbers=shown, inputs=inputs)
        case "default":
            return gettext("no rule holds{inputs}; the default counts.").format(inputs=inputs)
        case "input-refused":
            refused = next(item for item in table["inputs"] if item["id"] == table["refused_input"])
            sentence = gettext("{label} has a value that is not allowed{inputs}.")
            return sentence.format(label=_label(refused), inputs=inputs)
        case _:
            return gettext("no rule holds{inputs}.").format(inputs=inputs)


def _inputs(table: Plain) -> str:
    """What was decided on, as ` (label = value, …)`."""
    return " (" + ", ".join(f"{_label(item)} = {_shown(item['value'])}" for item in table["inputs"]) + ")"


def _notes(rules: Sequence[Plain]) -> str:
    """What the authors of the rules wrote beside them."""
    notes = [note for rule in rules for note in (rule.get("description"), *rule.get("annotations", ())) if note]
    return "".join(f" “{note}”" for note in dict.fromkeys(notes))


def _nearest(nearest: Plain) -> str:
    wanted = gettext(" and ").join(
        gettext("{label} met “{test}” (it is {value})").format(
            label=cell["label"], test=cell["test"], value=_shown(cell["value"])
        )
        for cell in nearest["failed"]
    )
    return gettext("Rule {number} would hold if {wanted}.").format(number=nearest["number"], wanted=wanted)


def _label(item: Plain) -> str:
    return str(item.get("label") or item["expression"])


def _shown(value: Any) -> str:
    if value is None:
        return gettext("empty")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return value if isinstance(value, str) else str(feel.to_text(feel.from_python(value)))
