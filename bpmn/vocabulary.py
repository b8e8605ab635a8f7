"""The words of the BPMN 2.0 XML that the reader knows: namespaces, attributes, and what is only documentation."""

from __future__ import annotations

from bpmn.model import EventKind, Kind, TimerKind

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMN_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

ENGINE_NAMESPACES = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://activiti.org/bpmn": "activiti",
    "http://flowable.org/bpmn": "flowable",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow",
    "http://www.jboss.org/drools": "drools",
    "http://www.omg.org/bpmn20": "bpmn20",
}
"""Dialects of other engines: what they say changes how a diagram runs, so it may not be passed over."""

PREFIXES = {BPMN: "bpmn", BPMN_DI: "bpmndi", ZEEBE: "zeebe", XSI: "xsi", **ENGINE_NAMESPACES}

NODE_KINDS = {kind.value: kind for kind in Kind}
SUB_PROCESSES = frozenset({Kind.SUB_PROCESS, Kind.TRANSACTION, Kind.AD_HOC_SUB_PROCESS})
EVENTS = frozenset(
    {
        Kind.START_EVENT,
        Kind.END_EVENT,
        Kind.INTERMEDIATE_CATCH_EVENT,
        Kind.INTERMEDIATE_THROW_EVENT,
        Kind.BOUNDARY_EVENT,
    }
)
ACTIVITIES = frozenset(
    {
        Kind.TASK,
        Kind.USER_TASK,
        Kind.MANUAL_TASK,
        Kind.SERVICE_TASK,
        Kind.SEND_TASK,
        Kind.RECEIVE_TASK,
        Kind.SCRIPT_TASK,
        Kind.BUSINESS_RULE_TASK,
        Kind.CALL_ACTIVITY,
        *SUB_PROCESSES,
    }
)
GATEWAYS = frozenset(Kind) - EVENTS - ACTIVITIES

EVENT_DEFINITIONS = {
    "messageEventDefinition": EventKind.MESSAGE,
    "timerEventDefinition": EventKind.TIMER,
    "signalEventDefinition": EventKind.SIGNAL,
    "errorEventDefinition": EventKind.ERROR,
    "escalationEventDefinition": EventKind.ESCALATION,
    "compensateEventDefinition": EventKind.COMPENSATION,
    "terminateEventDefinition": EventKind.TERMINATE,
    "linkEventDefinition": EventKind.LINK,
    "cancelEventDefinition": EventKind.CANCEL,
    "conditionalEventDefinition": EventKind.CONDITIONAL,
}
DECLARATIONS = {
    "message": EventKind.MESSAGE,
    "signal": EventKind.SIGNAL,
    "error": EventKind.ERROR,
    "escalation": EventKind.ESCALATION,
}
TIMER_KINDS = {kind.value: kind for kind in TimerKind}

DOCUMENTATION = frozenset(
    {
        "documentation",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "dataInputAssociation",
        "dataOutputAssociation",
        "ioSpecification",
        "property",
        "textAnnotation",
        "group",
        "auditing",
        "monitoring",
        "dataInput",
        "dataOutput",
        "inputSet",
        "outputSet",
    }
)
"""Elements inside a process that inform readers and never change how it runs."""

DOCUMENTATION_AT_TOP = frozenset(
    {
        "documentation",
        "dataStore",
        "category",
        "itemDefinition",
        "interface",
        "partnerEntity",
        "partnerRole",
        "endPoint",
    }
)

DOCUMENTATION_OF_COLLABORATION = frozenset(
    {
        "association",
        "conversation",
        "subConversation",
        "callConversation",
        "conversationLink",
        "conversationAssociation",
        "participantAssociation",
        "messageFlowAssociation",
    }
)
DOCUMENTATION_OF_PARTICIPANT = frozenset({"documentation", "interfaceRef", "endPointRef", "participantMultiplicity"})

_COMMON = frozenset({"id", "name"})
_ACTIVITY = _COMMON | {"isForCompensation", "startQuantity", "completionQuantity", "default"}
_GATEWAY = _COMMON | {"gatewayDirection"}
_CATCH = _COMMON | {"parallelMultiple"}

