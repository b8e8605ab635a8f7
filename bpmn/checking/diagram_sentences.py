"""What the check says about files and how a diagram holds together: sentence and suggested fix by code."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

DIAGRAM_SENTENCES: Mapping[str, tuple[str, str]] = {
    # --- files --------------------------------------------------------------------------------------------------------
    "too-large": (_("The file is too large: {size} bytes, {limit} are allowed."), _("Split it.")),
    "file-unreadable": (_("The file cannot be read: {reason}"), _("Check its name and who may read it.")),
    "empty-file": (_("The file is empty."), _("Save the diagram again, or leave the file out.")),
    "doctype": (
        _("The file has a document type declaration, which is never read."),
        _("Remove the line that begins with <!DOCTYPE."),
    ),
    "not-xml": (_("The file is no XML: {reason} (column {column})."), _("Export it again from the modeler.")),
    "too-deep": (
        _("The file is nested deeper than {limit} levels."),
        _("Move the inner parts into processes of their own and call them."),
    ),
    "wrong-namespace": (
        _("The file's elements are not those of BPMN 2.0 but of “{namespace}”."),
        _("Save it as BPMN 2.0."),
    ),
    "not-bpmn": (
        _("The file is no BPMN: it begins with “{tag}”."),
        _("Give the file the ending of its kind, or export it again as BPMN 2.0."),
    ),
    "no-process": (_("The file has no process."), _("Draw a process, or leave the file out.")),
    "no-executable-process": (_("No process in the file is executable."), _("Mark the process as executable.")),
    "not-executable": (
        _("The process {it} is not executable and will not be deployed."),
        _("Mark it as executable if it shall run."),
    ),
    "no-layout": (_("The file has no layout, so the diagram cannot be shown."), _("Open and save it in the designer.")),
    "too-many-elements": (
        _("The file has more than {limit} elements, as many as are allowed."),
        _("Move parts into processes of their own and call them."),
    ),
    "too-many-attributes": (_("An element has more than {limit} attributes."), _("Remove them.")),
    "more-findings": (_("{count} more findings are not listed."), _("Mend those that are listed and check again.")),
    "unknown-file-kind": (
        _("{file} is neither a diagram, a decision, a form, a texts file nor a scenario."),
        _("Name it .bpmn, .dmn, .form, .texts.zh-hans.json or .scenario.yaml."),
    ),
    "not-utf8": (_("The file is not UTF-8 text."), _("Save it as UTF-8.")),
    "duplicate-process": (_("There are two processes with the key {element}."), _("Give one of them another id.")),
    # --- structure ----------------------------------------------------------------------------------------------------
    "duplicate-id": (_("The id {element} is used more than once."), _("Give each element its own id.")),
    "missing-id": (_("A {tag} has no id."), _("Give it an id.")),
    "broken-reference": (
        _("{it} refers to “{target}” ({role}), which does not exist."),
        _("Choose something that exists, or remove the reference."),
    ),
    "foreign-engine": (
        _("{it} carries {tag}, which belongs to another engine and would be lost."),
        _("Replace it by its Camunda 8 counterpart."),
    ),
    "foreign-extension": (
        _("{tag} at {it} is an extension of another tool and changes nothing here."),
        _("Nothing needs to be done."),
    ),
    "execution-listener": (
        _("{it} has execution listeners, which are not supported."),
        _("Use a service task before or after it."),
    ),
    "task-listener": (_("{it} has task listeners, which are not supported."), _("Use a service task instead.")),
    "misplaced-extension": (_("{tag} has no meaning at {it}."), _("Remove it, or change the kind of the element.")),
    "said-twice": (_("{tag} stands twice at {it}: only one of them could be meant."), _("Keep one.")),
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
    "unsupported-event": (
        _("{it}: a {event} event is not supported as {position}."),
        _("Use an event of another kind, or put it elsewhere."),
    ),
    "not-portable": (
        _("{it} runs here, but {feature} is not portable to Camunda 8."),
        _("Nothing needs to be done if the diagram only runs here."),
    ),
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
    "event-transaction": (
        _("{it} is an event sub-process and cannot be a transaction."),
        _("Make it an ordinary sub-process."),
    ),
    "event-sub-process-loop": (
        _("The event sub-process {it} cannot be a loop."),
        _("Remove the loop, or repeat a task inside it."),
    ),
    # --- routing ------------------------------------------------------------------------------------------------------
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
    "endless-circle": (
        _("From {it} the process comes round again without end: nothing on the way waits, and nothing leads out."),
        _("Add a flow that leads out under a condition, or a step that waits."),
    ),
    "condition-not-allowed": (
        _("The condition on the sequence flow {it} has no effect after {source}."),
        _("Use an exclusive or inclusive gateway."),
    ),
    "event-gateway-needs-two": (
        _("The event-based gateway {it} needs two events to wait for."),
        _("Add a second event, or use an ordinary catch event without the gateway."),
    ),
    "event-gateway-target": (
        _("After the event-based gateway {it} there must be message, timer or signal events, but there is {target}."),
        _("Put a message, timer or signal catch event between them."),
    ),
    "event-gateway-shared-target": (
        _("{it} follows the event-based gateway {gateway} and may have no other way in."),
        _("Give the other way an event of its own."),
    ),
    "event-gateway-same-message": (
        _("The event-based gateway {it} waits twice for the message “{message}”."),
        _("Wait for each message once."),
    ),
    "event-gateway-same-signal": (
        _("The event-based gateway {it} waits twice for the signal “{signal}”."),
        _("Wait for each signal once."),
    ),
}
