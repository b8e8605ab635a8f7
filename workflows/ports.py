"""The engine's windows to the real world: handlers in savepoints, host functions and decisions on live data."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
import structlog
from django.db import OperationalError
from django.db.models import Model

import dmn
import feel
from accounts.models import User
from workflows import records, registry, statements
from workflows.engine.api import (
    Answer,
    Decided,
    DecisionFailed,
    Done,
    Failed,
    Fault,
    HostFunctionFailed,
    Later,
    StepContext,
    Variables,
)
from workflows.exceptions import InputRefused
from workflows.inputs import bind, bind_positional, plain
from workflows.models import ProcessInstance
from workflows.registry import BpmnError, Handler, HandlerKind
from workflows.steps import StepContext as HandlerContext

MAX_LOOKUPS = 10_000

log = structlog.get_logger(__name__)


class LivePorts:
    """Answers one advance of one instance inside the caller's transaction."""

    def __init__(
        self, instance: ProcessInstance, decisions: dmn.Model | None, now: datetime, actor: User | None
    ) -> None:
        self._instance = instance
        self._decisions = decisions
        self._now = now
        self._actor = actor
        self._answers: dict[bytes, Any] = {}

    def now(self) -> datetime:
        """The moment the advance began."""
        return self._now

    def call(self, handler: str, inputs: Variables, step: StepContext) -> Answer:
        """Run a service task in a savepoint, or put an effect off until after commit."""
        found = registry.handler(handler)
        if found is None:
            return Failed(f"No handler {handler!r} is registered.")
        if found.kind is HandlerKind.EFFECT:
            return Later()
        return self._run(found, inputs, self._context(step))

    def lookup(self, function: str, arguments: Sequence[Any]) -> Any:
        """Ask a host function, once per advance for the same arguments."""
        found = registry.host_functions().get(function)
        if found is None:
            raise HostFunctionFailed(f"There is no host function {function!r}.")
        given = [plain(argument) for argument in arguments]
        key = orjson.dumps([function, given])
        if key not in self._answers:
            if len(self._answers) >= MAX_LOOKUPS:
                raise HostFunctionFailed(f"More than {MAX_LOOKUPS} different host function calls in one advance.")
            self._answers[key] = self._ask(found, given)
        return self._answers[key]

    def functions(self) -> Mapping[str, Sequence[str]]:
        """All registered host functions with their parameter names, those that may be left out with a ``?``."""
        return {
            name: tuple(parameter.name + ("" if parameter.required else "?") for parameter in function.parameters)
            for name, function in registry.host_functions().items()
        }

    def decide(self, decision: str, context: Variables) -> Decided:
        """Evaluate a decision of the definition on these variables, with the host functions at hand."""
        if self._decisions is None:
            raise DecisionFailed(f"The definition has no decision {decision!r}.")
        try:
            evaluation = self._decisions.evaluate(
                decision, context, clock=feel.FixedClock(self._now), functions=self.feel_functions()
            )
        except dmn.DecisionUnknown:
            raise DecisionFailed(f"The definition has no decision {decision!r}.") from None
        except (feel.BudgetExceeded, feel.FeelError) as error:
            raise DecisionFailed(str(error)) from error
        answer = evaluation.to_json()
        return Decided(answer["value"], answer)

    def _run(self, handler: Handler, inputs: Variables, context: HandlerContext) -> Answer:
        try:
            arguments = bind(handler, inputs)
            with statements.savepoint():
                return Done(_variables(handler.function(context, **arguments)))
        except BpmnError as error:
            return Fault(error.code, error.message, plain(error.variables))
        except InputRefused as error:
            return Failed(str(error))
        except OperationalError:
            raise  # deadlock, lock timeout, lost connection: the whole command is repeated
        except Exception as error:  # whatever a handler raises becomes an incident; nobody's answers are lost
            log.warning("handler_failed", handler=handler.type, step=context.step, exc_info=True)
            return Failed(_sentence(error), traceback.format_exc(limit=-20))

    def _ask(self, function: registry.HostFunction, arguments: list[Any]) -> Any:
        try:
            given = bind_positional(function, arguments)
            if given is None:
                return None
            with statements.savepoint():
                return function.function(*given)
        except InputRefused as error:
            raise HostFunctionFailed(str(error)) from error
        except (HostFunctionFailed, OperationalError):
            raise
        except Exception as error:
            log.warning("host_function_failed", function=function.name, exc_info=True)
            raise HostFunctionFailed(_sentence(error)) from error

    def feel_functions(self) -> dict[str, feel.Function]:
        """The registered host functions for FEEL, answered like ``lookup``s of one advance."""
        return {
            name: feel.HostFunction(
                name,
                [feel.Parameter(entry.name, optional=not entry.required) for entry in function.parameters],
                _Lookup(self, function),
                doc=function.documentation.split("\n")[0],
            )
            for name, function in registry.host_functions().items()
        }

    def _context(self, step: StepContext) -> HandlerContext:
        instance = self._instance
        return HandlerContext(
            instance_id=instance.pk,
            process_key=instance.process_key,
            number=instance.number,
            element=step.element,
            step=step.step,
            loop=step.loop,
            now=self._now,
            actor=self._actor,
            name=step.name,
            headers=step.headers,
            record_kind=instance.record_kind,
            record_id=instance.record_id,
            rebind=self._rebind,
        )

    def _rebind(self, record: Model) -> None:
        records.attach(self._instance, record)


class _Lookup:
    """A host function as FEEL calls it; what was left out at the end is not passed on."""

    def __init__(self, ports: LivePorts, function: registry.HostFunction) -> None:
        self._ports = ports
        self._name = function.name

    def __call__(self, *arguments: Any) -> Any:
        given = list(arguments)
        while given and given[-1] is None:
            given.pop()
        try:
            return self._ports.lookup(self._name, given)
        except HostFunctionFailed as error:
            raise feel.FeelError("host-function.failed", function=self._name, reason=str(error)) from error


def _variables(answer: Any) -> Mapping[str, Any]:
    if answer is None:
        return {}
    if not isinstance(answer, Mapping):
        raise InputRefused("A handler answers with a mapping of variables or None.")
    variables: Mapping[str, Any] = plain(answer)
    return variables


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
