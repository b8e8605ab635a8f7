"""Which node becomes which spec, and what is refused because it would not run as BPMN says."""

from __future__ import annotations

from bpmn.model import EventKind, Kind, Node, Process
from bpmn.supported import EVENTS_AT, NODES, Support, position_of
from bpmn.vocabulary import EVENTS
from workflows.engine.failures import DefinitionRefused
from workflows.engine.specs.base import FlowNode
from workflows.engine.specs.boundary import BoundaryEvent
from workflows.engine.specs.call_activity import CallActivity
from workflows.engine.specs.catch import CatchEvent, ReceiveTask
from workflows.engine.specs.decisions import BusinessRuleTask
from workflows.engine.specs.end import EndEvent
from workflows.engine.specs.event_based import EventBasedGateway
from workflows.engine.specs.event_sub_process import EventSubProcess
from workflows.engine.specs.exclusive import ExclusiveGateway
from workflows.engine.specs.inclusive import InclusiveGateway
from workflows.engine.specs.jobs import JobTask
from workflows.engine.specs.parallel import ParallelGateway
from workflows.engine.specs.scripts import ScriptTask
from workflows.engine.specs.start import StartEvent
from workflows.engine.specs.sub_process import SubProcess
from workflows.engine.specs.tasks import ManualTask, NoneTask, UserTask
from workflows.engine.specs.throw import SendTask, ThrowEvent

SPECS: dict[Kind, type[FlowNode]] = {
    Kind.START_EVENT: StartEvent,
    Kind.END_EVENT: EndEvent,
    Kind.INTERMEDIATE_THROW_EVENT: ThrowEvent,
    Kind.INTERMEDIATE_CATCH_EVENT: CatchEvent,
    Kind.BOUNDARY_EVENT: BoundaryEvent,
    Kind.TASK: NoneTask,
    Kind.USER_TASK: UserTask,
    Kind.MANUAL_TASK: ManualTask,
    Kind.SERVICE_TASK: JobTask,
    Kind.SEND_TASK: SendTask,
    Kind.RECEIVE_TASK: ReceiveTask,
    Kind.SCRIPT_TASK: ScriptTask,
    Kind.BUSINESS_RULE_TASK: BusinessRuleTask,
    Kind.CALL_ACTIVITY: CallActivity,
    Kind.SUB_PROCESS: SubProcess,
    Kind.TRANSACTION: SubProcess,
    Kind.EXCLUSIVE_GATEWAY: ExclusiveGateway,
    Kind.PARALLEL_GATEWAY: ParallelGateway,
    Kind.INCLUSIVE_GATEWAY: InclusiveGateway,
    Kind.EVENT_BASED_GATEWAY: EventBasedGateway,
}

_BY_JOB = frozenset({Kind.SCRIPT_TASK, Kind.BUSINESS_RULE_TASK})


def spec_class(node: Node) -> type[FlowNode]:
    """The spec class of a supported node."""
    if node.kind in _BY_JOB and node.job is not None:
        return JobTask
    if node.kind is Kind.SUB_PROCESS and node.triggered_by_event:
        return EventSubProcess
    return SPECS[node.kind]


def check_supported(process: Process, node: Node) -> None:
    """Raises DefinitionRefused for a node that is not on the supported list."""
    if NODES[node.kind] is Support.NO:
        raise DefinitionRefused(node.id, f"{node.kind.value} is not supported")
    if node.kind is Kind.SERVICE_TASK and node.job is None:
        raise DefinitionRefused(node.id, "a service task needs a job type")
    if node.kind not in EVENTS:
        return
    kind = EventKind.NONE if node.event is None else node.event.kind
    if EVENTS_AT[position_of(process, node)].get(kind, Support.NO) is Support.NO:
        raise DefinitionRefused(node.id, f"a {kind.value} {node.kind.value} is not supported here")
