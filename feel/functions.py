"""Functions as values: user-defined, built in, or lent by the host; only values cross their border."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feel.run import Run
from feel.types import ANY, Type, read_type


@dataclass(frozen=True, slots=True)
class Parameter:
    """A formal parameter. `optional` may be left out; `variadic` takes all the rest (only the last may be)."""

    name: str
    type: Type = ANY
    optional: bool = False
    variadic: bool = False


class Function:
    """A FEEL function value. Subclasses implement `call`; arguments arrive bound, type-checked and in order."""

    __slots__ = ("name", "parameters", "result")

    def __init__(self, name: str, parameters: Sequence[Parameter], result: Type = ANY) -> None:
        self.name = name
        self.parameters = tuple(parameters)
        self.result = result

    def call(self, run: Run, arguments: list[Any]) -> Any:
        """The function's value for FEEL values `arguments`, one for every parameter (None when left out)."""
        raise NotImplementedError


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

    def call(self, run: Run, arguments: list[Any]) -> Any:
        """Runs the host's callable between the two borders."""
        from feel.border import from_python, to_python

        run.spend(1)
        return from_python(self.body(*(to_python(argument) for argument in arguments)))

    def describe(self) -> Mapping[str, Any]:
        """Name, parameters, result and doc as JSON-ready data, for listings."""
        return {
            "name": self.name,
            "parameters": [
                {"name": p.name, "type": str(p.type), "optional": p.optional} for p in self.parameters
            ],
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
