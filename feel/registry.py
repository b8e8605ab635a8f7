"""The register of built-in functions: each a plain Python function with named, typed parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from feel.functions import Function, Misfit, Parameter, bind
from feel.run import Run
from feel.types import ANY, BUILT_IN, Type

B = TypeVar("B", bound=Callable[..., Any])
BUILT_INS: Final[dict[str, BuiltIn]] = {}


class Fault(Exception):
    """A built-in has no value for its arguments; becomes null with a warning of this code."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Overload:
    """One way to call a built-in."""

    __slots__ = ("body", "parameters", "signature")

    def __init__(self, parameters: tuple[Parameter, ...], body: Callable[..., Any], signature: str) -> None:
        self.parameters = parameters
        self.body = body
        self.signature = signature


class BuiltIn(Function):
    """A built-in function with one or more overloads; `extension` marks one beyond the standard."""

    __slots__ = ("doc", "extension", "group", "overloads")

    def __init__(self, name: str, overload: Overload, result: Type, *, extension: bool) -> None:
        super().__init__(name, overload.parameters, result)
        self.overloads = [overload]
        self.extension = extension
        self.group = overload.body.__module__.rsplit(".", 1)[-1]
        self.doc = (overload.body.__doc__ or "").strip().split("\n")[0]

    def describe(self) -> Mapping[str, Any]:
        """Name, signatures, result, doc and group as JSON-ready data, for listings."""
        return {
            "name": self.name,
            "signatures": [overload.signature for overload in self.overloads],
            "result": str(self.result),
            "doc": self.doc,
            "group": self.group,
            "extension": self.extension,
        }

    def call(self, run: Run, arguments: list[Any]) -> Any:
        """Called as a value: binds again, because the overload depends on the arguments."""
        return self.invoke(run, None, arguments)

    def invoke(self, run: Run, node: Any, positional: Sequence[Any], named: Mapping[str, Any] | None = None) -> Any:
        """Runs the first overload the arguments fit; else null with why they do not fit the nearest."""
        nearest: Misfit | None = None
        run.spend(1)
        for overload in self.overloads:
            arguments = bind(overload.parameters, positional, named)
            if isinstance(arguments, Misfit):
                if nearest is None or arguments.depth > nearest.depth:
                    nearest = arguments
                continue
            try:
                return overload.body(run, *arguments)
            except Fault as fault:
                return run.fail(fault.code, node, function=self.name, **fault.values)
        assert nearest is not None
        return run.fail(nearest.code, node, function=self.name, **nearest.values)


def built_in(name: str, *parameters: str, result: str = "Any", extension: bool = False) -> Callable[[B], B]:
    """Register a Python function `body(run, *arguments)` as an overload of the built-in `name`.

    A parameter is written `name: type`; `?` behind the type marks one that may be left out or null, `!` one that may be
    null, `*` one that takes all the rest.
    """

    def register(body: B) -> B:
        formal = tuple(_parameter(text) for text in parameters)
        signature = f"{name}({', '.join(text.rstrip('!') for text in parameters)})"
        overload = Overload(formal, body, signature)
        known = BUILT_INS.get(name)
        if known is None:
            BUILT_INS[name] = BuiltIn(name, overload, BUILT_IN.get(result, ANY), extension=extension)
        else:
            known.overloads.append(overload)
        return body

    return register


def _parameter(text: str) -> Parameter:
    name, _, kind = text.partition(": ")
    plain = kind.rstrip("?!*")
    return Parameter(
        name,
        BUILT_IN[plain],
        optional=kind.endswith("?"),
        variadic=kind.endswith("*"),
        nullable=kind.endswith(("?", "!")) or plain == "Any",
    )


from feel import builtins  # noqa: E402,F401  (registers the functions)
