"""What diagrams may call by name: service tasks, effects and host functions, with their parameters and labels."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import NoneType
from typing import Any, TypeVar

from workflows.exceptions import HandlerAlreadyRegistered

Function = TypeVar("Function", bound=Callable[..., Any])


class HandlerKind(StrEnum):
    """Whether a function runs inside the transaction or in a job after it."""

    SERVICE_TASK = "service-task"
    EFFECT = "effect"


class BpmnError(Exception):
    """A handler's way to say that the process must go on by another path: it reaches error boundary events.

    ``code`` is the error code of the diagram; ``variables`` go to the catching scope.
    """

    def __init__(self, code: str, message: str = "", variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message
        self.variables: dict[str, Any] = dict(variables or {})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One input: its name, Python type, whether it may be left out, its label, and Python's name for it."""

    name: str
    annotation: Any
    required: bool
    label: Any = ""
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Handler:
    """A function behind a service task. ``results`` names the variables it answers with and says what they are.

    ``irreversible`` is an effect that nothing can make good again: people are asked before they cause it. ``echoes``
    are results that repeat a parameter, so that they are known beforehand: result -> parameter.
    """

    type: str
    kind: HandlerKind
    function: Callable[..., Any]
    label: Any
    parameters: tuple[Parameter, ...]
    takes_rest: bool
    results: Mapping[str, Any]
    documentation: str
    back_off: timedelta = timedelta(seconds=10)
    lease: timedelta = timedelta(minutes=2)
    irreversible: bool = False
    echoes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HostFunction:
    """A function FEEL may call in processes and decisions: plain values in and out, reads only."""

    name: str
    function: Callable[..., Any]
    label: Any
    parameters: tuple[Parameter, ...]
    documentation: str

    @property
    def is_uncertain(self) -> bool:
        """Whether it may answer nothing: null, an empty list, or a context that holds nulls."""
        answer = typing.get_type_hints(self.function).get("return", typing.Any)
        return typing.get_origin(answer) is list or NoneType in _parts(answer)


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in typing.get_args(annotation):
        yield from _parts(part)


@dataclass
class _Register:
    handlers: dict[str, Handler] = field(default_factory=dict)
    functions: dict[str, HostFunction] = field(default_factory=dict)


_register = _Register()


def service_task(
    type: str,
    *,
    label: Any = "",
    results: Mapping[str, Any] | None = None,
    parameters: Mapping[str, Any] | None = None,
    echoes: Mapping[str, str] | None = None,
) -> Callable[[Function], Function]:
    """Register ``function(step, *, ...)`` as a service task of this type.

    It runs in a savepoint of the instance's transaction, may only touch the database, must be idempotent by
    ``step.idempotency_key``, and answers with JSON-ready variables or None. ``BpmnError`` sends the process along
    an error path; any other exception opens an incident. ``label``, ``results`` and ``parameters`` (name -> text) are
    lazy translations for the designer; ``echoes`` are results that repeat a parameter (`Handler`).
    """

    def register(function: Function) -> Function:
        known = dict(echoes or {})
        words = {"label": label, "results": results, "labels": parameters}
        _add_handler(type, HandlerKind.SERVICE_TASK, function, **words, echoes=known)
        return function

    return register


def effect(
    type: str,
    *,
    label: Any = "",
    results: Mapping[str, Any] | None = None,
    parameters: Mapping[str, Any] | None = None,
    back_off: timedelta = timedelta(seconds=10),
    lease: timedelta = timedelta(minutes=2),
    irreversible: bool = False,
) -> Callable[[Function], Function]:
    """Register ``function(step, *, ...)`` as a call to the outside, done by a job after commit.

    It runs outside any transaction and may be called again with the same ``step.idempotency_key`` when a worker died.
    A failure is tried again after ``back_off``, doubled each time; ``lease`` is how long a claim lasts before
    another worker may take over, and must exceed the longest possible call. Who is about to cause an ``irreversible``
    one is asked first.
    """

    def register(function: Function) -> Function:
        more = {"back_off": back_off, "lease": lease, "irreversible": irreversible}
        _add_handler(type, HandlerKind.EFFECT, function, label=label, results=results, labels=parameters, **more)
        return function

    return register


def host_function(
    name: str, *, label: Any = "", parameters: Mapping[str, Any] | None = None
) -> Callable[[Function], Function]:
    """Register a function for FEEL under ``name`` (spaces allowed), called with positional plain values.

    It reads only, is asked once per advance for the same arguments, and raises HostFunctionFailed with a reason.
    """

    def register(function: Function) -> Function:
        known = _register.functions.get(name)
        if known is not None and not _is_same(known.function, function):
            raise HandlerAlreadyRegistered(f"The host function {name!r} is registered twice.")
        _register.functions[name] = HostFunction(
            name,
            function,
            label or name,
            _parameters(function, parameters or {}, skip=0),
            inspect.getdoc(function) or "",
        )
        return function

    return register


def handler(type: str) -> Handler | None:
    """The handler registered for a service task type, if any."""
    return _register.handlers.get(type)


def handlers() -> tuple[Handler, ...]:
    """All handlers in the order of their types."""
    return tuple(_register.handlers[type] for type in sorted(_register.handlers))


def host_functions() -> Mapping[str, HostFunction]:
    """All host functions by name."""
    return _register.functions


@contextmanager
def temporarily() -> Iterator[None]:
    """Forget at the end of the block whatever was registered or replaced inside it (for tests and dry runs)."""
    kept = dict(_register.handlers), dict(_register.functions)
    try:
        yield
    finally:
        _register.handlers, _register.functions = kept


def _add_handler(
    type: str,
    kind: HandlerKind,
    function: Callable[..., Any],
    *,
    label: Any,
    results: Mapping[str, Any] | None,
    labels: Mapping[str, Any] | None,
    **more: Any,
) -> None:
    known = _register.handlers.get(type)
    if known is not None and not _is_same(known.function, function):
        raise HandlerAlreadyRegistered(f"The handler {type!r} is registered twice.")
    _register.handlers[type] = Handler(
        type,
        kind,
        function,
        label or type,
        _parameters(function, labels or {}, skip=1),
        _takes_rest(function),
        dict(results or {}),
        inspect.getdoc(function) or "",
        **more,
    )


def _is_same(one: Callable[..., Any], other: Callable[..., Any]) -> bool:
    return (one.__module__, one.__qualname__) == (other.__module__, other.__qualname__)


def _takes_rest(function: Callable[..., Any]) -> bool:
    return any(entry.kind is entry.VAR_KEYWORD for entry in inspect.signature(function).parameters.values())


def _parameters(function: Callable[..., Any], labels: Mapping[str, Any], *, skip: int) -> tuple[Parameter, ...]:
    hints = typing.get_type_hints(function, include_extras=False)
    entries = list(inspect.signature(function).parameters.values())[skip:]
    return tuple(
        _parameter(entry, hints.get(entry.name, Any), labels)
        for entry in entries
        if entry.kind not in (entry.VAR_KEYWORD, entry.VAR_POSITIONAL)
    )


def _parameter(entry: inspect.Parameter, annotation: Any, labels: Mapping[str, Any]) -> Parameter:
    """A trailing underscore keeps Python's keywords apart: ``from_`` is the parameter "from"."""
    name = entry.name.removesuffix("_")
    return Parameter(name, annotation, entry.default is entry.empty, labels.get(name, ""), entry.name)
