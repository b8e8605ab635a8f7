"""What the check says about tasks, expressions and what they refer to: sentence and suggested fix by code."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

TASK_SENTENCES: Mapping[str, tuple[str, str]] = {
    # --- tasks --------------------------------------------------------------------------------------------------------
    "nobody-assigned": (_("Nobody is assigned to {it}."), _("Give it an assignee or candidate groups.")),
    "perhaps-nobody": (
        _("{it} can resolve to nobody: “{text}” may have no value, and no group stands in."),
        _("Add candidate groups for when nobody is found."),
    ),
    "unknown-record-kind": (
        _("{it} says it is about the record kind “{kind}”, which does not exist."),
        _("Name one of these in the property “record”: {known}."),
    ),
    "unknown-starter": (
        _("{it} may be started by “{role}”, which is no role."),
        _("Correct the role in the property “startableBy”, or create it."),
    ),
    "unknown-group": (_("{it} goes to “{group}”, which is no role."), _("Correct the role, or create it.")),
    "rule-unknown": (
        _("{it}: the header “{header}” says “{text}”, which means nothing."),
        _("Write one of these: {known}."),
    ),
    "rule-step": (
        _("{it}: the header “{header}” names “{text}”, which is no other step of this process that people do."),
        _("Name the ids of user tasks, with commas between them."),
    ),
    "priority-range": (
        _("The priority “{text}” of {it} is no whole number from 0 to 100."),
        _("Write a number from 0 to 100."),
    ),
    "not-a-moment": (
        _("{property} “{text}” of {it} is no date and time with a zone."),
        _("Write 2026-01-05T09:00:00+08:00, or an expression that begins with =."),
    ),
    "job-missing": (_("{it} names no handler."), _("Choose one.")),
    "retries-number": (_("The retries “{text}” of {it} are no whole number."), _("Write a whole number such as 3.")),
    "two-implementations": (
        _("{it} has a handler and an expression or decision; it can have one."),
        _("Remove one of them."),
    ),
    "unknown-handler": (_("There is no handler “{handler}”, which {it} calls."), _("Choose another one.")),
    "handler-input-missing": (
        _("The handler {handler} of {it} needs the input “{input}”."),
        _("Add an input mapping for it."),
    ),
    "handler-input-unknown": (_("The handler {handler} of {it} does not take the input “{input}”."), _("Remove it.")),
    "script-missing": (
        _("The script task {it} has no FEEL script."),
        _("Write a FEEL expression and name its result variable."),
    ),
    "result-variable-missing": (_("The result of {it} goes nowhere."), _("Name a result variable.")),
    "decision-missing": (_("{it} names no decision."), _("Choose one.")),
    "unsupported-binding": (_("The binding “{binding}” of {it} is not supported."), _("Use latest or deployment.")),
    "call-target-missing": (_("{it} names no process to call."), _("Choose one.")),
    "collection-missing": (_("The multi-instance activity {it} has no collection."), _("Name an input collection.")),
    "loop-without-end": (
        _("The loop {it} has neither a condition nor a maximum."),
        _("Give it a condition to go on, or a maximum."),
    ),
    "loop-maximum": (_("The loop maximum “{text}” of {it} is no whole number."), _("Write a whole number such as 10.")),
    "loop-cardinality": (
        _("The number of instances “{text}” of {it} is no whole number."),
        _("Write a whole number, or an expression that begins with =."),
    ),
    "output-collection": (
        _("{it} needs both an output collection and an output element, or neither."),
        _("Name both, or remove both."),
    ),
    "mapping-target": (
        _("{it}: “{target}” is no variable name ({direction} mapping)."),
        _("Write a name of letters, digits and underscores that begins with a letter."),
    ),
    "mapping-source": (
        _("{it}: the {direction} mapping to “{target}” has no value."),
        _("Write an expression that begins with =, or remove the mapping."),
    ),
    "variable-name": (
        _("{it}: “{variable}” is no variable name."),
        _("Write a name of letters, digits and underscores that begins with a letter."),
    ),
    # --- expressions --------------------------------------------------------------------------------------------------
    "feel-syntax": (
        _("{it}: the expression of {property} cannot be read: {reason}"),
        _("Correct the expression at the place that is named."),
    ),
    "feel-empty": (
        _("{it}: the expression of {property} is empty."),
        _("Write an expression after the =, or remove the =."),
    ),
    "feel-doubtful": (
        _("{it}: the expression of {property} is doubtful: {reason}"),
        _("Correct the expression, or make sure of its values before it."),
    ),
    "unknown-function": (
        _("{it}: {property} calls “{function}”, which does not exist."),
        _("Correct the name, or use one of FEEL's functions."),
    ),
    "unknown-name": (
        _("{it} reads the variable “{variable}”, which nothing before it writes."),
        _("Correct the name, or write it before: in a form, a mapping, a script, a decision or a handler's results."),
    ),
    "unknown-name-start": (
        _("{it} reads the variable “{variable}”, which no step before writes: whoever starts the process brings it."),
        _("Nothing needs to be done if it is given at the start; else correct the name, or give the start a form."),
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
    # --- references ---------------------------------------------------------------------------------------------------
    "unknown-form": (_("There is no form “{form}”, which {it} shows."), _("Put it beside the diagram.")),
    "unknown-decision": (_("There is no decision “{decision}”, which {it} asks."), _("Put it beside the diagram.")),
    "unknown-process": (
        _("There is no process “{process}”, which {it} calls."),
        _("Deploy it with this one."),
    ),
    "call-target-start": (
        _("{it} calls “{process}”, which has no none start event."),
        _("Give that process a none start event."),
    ),
    "call-circle": (
        _("{it} calls {process}, which in the end calls this process again."),
        _("Make sure that a condition ends it, or call another process."),
    ),
    # --- texts --------------------------------------------------------------------------------------------------------
    "texts-invalid": (
        _("The texts file cannot be read at {it}."),
        _("Correct it there: the file holds a text for each word of each element."),
    ),
    "text-missing": (_("{element} has no translation ({word})."), _("Add “{word}” of {element} to the texts file.")),
    "text-unknown": (_("The texts name {element}, which does not exist."), _("Remove it.")),
    "texts-of-nothing": (
        _("The texts belong to {key}, which is not here."),
        _("Name the file after the key of its process, or remove it."),
    ),
    "no-texts": (
        _("The process {it} has no texts in the second language ({language})."),
        _("Put a texts file for this language beside the diagram."),
    ),
}
