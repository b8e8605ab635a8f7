"""Functions as values: user-defined, built in, or lent by the host; only values cross their border."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from feel.errors import BudgetExceeded, FeelError
from feel.run import Run
from feel.types import ANY, MISMATCH, Type, read_type


@dataclass(frozen=True, slots=True)
class Parameter:
    """A formal parameter. `optional` may be left out; `variadic` takes all the rest (only the last may be)."""

    name: str
    type: Type = ANY
    optional: bool = False
    variadic: bool = False
    nullable: bool = True


class Function:
    """A FEEL function value. Subclasses implement `call`; arguments arrive bound, type-checked and in order."""

    __slots__ = ("_result", "name", "parameters")

    def __init__(self, name: str, parameters: Sequence[Parameter], result: Type = ANY) -> None:
        self.name = name
        self.parameters = tuple(parameters)
        self._result = result

    @property
    def result(self) -> Type:
        """The type of what it gives."""
        return self._result

    def call(self, run: Run, arguments: list[Any]) -> Any:
        """The function's value for FEEL values `arguments`, one for every parameter (None when left out)."""
        raise NotImplementedError

    def invoke(self, run: Run, node: Any, positional: Sequence[Any], named: Mapping[str, Any] | None = None) -> Any:
        """Bind, check and coerce arguments, then call; null with a warning at `node` when they do not fit."""
        arguments = bind(self.parameters, positional, named)
        if isinstance(arguments, Misfit):
            return run.fail(arguments.code, node, function=self.name, **arguments.values)
        return self.call(run, arguments)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why arguments do not fit parameters; `depth` counts how many did, to find the closest overload."""

    code: str
    values: Mapping[str, Any]
    depth: int = 0


def bind(
    parameters: tuple[Parameter, ...], positional: Sequence[Any], named: Mapping[str, Any] | None
) -> list[Any] | Misfit:
    """The arguments in the order of the parameters, coerced to their types, or why they do not fit."""
    count = len(parameters)
    variadic = count > 0 and parameters[-1].variadic
    if named is not None:
        unknown = [name for name in named if all(name != parameter.name for parameter in parameters)]
        if unknown:
            return Misfit("argument.unknown", {"argument": unknown[0]})
        given: Sequence[Any] = [named.get(parameter.name, LEFT_OUT) for parameter in parameters]
        if variadic and given[-1] is not LEFT_OUT:
            return Misfit("argument.unknown", {"argument": parameters[-1].name})
    else:
        given = positional
        if len(given) > count and not variadic:
            return Misfit("argument.count", {"found": len(given), "expected": count})
    arguments: list[Any] = []
    for index, value in enumerate(given):
        fitted = _fitted(parameters[min(index, count - 1)], value, index)
        if type(fitted) is Misfit:
            return fitted
        arguments.append(fitted)
    for parameter in parameters[len(given) :]:
        if not (parameter.optional or parameter.variadic):
            return Misfit("argument.count", {"found": len(given), "expected": count})
        if not parameter.variadic:
            arguments.append(None)
    return arguments


def _fitted(parameter: Parameter, value: Any, index: int) -> Any:
    """One argument coerced to its parameter's type, or the Misfit."""
    if value is LEFT_OUT:
        return None if parameter.optional else Misfit("argument.missing", {"argument": parameter.name}, index)
    if value is None:
        if parameter.nullable:
            return None
        return Misfit("argument.null", {"argument": parameter.name, "position": index + 1}, index)
    fitted = parameter.type.coerce(value)
    if fitted is MISMATCH:
        values = {"argument": parameter.name, "position": index + 1, "expected": str(parameter.type)}
        return Misfit("argument.type", {**values, "found": value}, index)
    return fitted


LEFT_OUT: Final = object()


class NativeFunction(Function):
    """A function whose body is a Python callable `body(run, *arguments)` over FEEL values (BKMs, services)."""

    __slots__ = ("body",)

    def __init__(
        self, name: str, parameters: Sequence[Parameter], body: Callable[..., Any], result: Type = ANY
    ) -> None:
        super().__init__(name, parameters, result)
        self.body = body

    def call(self, run: Run, arguments: list[Any]) -> Any:
        """Runs the body."""
        return self.body(run, *arguments)


class HostFunction(Function):
    """A function the host lends: gets plain Python values (`to_python`) and answers with plain Python data.

    `doc` is one line for the editor's completion. A `FeelError` raised inside becomes null with a warning.
    """

    __slots__ = ("body", "doc")

    def __init__(
        self,
        name: str,
        parameters: Sequence[Parameter],
        body: Callable[..., Any],
        result: Type = ANY,
        doc: str = "",
    ) -> None:
        super().__init__(name, parameters, result)
        self.body = body
        self.doc = doc

    def invoke(self, run: Run, node: Any, positional: Sequence[Any], named: Mapping[str, Any] | None = None) -> Any:
        """As every function; a refusal of the host is placed where the call stands."""
        known = len(run.warnings or ())
        value = super().invoke(run, node, positional, named)
        if node is not None and run.warnings and len(run.warnings) > known and run.warnings[-1].end == 0:
            run.warnings[-1] = replace(run.warnings[-1], start=node.start, end=node.end)
        return value

    def call(self, run: Run, arguments: list[Any]) -> Any:
        """Runs the host's callable between the two borders."""
        from feel.border import from_python, to_python

        run.spend(1)
        try:
            return from_python(self.body(*(to_python(argument) for argument in arguments)))
        except BudgetExceeded:
            raise
        except FeelError as error:
            return run.fail(error.code, None, function=self.name, **error.values)

    def describe(self) -> Mapping[str, Any]:
        """Name, parameters, result and doc as JSON-ready data, for listings."""
        return {
            "name": self.name,
            "parameters": [{"name": p.name, "type": str(p.type), "optional": p.optional} for p in self.parameters],
            "result": str(self.result),
            "doc": self.doc,
        }


def host_function(
    name: str, parameters: Mapping[str, str] | None = None, *, result: str = "Any"
) -> Callable[[Callable[..., Any]], HostFunction]:
    """Decorator: lend a Python callable to FEEL under `name`.

    `parameters` maps parameter names to type texts (`"number"`, `"list<string>"`; a trailing `?` marks an optional
    one). The first line of the callable's docstring becomes `doc`.
    """
    formal = tuple(
        Parameter(key, read_type(text.removesuffix("?")), optional=text.endswith("?"))
        for key, text in (parameters or {}).items()
    )

    def lend(body: Callable[..., Any]) -> HostFunction:
        doc = (body.__doc__ or "").strip().split("\n")[0]
        return HostFunction(name, formal, body, read_type(result), doc)

    return lend
