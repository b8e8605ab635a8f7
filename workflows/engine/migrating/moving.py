"""Carrying a stored instance over: each token to its new node, with everything it waits for as it was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workflows.engine.advancing import begin
from workflows.engine.api import Advance, Budget, OpenedStep, Ports
from workflows.engine.codec import encode
from workflows.engine.failures import StepFailed
from workflows.engine.instance import Instance
from workflows.engine.migrating.fitting import Act, Fitting, Reason, Route
from workflows.engine.migrating.footprint import footprint_of, is_listener, joins, records_of, scopes_of
from workflows.engine.migrating.judging import Problem, judge
from workflows.engine.modifying import close_empty
from workflows.engine.opening import describe
from workflows.engine.scopes import RunningScope
from workflows.engine.specs.event_based import EventBasedGateway
from workflows.engine.specs.multi_instance import Repeated
from workflows.engine.specs.parallel import ParallelGateway
from workflows.engine.specs.signer import Signer
from workflows.engine.specs.tasks import UserTask
from workflows.engine.token import Phase, Token

_BUDGET = Budget()


class MigrationRefused(Exception):
    """The instance stays where it is; ``problems`` say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(f"{problem.element}: {problem.reason.value}" for problem in problems))
        self.problems = problems


def migrate(fitting: Fitting, state: bytes, ports: Ports, *, reason: str = "", budget: Budget = _BUDGET) -> Advance:
    """Move an instance at rest from one version to another; the result's ``state`` belongs to the new one.

    What waits goes on waiting for what it waited for: timers keep their due moments (but those the plan names are
    planned again), subscriptions their names and keys, multi-instance items, incidents and called instances stay.
    Events that are new are listened for from now on, those that are gone no longer. Raises MigrationRefused,
    StateUnreadable.
    """
    instance = begin(fitting.old, state, ports, budget)
    if instance.outcome is not None:
        raise MigrationRefused(Problem("", Reason.ENDS))
    verdict = judge(fitting, footprint_of(instance))
    if verdict.problems:
        raise MigrationRefused(*verdict.problems)
    _Moving(instance, fitting, reason).run()
    return instance.changes.result(encode(instance))


