"""Evaluating dialect texts for tokens: FEEL under this advance's clock, budget and host functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import feel
from bpmn.constants import OWN_FUNCTIONS
from feel import FeelError
from feel.functions import Function, HostFunction, Parameter
from workflows.engine.api import HostFunctionFailed, IncidentKind, LogKind, Ports
from workflows.engine.changes import Changes
from workflows.engine.failures import StepFailed
from workflows.engine.meter import Meter, size_of
from workflows.engine.texts import Text
from workflows.engine.token import Token
from workflows.engine.variables import visible

_DIGITS = re.compile(r"\d{1,9}")


class Evaluator:
    """Stands in the slot of Spiff's script engine."""

    def __init__(self, ports: Ports, moment: datetime, meter: Meter, changes: Changes) -> None:
        self.moment = moment
        self._clock = feel.FixedClock(moment)
        self._meter = meter
        self._changes = changes
        self._functions = _HostFunctions(ports, changes)

    def value(self, text: Text, token: Token, context: Mapping[str, Any] | None = None) -> Any:
        """The value as JSON-ready data; a null that came from an error is noted in the log.

        ``context`` replaces what the token sees. Raises StepFailed.
        """
        if text.expression is None:
            return text.raw
        if text.name is not None:
            seen = visible(token) if context is None else context
            if text.name in seen:
                return seen[text.name]
        value, reasons = self._run(text, token, context)
        if value is None:
            if reasons:
                self._changes.log(
                    LogKind.WARNING, token.element, token.key, {"expression": text.raw, "reasons": reasons}
                )
            return None
        return _json(value, text)

    def raw(self, text: Text, token: Token, context: Mapping[str, Any] | None = None) -> Any:
        """The value as Python data with dates and durations kept (timers, due dates). Raises StepFailed."""
        if text.expression is None:
            return text.raw
        value, reasons = self._run(text, token, context)
        if value is None and reasons:
            self._changes.log(LogKind.WARNING, token.element, token.key, {"expression": text.raw, "reasons": reasons})
        return value

    def text(self, text: Text, token: Token, what: str) -> str:
        """A value that has to be text: a name, a code, a type. Raises StepFailed for anything else, also for ""."""
        value = self.value(text, token)
        if not isinstance(value, str) or not value:
            raise StepFailed(IncidentKind.EXPRESSION, f"{what} {text.raw!r} gave {str(value)[:100]!r}, not a text")
        return value

    def count(self, text: Text, token: Token, what: str, *, otherwise: int | None = None) -> int:
        """A value that has to be a whole number from 0 on; null is ``otherwise``. Raises StepFailed."""
        value = self.value(text, token)
        if value is None and otherwise is not None:
            return otherwise
        if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value != int(value):
            raise StepFailed(IncidentKind.EXPRESSION, f"{what} {text.raw!r} gave {str(value)[:100]!r}, not a count")
        return int(value)

    def condition(
        self, text: Text, token: Token, context: Mapping[str, Any] | None = None, *, subject: str = ""
    ) -> bool:
        """Whether a condition holds; null counts as no, and the log says why. Raises StepFailed for other values."""
        value, reasons = self._run(text, token, context)
        data: dict[str, Any] = {"condition": text.raw, "value": value if isinstance(value, bool) else None}
        if value is None and reasons:
            data["reasons"] = reasons
        self._changes.log(LogKind.CONDITION, subject or token.element, token.key, data)
        if value is None:
            return False
        if not isinstance(value, bool):
            message = f"condition {text.raw!r} gave {feel.to_text(value)[:100]}, not true or false"
            raise StepFailed(IncidentKind.EXPRESSION, message)
        return value

    def _run(self, text: Text, token: Token, context: Mapping[str, Any] | None) -> tuple[Any, list[Any]]:
        if text.expression is None:
            return text.raw, []
        seen = visible(token) if context is None else context
        run = feel.Run(self._clock, feel.Budget(steps=min(1_000_000, self._meter.feel_left)), self._functions)
        try:
            value = text.expression.run(run, seen)
        except feel.BudgetExceeded as error:
            raise StepFailed(IncidentKind.BUDGET, f"expression {text.raw!r}: {error}", "feel") from error
        except HostFunctionFailed as error:
            raise StepFailed(IncidentKind.EXPRESSION, f"expression {text.raw!r}: {error}") from error
        except FeelError as error:
            raise StepFailed(IncidentKind.EXPRESSION, f"expression {text.raw!r}: {error}") from error
        self._meter.evaluated(run.spent)
        if value is None and run.warnings:
            return None, [warning.to_json() for warning in run.warnings]
        return value, []


def _json(value: Any, text: Text) -> Any:
    try:
        plain = feel.to_json(value)
        size_of(plain)
        return plain
    except (FeelError, ValueError, TypeError) as error:
        raise StepFailed(IncidentKind.EXPRESSION, f"expression {text.raw!r}: {error}") from error


class _HostFunctions(Mapping[str, Function]):
    """The ports' host functions as FEEL functions, made when first called."""

    def __init__(self, ports: Ports, changes: Changes) -> None:
        self._ports = ports
        self._changes = changes
        self._offered: Mapping[str, Any] | None = None
        self._made: dict[str, Function] = {}

    def _names(self) -> Mapping[str, Any]:
        if self._offered is None:
            self._offered = {**OWN_FUNCTIONS, **self._ports.functions()}
        return self._offered

    def __getitem__(self, name: str) -> Function:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._make(name, self._names()[name])
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def _make(self, name: str, parameters: Any) -> Function:
        if isinstance(parameters, Function):
            return parameters

        def ask(*arguments: Any) -> Any:
            given = list(arguments)
            while given and given[-1] is None:
                given.pop()
            plain = [feel.to_json(feel.from_python(argument)) for argument in given]
            answer = self._ports.lookup(name, plain)
            kind = next((name for known, name in _MOMENTS.items() if isinstance(answer, known)), None)
            told = {"arguments": plain, "answer": _plain(answer)} | ({"type": kind} if kind else {})
            self._changes.log(LogKind.LOOKED_UP, name, None, told)
            return answer

        formal = [Parameter(parameter.removesuffix("?"), optional=True) for parameter in parameters]
        return HostFunction(name, formal, ask)


# What JSON does not tell from text; the names are those of the FEEL functions that make them of it.
_MOMENTS: Mapping[type, str] = {
    datetime: "date and time",
    date: "date",
    time: "time",
    timedelta: "duration",
}


def _plain(answer: Any) -> Any:
    return feel.to_json(feel.from_python(answer))
