"""One small broken model for each finding about processes, tasks, expressions and references."""

from __future__ import annotations

from bpmn.checking import Severity
from tests.unit.bpmn.checked import E, W, branch, line
from tests.unit.bpmn.drawing import (
    SIMPLE,
    ext,
    flow,
    job,
    many,
    node,
    user,
)

PROPERTY = '<zeebe:properties><zeebe:property name="{}" value="{}"/></zeebe:properties>'
WRONG_TASKS: dict[str, tuple[str, Severity, str, str | None]] = {
    # the process itself
    "unknown record": (ext(PROPERTY.format("record", "castle")) + SIMPLE, E, "unknown-record-kind", "p"),
    "unknown starter": (ext(PROPERTY.format("startableBy", "sales, wizards")) + SIMPLE, W, "unknown-starter", "p"),
    # tasks
    "nobody": (line(node("userTask", "u")), W, "nobody-assigned", "u"),
    "unknown group": (
        line(node("userTask", "u", extensions='<zeebe:assignmentDefinition candidateGroups="sales@HZ, wizards"/>')),
        W,
        "unknown-group",
        "u",
    ),
    "priority": (line(user("u", "", '<zeebe:priorityDefinition priority="high"/>')), E, "priority-range", "u"),
    "due": (line(user("u", "", '<zeebe:taskSchedule dueDate="tomorrow"/>')), E, "not-a-moment", "u"),
    "no handler named": (line(node("serviceTask", "j")), E, "job-missing", "j"),
    "unknown handler": (line(job("j", "crm.nothing")), E, "unknown-handler", "j"),
    "retries": (
        line(node("serviceTask", "j", extensions='<zeebe:taskDefinition type="crm.note.add" retries="often"/>')),
        E,
        "retries-number",
        "j",
    ),
    "missing input": (
        line(
            job("j", "crm.level.apply", '<zeebe:ioMapping><zeebe:input source="=1" target="reason"/></zeebe:ioMapping>')
        ),
        E,
        "handler-input-missing",
        "j",
    ),
    "unknown input": (
        line(
            job(
                "j",
                "crm.level.apply",
                '<zeebe:ioMapping><zeebe:input source="=1" target="customer_id"/>'
                '<zeebe:input source="=1" target="colour.red"/></zeebe:ioMapping>',
            )
        ),
        W,
        "handler-input-unknown",
        "j",
    ),
    "no script": (line(node("scriptTask", "c")), E, "script-missing", "c"),
    "no result": (
        line(node("scriptTask", "c", extensions='<zeebe:script expression="=1"/>')),
        E,
        "result-variable-missing",
        "c",
    ),
    "no decision": (line(node("businessRuleTask", "c")), E, "decision-missing", "c"),
    "decision result": (
        line(node("businessRuleTask", "c", extensions='<zeebe:calledDecision decisionId="=x"/>')),
        E,
        "result-variable-missing",
        "c",
    ),
    "job and script": (
        line(job("c", "crm.note.add", '<zeebe:script expression="=1" resultVariable="x"/>', kind="scriptTask")),
        E,
        "two-implementations",
        "c",
    ),
    "no call target": (line(node("callActivity", "c")), E, "call-target-missing", "c"),
    "version tag": (
        line(
            node("callActivity", "c", extensions='<zeebe:calledElement processId="deployed" bindingType="versionTag"/>')
        ),
        E,
        "unsupported-binding",
        "c",
    ),
    "no collection": (line(user("u", many())), E, "collection-missing", "u"),
    "half an output": (line(user("u", many('inputCollection="=l" outputCollection="o"'))), E, "output-collection", "u"),
    "endless loop": (line(user("u", "<bpmn:standardLoopCharacteristics/>")), E, "loop-without-end", "u"),
    "target": (
        line(user("u", "", '<zeebe:ioMapping><zeebe:input source="=1" target="a b"/></zeebe:ioMapping>')),
        E,
        "mapping-target",
        "u",
    ),
    "empty source": (
        line(user("u", "", '<zeebe:ioMapping><zeebe:output source="" target="a"/></zeebe:ioMapping>')),
        E,
        "mapping-source",
        "u",
    ),
    "variable name": (
        line(node("scriptTask", "c", extensions='<zeebe:script expression="=1" resultVariable="1x"/>')),
        E,
        "variable-name",
        "c",
    ),
    # expressions
    "syntax": (branch(flow("g", "a", "=x &gt;"), flow("g", "b"), default="g_b"), E, "feel-syntax", "g_a"),
    "empty": (branch(flow("g", "a", "="), flow("g", "b"), default="g_b"), E, "feel-empty", "g_a"),
    "literal condition": (branch(flow("g", "a", "true"), flow("g", "b"), default="g_b"), E, "must-be-feel", "g_a"),
    "juel": (branch(flow("g", "a", "${x == 1}"), flow("g", "b"), default="g_b"), E, "foreign-expression", "g_a"),
    "space": (
        line(node("userTask", "u", extensions='<zeebe:assignmentDefinition assignee=" =boss"/>')),
        E,
        "space-before-equals",
        "u",
    ),
    "function": (branch(flow("g", "a", "=father of(x)"), flow("g", "b"), default="g_b"), E, "unknown-function", "g_a"),
    "arguments": (branch(flow("g", "a", "=abs(1, 2) = 1"), flow("g", "b"), default="g_b"), W, "feel-doubtful", "g_a"),
    "literal collection": (line(user("u", many('inputCollection="items"'))), E, "must-be-feel", "u"),
    # references
    "form": (line(user("u", "", '<zeebe:formDefinition formId="gone"/>')), E, "unknown-form", "u"),
    "decision": (
        line(node("businessRuleTask", "c", extensions='<zeebe:calledDecision decisionId="gone" resultVariable="x"/>')),
        E,
        "unknown-decision",
        "c",
    ),
    "process": (
        line(node("callActivity", "c", extensions='<zeebe:calledElement processId="gone"/>')),
        E,
        "unknown-process",
        "c",
    ),
    "calls itself": (
        line(node("callActivity", "c", extensions='<zeebe:calledElement processId="p"/>')),
        W,
        "call-circle",
        "c",
    ),
}
