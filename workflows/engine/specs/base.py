"""What every flow node does: enter with its inputs, run, leave with its outputs along its sequence flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from workflows.engine.api import Closing, IncidentKind, LogKind
from workflows.engine.failures import StepFailed
from workflows.engine.texts import Text, feel_of
from workflows.engine.token import Phase, Token
from workflows.engine.variables import propagate, put, visible

if TYPE_CHECKING:
    from bpmn.model import Flow, Node
    from workflows.engine.instance import Instance
    from workflows.engine.specs.boundary import BoundaryEvent
    from workflows.engine.specs.multi_instance import Repeated
    from workflows.engine.specs.process import ScopeSpec


class Way(NamedTuple):
    """An outgoing sequence flow. ``flow`` is "" for the invisible way of a link event."""

    flow: str
    target: FlowNode
    condition: Text | None = None
    default: bool = False


class Mapping(NamedTuple):
    """One input or output mapping."""

    path: tuple[str, ...]
    source: Text


class FlowNode(BpmnSpecMixin):  # type: ignore[misc]
    """A node of the diagram. Immutable once compiled.

    ``ways`` are the outgoing flows in document order, ``boundary`` the events that interrupt or accompany it,
    ``repeated`` the multi-instance or loop this node is one item of.
    """

    numbered = True
    """Whether activations are counted (everything that can cause something outside or is shown to people)."""
    joins = False
    """Whether a token must know the flow it arrives by."""
    begins_scope = True
    """Whether the scope's event sub-processes listen from the moment a token enters here first."""
    is_event_sub_process = False
    is_signer = False
    """Whether it is somebody added to a user task, whose token hangs on the one they sign."""

    def __init__(self, scope: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(scope, name or node.id, bpmn_name=node.name, lane=node.lane, documentation=node.documentation)
        self.bpmn_id = node.id
        self.node = node
        self.scope = scope
        self.ways: tuple[Way, ...] = ()
        self.always: tuple[Way, ...] | None = ()
        self.boundary: tuple[BoundaryEvent, ...] = ()
        self.catching: tuple[BoundaryEvent, ...] = ()
        self.repeated: Repeated | None = None
        self.input_mappings = _mappings(node.inputs, node.id)
        self.output_mappings = _mappings(node.outputs, node.id)

    def lead(self, flows: tuple[tuple[Flow, FlowNode], ...]) -> None:
        """Connect the outgoing sequence flows (compile time)."""
        self.ways = tuple(
            Way(flow.id, target, self.condition_of(flow), flow.id == self.node.default) for flow, target in flows
        )
        for way in self.ways:
            self.connect(way.target)
        plain = all(way.condition is None and not way.default for way in self.ways)
        self.always = self.ways if plain else None

    def condition_of(self, flow: Flow) -> Text | None:
        """The condition on an outgoing flow; a default flow has none."""
        return None if flow.id == self.node.default else feel_of(flow.condition, flow.id)

    # --- Spiff's hooks --------------------------------------------------------------------------------------------

    def test(self) -> None:
        """Handlers and listeners have no incoming flow: nothing to insist on."""

    def _update_hook(self, token: Token) -> bool:
        return True

    def _on_ready(self, token: Token) -> None:
        token.instance.queue.append(token)

    def _run_hook(self, token: Token) -> bool | None:
        """Spiff's word: True completes the token, None leaves it waiting. What fails is an incident, never raised."""
        try:
            if token.phase == Phase.ENTER:
                self.enter(token)
            if token.phase == Phase.WAIT:
                return None
            if token.phase == Phase.RUN:
                if not self.execute(token):
                    return None
                token.phase = Phase.LEAVE
            self.leave(token)
        except StepFailed as failure:
            if token.is_live:
                token.instance.open_incident(token, failure)
            return None
        return token.is_live or None

    def _on_complete_hook(self, token: Token) -> None:
        instance = token.instance
        instance.close_step(token, Closing.COMPLETED)
        for child in token.kids():
            child.cancel()
        self.log_completed(token)
        self.completed(token)
        scope = token.workflow
        for way in token.taken:
            if way.flow:
                instance.changes.log(LogKind.FLOW, way.flow, token.key)
            if way.target.joins:
                scope.enter(way.target, q=way.flow)
            else:
                scope.enter(way.target)

    def _on_cancel(self, token: Token) -> None:
        instance = token.instance
        scope = instance.subprocesses.get(token.id)
        if scope is not None:
            scope.abandon()
        instance.close_step(token, Closing.CANCELLED)
        if token.phase > Phase.ENTER:
            instance.changes.log(LogKind.CANCELLED, token.element, token.key)

    # --- what subclasses fill in ----------------------------------------------------------------------------------

    def enter(self, token: Token) -> None:
        """Count and log the activation, evaluate inputs, begin listening for boundary events."""
        instance = token.instance
        if self.begins_scope and not token.workflow.begun:
            self.begin_scope(token)
        if self.numbered and not token.loop:
            token.loop = instance.next_loop(self.bpmn_id)
        entered: dict[str, Any] = {"loop": token.loop}
        around = token.holder or token.workflow.owner
        if around is not None:
            entered["in"] = around.key
        instance.changes.log(LogKind.ENTERED, self.bpmn_id, token.key, entered)
        self.map_inputs(token)
        if self.catching and not token.is_detour:
            self.arm(token, self.catching)
        token.phase = Phase.RUN

    def execute(self, token: Token) -> bool:
        """Do the node's work: True when done, False when the token waits (then ``phase`` is WAIT)."""
        return True

    def leave(self, token: Token) -> None:
        """Write the results and choose the ways out."""
        if token.phase < Phase.FLOWS:
            self.write_results(token)
            token.phase = Phase.FLOWS
        if token.is_detour:
            return
        if not token.workflow.begun:
            self.begin_scope(token)
        if self.repeated is not None:
            self.repeated.collect(token)
        else:
            token.taken = self.choose(token)

    def completed(self, token: Token) -> None:
        """The token is through, its ways are not entered yet."""

    def log_completed(self, token: Token) -> None:
        """Say so in the log."""
        token.instance.changes.log(LogKind.COMPLETED, self.bpmn_id, token.key)

    def scope_ended(self, token: Token, scope: Any) -> None:
        """The scope this token owns is through."""
        token.instance.resume(token, Phase.LEAVE)

    # --- shared work ----------------------------------------------------------------------------------------------

    def begin_scope(self, token: Token) -> None:
        """The first token of a scope opens the listeners of its event sub-processes."""
        scope = token.workflow
        planned = [(sub, sub.start.plan(token)) for sub in scope.spec.event_sub_processes if sub.start.listens]
        scope.begun = True
        for sub, plan in planned:
            if plan is not None:
                sub.start.show(scope.listen(sub.start), plan)

    def arm(self, token: Token, events: tuple[BoundaryEvent, ...]) -> None:
        """Begin listening for events while the token is here."""
        planned = [(event, event.plan(token)) for event in events]
        for event, plan in planned:
            if plan is not None:
                event.show(token.workflow.listen(event, token), plan)

    def map_inputs(self, token: Token) -> None:
        """Input mappings make local variables, one after another."""
        if not self.input_mappings:
            return
        evaluator = token.instance.evaluator
        made = dict(token.local or {})
        context = visible(token)
        for path, source in self.input_mappings:
            put(made, path, evaluator.value(source, token, context))
            context[path[0]] = made[path[0]]
        token.instance.meter.grow_by(made)
        token.make_local().update(made)

    def write_results(self, token: Token) -> None:
        """Results go up the scopes; output mappings, if there are any, decide what of them does."""
        results = token.results
        if not self.output_mappings:
            if results:
                propagate(token, results)
        else:
            evaluator = token.instance.evaluator
            context = {**visible(token), **results}
            produced: dict[str, Any] = {}
            for path, source in self.output_mappings:
                put(produced, path, evaluator.value(source, token, context), context)
                context[path[0]] = produced[path[0]]
            propagate(token, produced, above=self.repeated is None or not self.repeated.items_keep_outputs)
        token.results = {}

    def choose(self, token: Token) -> tuple[Way, ...]:
        """All unconditional flows and those whose condition holds; the default flow when no condition does."""
        if self.always is not None:
            return self.always
        taken = [way for way in self.ways if not way.default and self.holds(way, token)]
        if not any(way.condition is not None for way in taken):
            taken += [way for way in self.ways if way.default]
        if not taken:
            raise self.no_way()
        return tuple(taken)

    def holds(self, way: Way, token: Token) -> bool:
        """Whether a flow without condition or with a true one."""
        if way.condition is None:
            return True
        return token.instance.evaluator.condition(way.condition, token, subject=way.flow)

    def no_way(self) -> StepFailed:
        return StepFailed(IncidentKind.NO_FLOW, "no condition of an outgoing flow holds and there is no default flow")

    def instance_of(self, token: Token) -> Instance:
        return token.instance


def _mappings(mappings: Any, element: str) -> tuple[Mapping, ...]:
    return tuple(Mapping(tuple(mapping.target.split(".")), Text(mapping.source, element)) for mapping in mappings)
