"""Makes diagrams of other engines at random: every attribute and extension they know, in right and in wrong places."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random
from xml.sax.saxutils import quoteattr

NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "flowable": "http://flowable.org/bpmn",
    "activiti": "http://activiti.org/bpmn",
    "spiffworkflow": "http://spiffworkflow.org/bpmn/schema/1.0/core",
    "signavio": "http://www.signavio.com",
    "odd": "http://example.org/odd",
}
FAMILY = ("camunda", "flowable", "activiti")
ATTRIBUTES = (
    "assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority", "formKey", "formRef",
    "formRefBinding", "class", "delegateExpression", "expression", "resultVariable", "type", "topic", "decisionRef",
    "mapDecisionResult", "decisionRefBinding", "collection", "elementVariable", "asyncBefore", "asyncAfter",
    "exclusive", "jobPriority", "taskPriority", "historyTimeToLive", "versionTag", "initiator", 
    "calledElementBinding", "calledElementVersion", "candidateStarterGroups", "candidateStarterUsers",
    "isStartableInTasklist", "errorMessage",
    "errorCodeVariable", "variableMappingClass", "resource", "nobodyKnowsThis", "modelerTemplate", "businessKey",
)  # fmt: skip
VALUES = (
    "plain", "li.wei", "${x}", "${a.b > 3 && !c}", "${bean.run()}", "#{who}", "Order ${n}!", "${", "${execution.id}",
    "5", "true", "external", "latest", "deployment", "singleEntry", "P3D", "${dateTime().plusDays(2).toDate()}", "",
    "embedded:app:forms/a.html", "camunda-forms:deployment:b.form", "=already", "a, b", "中文", '"quoted"',
)  # fmt: skip
KINDS = (
    "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask", "callActivity",
    "manualTask", "task", "intermediateThrowEvent",
)  # fmt: skip
CONDITIONS = (
    "${x &gt; 1}", "${bean.is()}", "x == 'a'", "amount over 5", "=y", "x &gt; 1 and y = 2", "${a} and b",
)  # fmt: skip
TIMES = ("PT1H", "'PT1H'", '"P1D"', "timedelta(hours=1)", "${due}", "${bean.due()}", "tomorrow", "=x", "R/PT1H")
SCRIPTS = (
    ("", "x = 1"),
    ("python", "x = a + b"),
    ("groovy", "x"),
    ("juel", "${a + 1}"),
    ("feel", "a + 1"),
    ("js", "1"),
)


def attributes(chance: Random, most: int = 3) -> str:
    """Some foreign attributes, each once."""
    names = {(chance.choice(FAMILY), chance.choice(ATTRIBUTES)) for _ in range(chance.randint(0, most))}
    if chance.random() < 0.2:
        names.add((chance.choice(("signavio", "odd", "spiffworkflow")), "colour"))
    return "".join(f" {prefix}:{name}={quoteattr(chance.choice(VALUES))}" for prefix, name in sorted(names))


def text(chance: Random) -> str:
    """One of the values as the content of an element."""
    return chance.choice(VALUES).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _parameter(chance: Random, prefix: str, depth: int = 0) -> str:
    kind = chance.randrange(5 if depth < 2 else 1)
    if kind == 1:
        inner = "".join(f"<{prefix}:value>{text(chance)}</{prefix}:value>" for _ in range(2))
        return f"<{prefix}:list>{inner}</{prefix}:list>"
    if kind == 2:
        inner = "".join(
            f'<{prefix}:entry key="k{n}">{_parameter(chance, prefix, depth + 1)}</{prefix}:entry>' for n in range(2)
        )
        return f"<{prefix}:map>{inner}</{prefix}:map>"
    if kind == 3:
        return f'<{prefix}:script scriptFormat="js">1</{prefix}:script>'
    return text(chance)


def _input_output(chance: Random, prefix: str) -> str:
    ways = [chance.choice(("inputParameter", "outputParameter")) for _ in range(chance.randint(1, 3))]
    inner = "".join(
        f'<{prefix}:{way} name="p{n}">{_parameter(chance, prefix)}</{prefix}:{way}>' for n, way in enumerate(ways)
    )
    return f"<{prefix}:inputOutput>{inner}</{prefix}:inputOutput>"


def _passed(chance: Random, prefix: str) -> str:
    way = chance.choice(("in", "out"))
    given = chance.choice(
        ('source="a" target="b"', 'sourceExpression="${a}" target="b"', 'variables="all"', 'businessKey="${k}"',
         'source="a" target="b" local="true"', 'source="a b" target="c"', 'variables="some"')
    )  # fmt: skip
    return f"<{prefix}:{way} {given}/>"


def _form(chance: Random, prefix: str) -> str:
    kind = chance.choice(("string", "long", "boolean", "date", "enum", "own"))
    rule = chance.choice(("required", "min", "maxlength", "mine"))
    inner = {"enum": f'<{prefix}:value id="v" name="V"/>', "own": ""}.get(kind, "")
    rules = f'<{prefix}:validation><{prefix}:constraint name="{rule}" config="3"/></{prefix}:validation>'
    field = f'<{prefix}:formField id="f1" label="F" type="{kind}" defaultValue={quoteattr(chance.choice(VALUES))}>'
    return f"<{prefix}:formData>{field}{inner}{rules}</{prefix}:formField></{prefix}:formData>"


EXTENSIONS: tuple[Callable[[Random, str], str], ...] = (
    _input_output,
    _passed,
    _form,
    lambda chance, prefix: f'<{prefix}:properties><{prefix}:property name="k" value="v"/></{prefix}:properties>',
    lambda chance, prefix: f"<{prefix}:failedJobRetryTimeCycle>{text(chance)}</{prefix}:failedJobRetryTimeCycle>",
    lambda chance, prefix: f'<{prefix}:executionListener event="start" class="x"/>',
    lambda chance, prefix: f'<{prefix}:taskListener event="create" expression="${{x}}"/>',
    lambda chance, prefix: f"<{prefix}:connector><{prefix}:connectorId>c</{prefix}:connectorId></{prefix}:connector>",
    lambda chance, prefix: f'<{prefix}:field name="f" stringValue="v"/>',
    lambda chance, prefix: f'<{prefix}:formProperty id="fp" name="N" type="string" required="true"/>',
    lambda chance, prefix: "<spiffworkflow:preScript>x = 1</spiffworkflow:preScript>",
    lambda chance, prefix: (
        f"<spiffworkflow:instructionsForEndUser>{text(chance)}</spiffworkflow:instructionsForEndUser>"
    ),
    lambda chance, prefix: "<spiffworkflow:calledDecisionId>d</spiffworkflow:calledDecisionId>",
    lambda chance, prefix: "<spiffworkflow:unitTests><spiffworkflow:unitTest id='ut'/></spiffworkflow:unitTests>",
    lambda chance, prefix: (
        '<spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename" '
        'value="a-schema.json"/><spiffworkflow:property name="mine" value="1"/></spiffworkflow:properties>'
    ),
    lambda chance, prefix: '<signavio:signavioMetaData metaKey="bgcolor" metaValue="#fff"/>',
    lambda chance, prefix: "<odd:note>keep <odd:me/></odd:note>",
)


def extensions(chance: Random) -> str:
    """Some extension elements, possibly the same twice."""
    inner = "".join(chance.choice(EXTENSIONS)(chance, chance.choice(FAMILY)) for _ in range(chance.randint(0, 2)))
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""


def _inner(chance: Random, kind: str) -> str:
    if kind == "scriptTask":
        return f"<bpmn:script>{chance.choice(SCRIPTS)[1]}</bpmn:script>"
    if kind in {"userTask", "serviceTask", "callActivity"} and chance.random() < 0.3:
        condition = f"<bpmn:completionCondition>{chance.choice(CONDITIONS)}</bpmn:completionCondition>"
        return (
            f"<bpmn:multiInstanceLoopCharacteristics{attributes(chance)}>{condition}"
            "</bpmn:multiInstanceLoopCharacteristics>"
        )
    if kind == "intermediateThrowEvent" and chance.random() < 0.5:
        return f'<bpmn:messageEventDefinition id="{chance.random()}"{attributes(chance)} messageRef="m"/>'
    return ""


def _activity(chance: Random, identity: str) -> str:
    kind = chance.choice(KINDS)
    own = ' calledElement="other"' if kind == "callActivity" else ""
    own += f' scriptFormat="{chance.choice(SCRIPTS)[0]}"' if kind == "scriptTask" else ""
    documented = "<bpmn:documentation>What to do</bpmn:documentation>" if chance.random() < 0.3 else ""
    inner = f"{documented}{extensions(chance)}{_inner(chance, kind)}"
    return f'<bpmn:{kind} id="{identity}" name="N{identity}"{own}{attributes(chance)}>{inner}</bpmn:{kind}>'


def diagram(chance: Random) -> bytes:
    """A process that holds together: activities in a row, a choice and a timer, with foreign words anywhere."""
    names = [f"a{n}" for n in range(chance.randint(1, 4))]
    body = f'<bpmn:startEvent id="s"{attributes(chance)}>{extensions(chance)}</bpmn:startEvent>'
    body += (
        "".join(_activity(chance, name) for name in names) + '<bpmn:exclusiveGateway id="g"/><bpmn:endEvent id="e"/>'
    )
    body += f'<bpmn:boundaryEvent id="b" attachedToRef="a0"{attributes(chance)}><bpmn:timerEventDefinition>'
    body += f"<bpmn:timeDuration>{chance.choice(TIMES)}</bpmn:timeDuration></bpmn:timerEventDefinition>"
    body += "</bpmn:boundaryEvent>"
    row = ["s", *names, "g"]
    for number, (source, target) in enumerate(pairwise(row)):
        identity = "" if chance.random() < 0.3 else f' id="f{number}"'
        body += f'<bpmn:sequenceFlow{identity} sourceRef="{source}" targetRef="{target}"{attributes(chance, 1)}/>'
    condition = (
        f"<bpmn:conditionExpression{attributes(chance, 1)}>{chance.choice(CONDITIONS)}</bpmn:conditionExpression>"
    )
    body += f'<bpmn:sequenceFlow id="yes" sourceRef="g" targetRef="a0">{condition}</bpmn:sequenceFlow>'
    body += '<bpmn:sequenceFlow id="no" sourceRef="g" targetRef="e"/>'
    body += '<bpmn:sequenceFlow id="late" sourceRef="b" targetRef="e"/>'
    executable = chance.choice(("", ' isExecutable="true"', ' isExecutable="false"'))
    process = f'<bpmn:process id="p"{executable}{attributes(chance)}>{extensions(chance)}{body}</bpmn:process>'
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    message = f'<bpmn:message id="m" name="sent"{attributes(chance, 1)}/>'
    return f'<bpmn:definitions{declared} id="d" targetNamespace="t">{message}{process}</bpmn:definitions>'.encode()