ATTRIBUTES: dict[str, frozenset[str]] = {
    "process": _COMMON | {"isExecutable", "processType", "isClosed", "definitionalCollaborationRef"},
    "sequenceFlow": _COMMON | {"sourceRef", "targetRef", "isImmediate"},
    "association": _COMMON | {"sourceRef", "targetRef", "associationDirection"},
    "laneSet": _COMMON,
    "lane": _COMMON | {"partitionElementRef"},
    "participant": _COMMON | {"processRef"},
    "messageFlow": _COMMON | {"sourceRef", "targetRef", "messageRef"},
    "message": _COMMON | {"itemRef"},
    "signal": _COMMON | {"structureRef"},
    "error": _COMMON | {"errorCode", "structureRef"},
    "escalation": _COMMON | {"escalationCode", "structureRef"},
    "startEvent": _CATCH | {"isInterrupting"},
    "intermediateCatchEvent": _CATCH,
    "boundaryEvent": _CATCH | {"attachedToRef", "cancelActivity"},
    "endEvent": _COMMON,
    "intermediateThrowEvent": _COMMON,
    "task": _ACTIVITY,
    "manualTask": _ACTIVITY,
    "userTask": _ACTIVITY | {"implementation"},
    "serviceTask": _ACTIVITY | {"implementation", "operationRef"},
    "sendTask": _ACTIVITY | {"implementation", "operationRef", "messageRef"},
    "receiveTask": _ACTIVITY | {"implementation", "operationRef", "messageRef", "instantiate"},
    "scriptTask": _ACTIVITY | {"scriptFormat"},
    "businessRuleTask": _ACTIVITY | {"implementation"},
    "callActivity": _ACTIVITY | {"calledElement"},
    "subProcess": _ACTIVITY | {"triggeredByEvent"},
    "transaction": _ACTIVITY | {"triggeredByEvent", "method"},
    "adHocSubProcess": _ACTIVITY | {"triggeredByEvent", "ordering", "cancelRemainingInstances"},
    "exclusiveGateway": _GATEWAY | {"default"},
    "inclusiveGateway": _GATEWAY | {"default"},
    "complexGateway": _GATEWAY | {"default"},
    "parallelGateway": _GATEWAY,
    "eventBasedGateway": _GATEWAY | {"instantiate", "eventGatewayType"},
    "messageEventDefinition": _COMMON | {"messageRef"},
    "signalEventDefinition": _COMMON | {"signalRef"},
    "errorEventDefinition": _COMMON | {"errorRef"},
    "escalationEventDefinition": _COMMON | {"escalationRef"},
    "compensateEventDefinition": _COMMON | {"activityRef", "waitForCompletion"},
    "linkEventDefinition": _COMMON,
    "timerEventDefinition": _COMMON,
    "terminateEventDefinition": _COMMON,
    "cancelEventDefinition": _COMMON,
    "conditionalEventDefinition": _COMMON,
    "multiInstanceLoopCharacteristics": _COMMON
    | {"isSequential", "behavior", "noneBehaviorEventRef", "oneBehaviorEventRef"},
    "standardLoopCharacteristics": _COMMON | {"testBefore", "loopMaximum"},
}
"""The attributes of each element; one that is not listed is reported, never passed over."""

FIXED: dict[tuple[str, str], frozenset[str]] = {
    ("receiveTask", "instantiate"): frozenset({"false"}),
    ("eventBasedGateway", "instantiate"): frozenset({"false"}),
    ("eventBasedGateway", "eventGatewayType"): frozenset({"Exclusive"}),
    ("startEvent", "parallelMultiple"): frozenset({"false"}),
    ("intermediateCatchEvent", "parallelMultiple"): frozenset({"false"}),
    ("boundaryEvent", "parallelMultiple"): frozenset({"false"}),
    ("compensateEventDefinition", "waitForCompletion"): frozenset({"true"}),
    ("multiInstanceLoopCharacteristics", "behavior"): frozenset({"All"}),
    **{(kind.value, "startQuantity"): frozenset({"1"}) for kind in ACTIVITIES},
    **{(kind.value, "completionQuantity"): frozenset({"1"}) for kind in ACTIVITIES},
}
"""Attributes that change how a diagram runs and that only run with these values."""
