"""What the check says about events and timers: sentence and suggested fix by code."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

EVENT_SENTENCES: Mapping[str, tuple[str, str]] = {
    # --- events -------------------------------------------------------------------------------------------------------
    "boundary-host-unknown": (
        _("The boundary event {it} sits on “{target}”, which does not exist."),
        _("Attach it to an activity, or delete it."),
    ),
    "boundary-host-kind": (
        _("The boundary event {it} sits on {target}, which can have none."),
        _("Attach it to a task, a sub-process or a call activity."),
    ),
    "boundary-host-scope": (
        _("The boundary event {it} and {target} lie in different sub-processes."),
        _("Draw it in the same sub-process as its activity."),
    ),
    "boundary-host-compensates": (
        _("{it} sits on {target}, which only compensates: its way would lead out of the compensation."),
        _("Let a sub-process compensate, and deal with it in there."),
    ),
    "boundary-leads-nowhere": (_("Nothing follows the boundary event {it}."), _("Lead it to an activity or an end.")),
    "cancel-outside-transaction": (
        _("The cancel event {it} only has a meaning in a transaction."),
        _("Use an error event, or make the sub-process a transaction."),
    ),
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
    "compensation-target": (
        _("{it} compensates {target}, where there is nothing to compensate."),
        _("Attach a compensation event to that activity, or choose another one."),
    ),
    "compensation-scope": (
        _("{it} compensates {target}, which lies in another scope."),
        _("Compensate from the scope {target} lies in, or compensate the sub-process around it."),
    ),
    "message-missing": (_("{it} names no message."), _("Choose a message with a name.")),
    "signal-missing": (_("{it} names no signal."), _("Choose a signal with a name.")),
    "error-code-missing": (_("{it} names no error code."), _("Choose an error with a code.")),
    "escalation-code-missing": (_("{it} names no escalation code."), _("Choose an escalation with a code.")),
    "caught-code-computed": (
        _("{it} catches the {event} {text}, but the code of what is caught cannot be an expression."),
        _("Write the code itself, or leave it out to catch all."),
    ),
    "link-name-missing": (_("The link event {it} has no name."), _("Give it one.")),
    "no-correlation-key": (
        _("{it} has no correlation key: any message “{message}” reaches it."),
        _("Give the message a correlation key."),
    ),
    "link-throw-leads-on": (
        _("The link event {it} has a sequence flow; it goes on at its counterpart."),
        _("Delete the sequence flow."),
    ),
    "link-catch-led-to": (_("A sequence flow leads into the link event {it}."), _("Delete the sequence flow.")),
    "link-no-catch": (
        _("The link “{link}” thrown by {it} arrives nowhere."),
        _("Add a link catch event."),
    ),
    "link-catch-twice": (_("{it} is a second arrival of the link “{link}”, beside {first}."), _("Keep one.")),
    "caught-twice": (_("{it} catches the {event} “{what}”, which another event here catches too."), _("Keep one.")),
    "start-not-constant": (
        _("{it} starts the process, so {text} must have a value before there are any variables."),
        _("Write it out, or use an expression that reads no variable."),
    ),
    "error-leaves-process": (
        _("Nobody in this process catches the error “{code}” of {it}: a calling process must, or it is an incident."),
        _("Catch it by a boundary event or an event sub-process, here or where the process is called."),
    ),
    # --- timers -------------------------------------------------------------------------------------------------------
    "timer-missing": (
        _("The timer {it} has no time."),
        _("Write a date, a duration or a cycle, or an expression that begins with =."),
    ),
    "timer-cycle-here": (_("The timer {it} cannot repeat as {position}."), _("Use a date or a duration.")),
    "timer-duration-start": (
        _("The timer {it} starts the process, so it needs a date or a cycle."),
        _("Write a cycle such as R/P1D, or a date."),
    ),
    "timer-quoted": (
        _("The time {text} of {it} stands in quotes."),
        _("Remove the quotes, or begin with = to make it an expression."),
    ),
    "timer-date": (_("“{text}” of {it} is no date and time with a zone."), _("Write 2026-01-05T09:00:00+08:00.")),
    "timer-duration": (_("“{text}” of {it} is no duration."), _("Write P1DT2H or PT15M.")),
    "timer-cycle": (_("“{text}” of {it} is no cycle."), _("Write R3/PT1H, R/P1D or 0 0 9 * * MON-FRI.")),
}
