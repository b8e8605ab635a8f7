"""Closures that define and call functions; user-defined functions as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from feel.compiler import Closure, Compiler, compiles, fit
from feel.errors import BudgetExceeded
from feel.functions import Function, Parameter
from feel.infer import infer
from feel.registry import BUILT_INS
from feel.run import CONTEXT, RUN, Frame, Run
from feel.scope import Scope, find
from feel.syntax import FunctionDefinition, Invoke, Name
from feel.types import ANY, Type
from feel.values import kind_of


@dataclass(slots=True, eq=False)
class Definition:
    """A compiled function definition; `written` is the type its result is coerced to."""

    node: FunctionDefinition
    parameters: tuple[Parameter, ...]
    slots: list[int]
    body: Closure
    written: Type | None
    types: Mapping[str, Type] | None
    inferred: Type | None = None

    def result(self) -> Type:
        """The type of the result: written, or what the body shows; only worked out when somebody asks."""
        if self.written is not None:
            return self.written
        if self.inferred is None:
            kinds = {parameter.name: parameter.type for parameter in self.parameters}
            self.inferred = infer(self.node.body, kinds, self.types)
        return self.inferred


class UserFunction(Function):
    """A function defined in FEEL together with the frame it was defined in."""

    __slots__ = ("captured", "definition")

    def __init__(self, definition: Definition, captured: Frame) -> None:
        self.name = definition.node.name
        self.parameters = definition.parameters
        self.definition = definition
        self.captured = captured

    @property
    def result(self) -> Type:
        """The type of the result."""
        return self.definition.result()

    def call(self, run: Run, arguments: list[Any]) -> Any:
        """Runs the body on a frame of its own."""
        run.spend(1)
        run.depth += 1
        if run.depth > run.budget.depth:
            raise BudgetExceeded("depth", run.budget.depth)
        frame = self.captured.copy()
        frame[RUN] = run
        definition = self.definition
        for slot, argument in zip(definition.slots, arguments, strict=True):
            frame[slot] = argument
        value = definition.body(frame)
        run.depth -= 1
        return value if definition.written is None else fit(frame, value, definition.written, definition.node)


@compiles(FunctionDefinition)
def _function(compiler: Compiler, node: FunctionDefinition, scope: Scope | None) -> Closure:
    if node.external:
        return lambda frame: frame[RUN].fail("function.external", node)
    parameters, slots = [], []
    for formal in node.parameters:
        scope = compiler.declare(formal.name, scope)
        slots.append(scope.slot)
        parameters.append(Parameter(formal.name, compiler.type(formal.type) if formal.type is not None else ANY))
    body = compiler.compile(node.body, scope)
    written = compiler.type(node.result) if node.result is not None else None
    definition = Definition(node, tuple(parameters), slots, body, written, compiler.types)

    def define(frame: Frame) -> Any:
        frame[RUN].spend(1 + (len(frame) >> 3))
        return UserFunction(definition, frame.copy())

    return define


def find_built_in(name: str, extended: bool) -> Function | None:
    """The built-in function of this name; those beyond the standard only when `extended`."""
    found = BUILT_INS.get(name)
    return None if found is None or (found.extension and not extended) else found


# ── calls ───────────────────────────────────────────────────────────────────────────────────────
@compiles(Invoke)
def _invoke(compiler: Compiler, node: Invoke, scope: Scope | None) -> Closure:
    function = _callee(compiler, node, scope)
    if node.named:
        named = [(argument.name, compiler.compile(argument.value, scope)) for argument in node.named]

        def call_named(frame: Frame) -> Any:
            callee = function(frame)
            values = {name: closure(frame) for name, closure in named}
            if not isinstance(callee, Function):
                return no_function(frame, node, callee)
            return callee.invoke(frame[RUN], node, (), values)

        return call_named
    positional = [compiler.compile(argument, scope) for argument in node.positional]

    def call(frame: Frame) -> Any:
        callee = function(frame)
        values = [closure(frame) for closure in positional]
        if not isinstance(callee, Function):
            return no_function(frame, node, callee)
        return callee.invoke(frame[RUN], node, values)

    return call


def no_function(frame: Frame, node: Invoke, callee: Any) -> None:
    """Null, because what was called is no function."""
    if isinstance(node.function, Name) and callee is None:
        frame[RUN].fail("function.unknown", node, name=node.function.name)
    else:
        frame[RUN].fail("function.none", node, found=kind_of(callee))


def _callee(compiler: Compiler, node: Invoke, scope: Scope | None) -> Closure:
    """What is called. Only functions count for a bare name: data of the same name does not hide a built-in."""
    if not isinstance(node.function, Name):
        return compiler.compile(node.function, scope)
    name = node.function.name
    found = find(scope, name)
    built_in = find_built_in(name, compiler.extended)
    if found.slot is None and not found.items:
        return _outside(name, built_in)
    inner = compiler.compile(node.function, scope)
    if built_in is None:
        return inner

    def inner_function(frame: Frame) -> Any:
        value = inner(frame)
        return value if isinstance(value, Function) else built_in

    return inner_function


def _outside(name: str, built_in: Function | None) -> Closure:
    def load(frame: Frame) -> Any:
        value = frame[CONTEXT].get(name)
        if isinstance(value, Function):
            return value
        return frame[RUN].functions.get(name) or built_in or value

    return load