class _Moving:
    def __init__(self, instance: Instance, fitting: Fitting, reason: str) -> None:
        self.instance = instance
        self.fitting = fitting
        self.reason = reason
        self.left: list[RunningScope] = []
        self.restarts: list[tuple[RunningScope, str]] = []

    def run(self) -> None:
        self._take_away()
        tokens = self.instance.all_tokens()
        self._retarget(tokens)
        self._translate_counts()
        try:
            self._plan_again(tokens)
            self._listen(tokens)
            self._describe(tokens)
        except StepFailed as failure:
            raise MigrationRefused(Problem(failure.message, Reason.FAILED)) from failure
        for scope, target in self.restarts:
            scope.enter(self.fitting.new.nodes[target])
        for scope in self.left:
            close_empty(self.instance, scope, self.reason)
        self._let_joins_go()
        if not self.instance.completed:
            self.instance.do_engine_steps()

    # --- what does not come along ---------------------------------------------------------------------------------

    def _take_away(self) -> None:
        """Steps that end or begin elsewhere, and listeners for events that are gone, while the old version is known."""
        for token in self.instance.all_tokens():
            if not token.is_live or token.id not in self.instance.tasks:
                continue
            if is_listener(token):
                if self.fitting.listener(token.element) is None:
                    token.cancel()
                continue
            if token.holder is not None:
                continue  # an item goes with its whole, a signer with whom they sign
            route = self.fitting.route(token.element)
            assert isinstance(route, Route)
            if route.act is Act.KEEP:
                continue
            self.left.append(token.workflow)
            if route.act is Act.RESTART:
                self.restarts.append((token.workflow, route.target))
            token.cancel()

    # --- what does ------------------------------------------------------------------------------------------------

    def _retarget(self, tokens: Iterable[Token]) -> None:
        new, instance, fitting = self.fitting.new, self.instance, self.fitting
        instance.definition = new
        instance.subprocess_specs = new.scopes
        arrived = {
            token.id: {fitting.arrival(token.element, flow): count for flow, count in token.internal_data["a"].items()}
            for token in joins(tokens)
        }
        for record in records_of(instance, tokens):
            self._translate_record(record)
        for scope in scopes_of(instance):
            scope.records = [record for record in scope.records if record["e"]]
            scope.joins = {str(fitting.image(name)): id for name, id in scope.joins.items()}
            scope.spec = new.scopes.get(str(fitting.image(scope.spec.name)), new.root)
            scope.task_tree.task_spec = scope.spec.start
        for token in tokens:
            if "u" in token.internal_data:
                token.internal_data["u"] = [record for record in token.internal_data["u"] if record["e"]]
            target = fitting.listener(token.element) if is_listener(token) else fitting.kept(token.element)
            assert target is not None
            spec = new.nodes[target]
            token.task_spec = _counterpart(token.task_spec, spec)
            if token.id in arrived:
                token.internal_data["a"] = arrived[token.id]
            self._fit_outputs(token)

    def _translate_record(self, record: dict[str, Any]) -> None:
        """A forgotten one loses its element."""
        forgotten = record["e"] in self.fitting.plan.end
        target = None if forgotten else self.fitting.handler(record["e"], record["h"])
        for inner in record.get("u", ()):
            self._translate_record(inner)
        record["e"] = target or ""
        if target is not None and record["h"] is not None:
            record["h"] = self.fitting.new.nodes[target].handler.name
        if "u" in record:
            record["u"] = [inner for inner in record["u"] if inner["e"]]

    def _fit_outputs(self, token: Token) -> None:
        """A multi-instance collects outputs exactly when the new version wants them."""
        counters = token.internal_data.get("m")
        if counters is None or "n" not in counters:
            return
        wanted = bool(token.task_spec.plan.output_collection)
        if wanted and counters["o"] is None:
            counters["o"] = [None] * counters["n"]
        elif not wanted:
            counters["o"] = None

    def _translate_counts(self) -> None:
        """Activations and ends are counted on under the new ids; those of elements that are gone are not forgotten."""
        instance, image = self.instance, self.fitting.image
        for counts in (instance.loops, instance.ends):
            before = dict(counts)
            counts.clear()
            for element, count in before.items():
                name = str(image(element))
                counts[name] = (
                    max(counts.get(name, 0), count) if counts is instance.loops else (counts.get(name, 0) + count)
                )

    # --- timers ---------------------------------------------------------------------------------------------------

    def _plan_again(self, tokens: Iterable[Token]) -> None:
        redrawn = {self.fitting.image(element) for element in self.fitting.plan.replan}
        for token in tokens:
            if token.element in redrawn and token.internal_data.get("w") == "t":
                token.task_spec.replan(token, redrawn=True)

    # --- what is listened for -------------------------------------------------------------------------------------

    def _listen(self, tokens: Iterable[Token]) -> None:
        """For events that have no counterpart in the old version, as if their activity had just been reached."""
        known = self._known_events()
        for token in tokens:
            if is_listener(token) or token.phase < Phase.RUN:
                continue
            spec = token.task_spec
            fresh = tuple(event for event in spec.catching if event.bpmn_id not in known)
            if fresh:
                spec.arm(token, fresh)
            if isinstance(spec, EventBasedGateway) and token.phase == Phase.WAIT:
                spec.arm(token, tuple(way.target for way in spec.ways if way.target.bpmn_id not in known))
        for scope in scopes_of(self.instance):
            if scope.begun and not scope.interrupted:
                self._listen_in(scope, known)

    def _listen_in(self, scope: Any, known: frozenset[str]) -> None:
        for sub in scope.spec.event_sub_processes:
            if sub.start.listens and sub.start.bpmn_id not in known:
                listener = scope.listen(sub.start)
                plan = sub.start.plan(listener)
                if plan is None:
                    listener.cancel()
                else:
                    sub.start.show(listener, plan)

    def _known_events(self) -> frozenset[str]:
        """What old events became: whether they are listened for stays as it was, also where a cycle has ended."""
        old = self.fitting.old.process.nodes.values()
        images = (self.fitting.listener(node.id) for node in old if node.event is not None)
        return frozenset(image for image in images if image is not None)

    # --- what is shown --------------------------------------------------------------------------------------------

    def _describe(self, tokens: Iterable[Token]) -> None:
        """Open steps under their new description; an activation keeps its number unless another one has it."""
        taken: set[tuple[str, int]] = set()
        for token in tokens:
            if token.kind is None or is_listener(token):
                continue
            if token.loop and (token.element, token.loop) in taken:
                token.loop = self.instance.next_loop(token.element)
            taken.add((token.element, token.loop))
            self.instance.changes.kept.append(describe_step(token))

    def _let_joins_go(self) -> None:
        """A parallel join whose flows have all been come by waits no longer."""
        for scope in scopes_of(self.instance):
            for id in list(scope.joins.values()):
                waiting = self.instance.tasks[id]
                spec = waiting.task_spec
                if isinstance(spec, ParallelGateway) and len(waiting.internal_data["a"]) == len(spec.node.incoming):
                    spec.go(waiting, spec.node.incoming)


def _counterpart(old: Any, new: Any) -> Any:
    """The spec of a kept token: of an item, or of a signer, not that of their whole."""
    inner = new.item if isinstance(new, Repeated) else new
    if old.is_signer:
        return inner.signer
    return inner if old.repeated is not None else new


def describe_step(token: Token) -> OpenedStep:
    """An open step as its version describes it, with its form. Raises StepFailed."""
    spec, kind = token.task_spec, token.kind
    assert kind is not None
    form = None
    if isinstance(spec, UserTask | Signer) and spec.form is not None:
        value = token.instance.evaluator.value(spec.form, token)
        form = value if isinstance(value, str) else None
    return describe(token, kind, form=form)
