"""The findings of the deploy check in words: what is wrong, and what to do about it, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop, override

from bpmn.checking.decision_sentences import DECISION_SENTENCES
from bpmn.checking.feel_sentences import feel_sentence
from bpmn.checking.form_sentences import FORM_SENTENCES
from bpmn.checking.scenario_sentences import SCENARIO_SENTENCES
from bpmn.checking.token_sentences import TOKEN_SENTENCES
from bpmn.findings import Finding


def sentence(finding: Finding, language: str | None = None) -> str:
    """What was found, in ``language`` or the active one; names the element by its name and id."""
    with override(language) if language else _unchanged():
        entry = _entry(finding.code)
        return _fill(gettext(entry[0]), finding) if entry[0] else finding.code


def suggestion(finding: Finding, language: str | None = None) -> str:
    """What would mend it, "" where nothing general can be said."""
    with override(language) if language else _unchanged():
        entry = _entry(finding.code)
        return _fill(gettext(entry[1]), finding) if entry[1] else ""


def _entry(code: str) -> tuple[str, str]:
    if code.startswith("dmn-feel-") and code not in DECISION_SENTENCES:
        code = "dmn-feel"
    return ALL_SENTENCES.get(code, ("", ""))


class _unchanged:  # noqa: N801 - stands beside django's override
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def _fill(text: str, finding: Finding) -> str:
    values = {key: _shown(value) for key, value in finding.values.items()}
    if isinstance(values.get("feature"), str):
        values["feature"] = gettext(FEATURES.get(values["feature"], values["feature"]))
    if isinstance(values.get("position"), str):
        values["position"] = gettext(values["position"])
    values |= _reason(finding)
    return text.format_map(_Values(values, it=_subject(finding), element=finding.element or finding.file))


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {item}" for key, item in value.items())
    return ", ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else value


def _reason(finding: Finding) -> dict[str, str]:
    """FEEL's reason in the reader's language, by the code that the finding carries."""
    values = finding.values
    if isinstance(values.get("feel"), Mapping):
        found = {**values, **values["feel"]}
        return {"reason": feel_sentence(found["code"], found, str(values["reason"]))}
    if finding.code == "dmn-feel-syntax":
        return {"message": feel_sentence(str(values.get("reason")), values, str(values.get("message")))}
    if finding.code.startswith("dmn-feel-"):
        return {"reason": feel_sentence(finding.code.removeprefix("dmn-feel-"), values, str(values.get("reason")))}
    return {}


def _subject(finding: Finding) -> str:
    name = finding.values.get("name")
    if finding.element and name:
        return f"“{name}” ({finding.element})"
    return finding.element or finding.file


_ = gettext_noop

FEATURES: Mapping[str, str] = {
    "transaction": _("a transaction"),
    "inclusive join": _("an inclusive gateway that joins"),
    "standard loop": _("a standard loop"),
    "loop cardinality": _("a loop by number"),
    "cancel event": _("a cancel event"),
    "message throw": _("a message sent without a handler"),
}

POSITIONS = (
    _("start event"),
    _("start event of an embedded sub-process"),
    _("interrupting start event of an event sub-process"),
    _("non-interrupting start event of an event sub-process"),
    _("intermediate catch event"),
    _("intermediate throw event"),
    _("interrupting boundary event"),
    _("non-interrupting boundary event"),
    _("end event"),
)

SENTENCES: Mapping[str, tuple[str, str]] = {
    # --- files ----------------------------------------------------------------------------------------------------
    "too-large": (_("The file is too large: {size} bytes, {limit} are allowed."), _("Split it.")),
    "file-unreadable": (_("The file cannot be read: {reason}"), _("Check its name and who may read it.")),
    "empty-file": (_("The file is empty."), ""),
    "doctype": (
        _("The file has a document type declaration, which is never read."),
        _("Remove the line that begins with <!DOCTYPE."),
    ),
    "not-xml": (_("The file is no XML: {reason} (column {column})."), _("Export it again from the modeler.")),
    "too-deep": (_("The file is nested deeper than {limit} levels."), ""),
    "wrong-namespace": (
        _("The file's elements are not those of BPMN 2.0 but of “{namespace}”."),
        _("Save it as BPMN 2.0."),
    ),
    "not-bpmn": (_("The file is no BPMN: it begins with “{tag}”."), ""),
    "no-process": (_("The file has no process."), ""),
    "no-executable-process": (_("No process in the file is executable."), _("Mark the process as executable.")),
    "not-executable": (_("The process {it} is not executable and will not be deployed."), ""),
    "no-layout": (_("The file has no layout, so the diagram cannot be shown."), _("Open and save it in the designer.")),
    "too-many-elements": (
        _("The file has more than {limit} elements, as many as are allowed."),
        _("Move parts into processes of their own and call them."),
    ),
    "too-many-attributes": (_("An element has more than {limit} attributes."), _("Remove them.")),
    "more-findings": (_("{count} more findings are not listed."), ""),
    "unknown-file-kind": (
        _("{file} is neither a diagram, a decision, a form, a texts file nor a scenario."),
        _("Name it .bpmn, .dmn, .form, .texts.zh-hans.json or .scenario.yaml."),
    ),
    "not-utf8": (_("The file is not UTF-8 text."), _("Save it as UTF-8.")),
    "duplicate-process": (_("There are two processes with the key {element}."), _("Give one of them another id.")),
    # --- structure ------------------------------------------------------------------------------------------------
    "duplicate-id": (_("The id {element} is used more than once."), _("Give each element its own id.")),
    "missing-id": (_("A {tag} has no id."), _("Give it an id.")),
    "broken-reference": (_("{it} refers to “{target}” ({role}), which does not exist."), ""),
    "foreign-engine": (
        _("{it} carries {tag}, which belongs to another engine and would be lost."),
        _("Replace it by its Camunda 8 counterpart."),
    ),
    "foreign-extension": (_("{tag} at {it} is an extension of another tool and changes nothing here."), ""),
    "execution-listener": (
        _("{it} has execution listeners, which are not supported."),
        _("Use a service task before or after it."),
    ),
    "task-listener": (_("{it} has task listeners, which are not supported."), _("Use a service task instead.")),
    "misplaced-extension": (_("{tag} has no meaning at {it}."), _("Remove it, or change the kind of the element.")),
    "unsupported-extension": (_("{tag} at {it} is not supported."), _("Remove it.")),
    "unsupported-attribute": (_("{tag} at {it} is not supported with this value."), _("Remove it.")),
    "unsupported-element": (_("{it} is a {tag}, which is not supported."), _("Model it in another way.")),
    "complex-gateway": (
        _("{it} is a complex gateway, which is not supported."),
        _("Use exclusive, inclusive and parallel gateways."),
    ),
    "ad-hoc": (
        _("{it} is an ad-hoc sub-process, which is not supported."),
        _("Use a multi-instance or an event sub-process."),
    ),
    "conditional-event": (_("{it} is a conditional event, which is not supported."), _("Use a message or a signal.")),
    "unsupported-event": (_("{it}: a {event} event is not supported as {position}."), ""),
    "not-portable": (_("{it} runs here, but {feature} is not portable to Camunda 8."), ""),
    "flow-end-unknown": (
        _("The sequence flow {it} refers to “{target}” ({role}), which does not exist."),
        _("Connect it or delete it."),
    ),
    "flow-crosses-scope": (
        _("The sequence flow {it} crosses the border of a sub-process, from {source} to {target}."),
        _("End it inside, and lead on from the sub-process itself."),
    ),
    "flow-into-event": (
        _("The sequence flow {it} leads into {target}, which is started by its event only."),
        _("Lead it elsewhere."),
    ),
    "flow-out-of-end": (_("The sequence flow {it} leads out of {source}, where nothing goes on."), _("Delete it.")),
    "flow-at-compensation": (
        _("The sequence flow {it} touches the compensation activity {target}, which only compensation starts."),
        _("Delete it."),
    ),
    "unreachable": (_("Nothing leads to {it}: it could never run."), _("Connect it or delete it.")),
    "gateway-leads-nowhere": (_("The gateway {it} leads nowhere."), _("Connect it, or use an end event.")),
    "no-start": (_("{it} has no start event."), _("Add one.")),
    "several-none-starts": (
        _("{it} is a second start event without trigger, beside {first}."),
        _("Keep one, or give it a trigger."),
    ),
    "several-starts": (_("The sub-process {it} has {count} start events; it may have one."), _("Keep one.")),
    "event-transaction": (_("{it} is an event sub-process and cannot be a transaction."), ""),
    "event-sub-process-loop": (_("The event sub-process {it} cannot be a loop."), ""),
    # --- routing --------------------------------------------------------------------------------------------------
    "default-not-outgoing": (_("The default flow “{target}” of {it} does not begin there."), _("Choose another one.")),
    "default-with-condition": (_("The default flow {it} has a condition, which is not looked at."), _("Remove it.")),
    "flow-without-condition": (
        _("The sequence flow {it} out of the gateway {gateway} has no condition and is not the default."),
        _("Give it a condition or make it the default flow."),
    ),
    "no-default-flow": (
        _("{it} has no default flow: where no condition holds, the process stops with an incident."),
        _("Make one flow the default."),
    ),
    "condition-not-allowed": (
        _("The condition on the sequence flow {it} has no effect after {source}."),
        _("Use an exclusive or inclusive gateway."),
    ),
    "event-gateway-needs-two": (_("The event-based gateway {it} needs two events to wait for."), ""),
    "event-gateway-target": (
        _("After the event-based gateway {it} there must be message, timer or signal events, but there is {target}."),
        "",
    ),
    "event-gateway-shared-target": (
        _("{it} follows the event-based gateway {gateway} and may have no other way in."),
        "",
    ),
    "event-gateway-same-message": (
        _("The event-based gateway {it} waits twice for the message “{message}”."),
        _("Wait for each message once."),
    ),
    # --- events ---------------------------------------------------------------------------------------------------
    "boundary-host-unknown": (_("The boundary event {it} sits on “{target}”, which does not exist."), ""),
    "boundary-host-kind": (_("The boundary event {it} sits on {target}, which can have none."), ""),
    "boundary-host-scope": (_("The boundary event {it} and {target} lie in different sub-processes."), ""),
    "boundary-leads-nowhere": (_("Nothing follows the boundary event {it}."), _("Lead it to an activity or an end.")),
    "cancel-outside-transaction": (_("The cancel event {it} only has a meaning in a transaction."), ""),
    "cancel-without-boundary": (
        _("Nothing catches the cancel event {it}."),
        _("Attach a cancel event to the transaction {transaction}."),
    ),
    "compensation-flow": (
        _("The compensation event {it} has a sequence flow."),
        _("Connect it to its activity by an association."),
    ),
    "compensation-no-handler": (
        _("The compensation event {it} has no activity that compensates."),
        _("Connect one by an association."),
    ),
    "compensation-handler-kind": (
        _("{target} compensates for {it} but is not marked as a compensation activity."),
        _("Mark it as one."),
    ),
    "compensation-handler-unused": (
        _("The compensation activity {it} belongs to no compensation event."),
        _("Connect it to one by an association."),
    ),
    "compensation-target": (_("{it} compensates {target}, where there is nothing to compensate."), ""),
    "message-missing": (_("{it} names no message."), _("Choose a message with a name.")),
    "signal-missing": (_("{it} names no signal."), _("Choose a signal with a name.")),
    "error-code-missing": (_("{it} names no error code."), _("Choose an error with a code.")),
    "escalation-code-missing": (_("{it} names no escalation code."), _("Choose an escalation with a code.")),
    "link-name-missing": (_("The link event {it} has no name."), _("Give it one.")),
    "no-correlation-key": (
        _("{it} has no correlation key: any message “{message}” reaches it."),
        _("Give the message a correlation key."),
    ),
    "link-throw-leads-on": (_("The link event {it} has a sequence flow; it goes on at its counterpart."), ""),
    "link-catch-led-to": (_("A sequence flow leads into the link event {it}."), ""),
    "link-no-catch": (
        _("The link “{link}” thrown by {it} arrives nowhere."),
        _("Add a link catch event."),
    ),
    "link-catch-twice": (_("{it} is a second arrival of the link “{link}”, beside {first}."), _("Keep one.")),
    "caught-twice": (_("{it} catches the {event} “{what}”, which another event here catches too."), _("Keep one.")),
    "error-leaves-process": (
        _("Nobody in this process catches the error “{code}” of {it}: a calling process must, or it is an incident."),
        "",
    ),
    # --- timers ---------------------------------------------------------------------------------------------------
    "timer-missing": (_("The timer {it} has no time."), ""),
    "timer-cycle-here": (_("The timer {it} cannot repeat as {position}."), _("Use a date or a duration.")),
    "timer-duration-start": (_("The timer {it} starts the process, so it needs a date or a cycle."), ""),
    "timer-quoted": (
        _("The time {text} of {it} stands in quotes."),
        _("Remove the quotes, or begin with = to make it an expression."),
    ),
    "timer-date": (_("“{text}” of {it} is no date and time with a zone."), _("Write 2026-01-05T09:00:00+08:00.")),
    "timer-duration": (_("“{text}” of {it} is no duration."), _("Write P1DT2H or PT15M.")),
    "timer-cycle": (_("“{text}” of {it} is no cycle."), _("Write R3/PT1H, R/P1D or 0 0 9 * * MON-FRI.")),
    # --- tasks ----------------------------------------------------------------------------------------------------
    "nobody-assigned": (_("Nobody is assigned to {it}."), _("Give it an assignee or candidate groups.")),
    "unknown-record-kind": (
        _("{it} says it is about the record kind “{kind}”, which does not exist."),
        _("Name one of these in the property “record”: {known}."),
    ),
    "unknown-starter": (_("{it} may be started by “{role}”, which is no role."), ""),
    "unknown-group": (_("{it} goes to “{group}”, which is no role."), ""),
    "priority-range": (_("The priority “{text}” of {it} is no whole number from 0 to 100."), ""),
    "not-a-moment": (
        _("{property} “{text}” of {it} is no date and time with a zone."),
        _("Write 2026-01-05T09:00:00+08:00, or an expression that begins with =."),
    ),
    "job-missing": (_("{it} names no handler."), _("Choose one.")),
    "retries-number": (_("The retries “{text}” of {it} are no whole number."), ""),
    "two-implementations": (_("{it} has a handler and an expression or decision; it can have one."), ""),
    "unknown-handler": (_("There is no handler “{handler}”, which {it} calls."), _("Choose another one.")),
    "handler-input-missing": (
        _("The handler {handler} of {it} needs the input “{input}”."),
        _("Add an input mapping for it."),
    ),
    "handler-input-unknown": (_("The handler {handler} of {it} does not take the input “{input}”."), _("Remove it.")),
    "script-missing": (_("The script task {it} has no FEEL script."), ""),
    "result-variable-missing": (_("The result of {it} goes nowhere."), _("Name a result variable.")),
    "decision-missing": (_("{it} names no decision."), _("Choose one.")),
    "unsupported-binding": (_("The binding “{binding}” of {it} is not supported."), _("Use latest or deployment.")),
    "call-target-missing": (_("{it} names no process to call."), _("Choose one.")),
    "collection-missing": (_("The multi-instance activity {it} has no collection."), _("Name an input collection.")),
    "loop-without-end": (_("The loop {it} has neither a condition nor a maximum."), ""),
    "loop-maximum": (_("The loop maximum “{text}” of {it} is no whole number."), ""),
    "loop-cardinality": (_("The number of instances “{text}” of {it} is no whole number."), ""),
    "output-collection": (
        _("{it} needs both an output collection and an output element, or neither."),
        "",
    ),
    "mapping-target": (_("{it}: “{target}” is no variable name ({direction} mapping)."), ""),
    "mapping-source": (_("{it}: the {direction} mapping to “{target}” has no value."), ""),
    "variable-name": (_("{it}: “{variable}” is no variable name."), ""),
    # --- expressions ----------------------------------------------------------------------------------------------
    "feel-syntax": (_("{it}: the expression of {property} cannot be read: {reason}"), ""),
    "feel-empty": (_("{it}: the expression of {property} is empty."), ""),
    "feel-doubtful": (_("{it}: the expression of {property} is doubtful: {reason}"), ""),
    "unknown-function": (_("{it}: {property} calls “{function}”, which does not exist."), ""),
    "unknown-name": (
        _("{it} reads the variable “{variable}”, which nothing before it writes."),
        _("Correct the name, or write it before: in a form, a mapping, a script, a decision or a handler's results."),
    ),
    "unknown-name-later": (
        _("{it} reads the variable “{variable}”, which is only written later."),
        _("Write it before, or read it later."),
    ),
    "unknown-name-similar": (
        _("{it} reads the variable “{variable}”, which nothing before it writes; there is “{similar}”."),
        _("Correct the name if “{similar}” is meant."),
    ),
    "must-be-feel": (_("{it}: {property} must be an expression, but “{text}” is plain text."), _("Begin with =.")),
    "foreign-expression": (
        _("{it}: {property} “{text}” is an expression of another engine."),
        _("Write FEEL: begin with = and leave out ${{}}."),
    ),
    "space-before-equals": (
        _("{it}: {property} has a space before the =, so it is plain text."),
        _("Remove the space."),
    ),
    # --- references -----------------------------------------------------------------------------------------------
    "unknown-form": (_("There is no form “{form}”, which {it} shows."), _("Put it beside the diagram.")),
    "unknown-decision": (_("There is no decision “{decision}”, which {it} asks."), _("Put it beside the diagram.")),
    "unknown-process": (
        _("There is no process “{process}”, which {it} calls."),
        _("Deploy it with this one."),
    ),
    "call-circle": (_("{it} calls {process}, which in the end calls this process again."), ""),
    # --- texts ----------------------------------------------------------------------------------------------------
    "texts-invalid": (_("The texts file cannot be read at {it}."), ""),
    "text-missing": (_("{element} has no translation ({word})."), ""),
    "text-unknown": (_("The texts name {element}, which does not exist."), _("Remove it.")),
    "texts-of-nothing": (_("The texts belong to {key}, which is not here."), ""),
    "no-texts": (_("The process {it} has no texts in the second language ({language})."), ""),
}

ALL_SENTENCES: Mapping[str, tuple[str, str]] = {
    **SENTENCES,
    **FORM_SENTENCES,
    **DECISION_SENTENCES,
    **SCENARIO_SENTENCES,
    **TOKEN_SENTENCES,
}
"""Per code: what is wrong, and what to do about it ("" where nothing general can be said)."""
